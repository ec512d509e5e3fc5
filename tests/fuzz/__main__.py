"""`python -m tests.fuzz SECONDS` looks for bytes that the collector cannot stand."""

import sys

from tests.fuzz.search import search

sys.exit(search(*(int(word) for word in sys.argv[1:])))
