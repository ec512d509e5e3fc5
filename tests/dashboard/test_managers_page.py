"""The managers' page names what stands on the pages, and leads to what is there."""

import re
from pathlib import Path

import dashboard
from tests.dashboard.test_catalogues import catalogue

PAGE = Path(str(dashboard.__file__)).with_name("README.md")
TEXT = PAGE.read_text(encoding="utf-8")
FEWEST = 30
"""Bold words; those that end with a full stop, a colon or a question mark are headings of its own."""


def test_what_is_bold_stands_so_on_a_page() -> None:
    bold = set(re.findall(r"\*\*([^*]+)\*\*", TEXT))
    named = {words for words in bold if words[-1] not in ".:?,"}
    on_pages = {one for key in catalogue("en").values() for one in key}
    assert len(named) >= FEWEST
    assert {words for words in named if words not in on_pages} == set()


def test_what_it_leads_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (PAGE.parent / target).exists(), target
