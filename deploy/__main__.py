"""Lets `python -m deploy` be the command `fjes`."""

import sys

from deploy.command import main

sys.exit(main())
