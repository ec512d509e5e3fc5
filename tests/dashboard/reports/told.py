"""Reports over stores in memory, and what can be read in them."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pypdf import PdfReader

from contract.periods import Period
from dashboard.address import Address
from dashboard.look import Site, look
from dashboard.reports.making import Reports
from dashboard.reports.report import Report
from dashboard.wording import Words
from tests.dashboard.conftest import NEW_YEAR, OSLO
from tests.fakes.read_store import FakeReadStore

SPOKEN = ("nb", "en", "es", "ro", "bg", "th")
"""Of the terminals; reports are in the first two."""


def site_over(store: FakeReadStore, now: datetime = NEW_YEAR) -> Site:
    return Site(lambda: store, OSLO, ["nb", "en"], 5, lambda: now, spoken=SPOKEN)


def reports_over(store: FakeReadStore, now: datetime = NEW_YEAR) -> Reports:
    return Reports(site_over(store, now))


def report_of(
    store: FakeReadStore, period: str, language: str = "en", *, place: str | None = None, now: datetime = NEW_YEAR
) -> Report:
    site = site_over(store, now)
    address = Address(Period.parse(period), place)
    shown = look(site, address).shown
    then = look(site, replace(address, period=shown.period.year_before())).shown
    return Report(shown, then, SPOKEN, site.now().date(), Words(language))


def plain(text: str) -> str:
    """With one plain space for whatever stands between words."""
    return re.sub(r"\s+", " ", text)


def read_aloud(paragraphs: Sequence[str]) -> str:
    return plain(" ".join(paragraphs))


def text_of(pdf: bytes) -> str:
    """The whole PDF as it is read."""
    return plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


MARCH = datetime(2023, 3, 7, 14)
