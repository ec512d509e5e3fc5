"""Makes the files that somebody can take with them: of one place and period, in one of three forms."""

from dataclasses import dataclass, replace
from enum import StrEnum

from contract.errors import RefusedError
from dashboard.address import Address
from dashboard.export import figures_csv
from dashboard.look import Site, shown_at
from dashboard.privacy import Shown
from dashboard.reports.report import LENGTHS, Report
from dashboard.wording import Words


class Form(StrEnum):
    """The forms that there are, as a file's name ends."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and the place and period that it is of."""

    name: str
    content: bytes
    place: str | None
    period: str


class Reports:
    """Makes them from what one site's pages show."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def make(self, address: Address, form: Form) -> Made:
        """The file for who may see this place.

        Raises UnknownPlaceError, StoreError, and RefusedError for a period that has not begun or that is too short.
        """
        if form is not Form.CSV:
            return written(self.report(address), form)
        shown = self._shown(address)
        return _made(shown, form, figures_csv(shown))

    def report(self, address: Address) -> Report:
        """What the file of a month, quarter or year tells. Raises as `make`."""
        shown = self._shown(address)
        if shown.period.granularity not in LENGTHS:
            raise RefusedError(f"period {str(shown.period)!r} is too short; choose a month, a quarter or a year")
        then = shown_at(self._site, replace(address, period=shown.period.year_before()))
        known, language = self._site.languages, address.language
        words = Words(language if language and language in known else known[0])
        return Report(shown, then, self._site.spoken, self._site.now().date(), words)

    def _shown(self, address: Address) -> Shown:
        shown = shown_at(self._site, address)
        if shown.period.start > self._site.now():
            raise RefusedError(f"period {str(shown.period)!r} has not begun yet")
        return shown


def written(report: Report, form: Form) -> Made:
    """A report as a PDF or a workbook. What each form needs is loaded when it is first asked for."""
    if form is Form.PDF:
        from dashboard.reports.paper import pdf as content
    else:
        from dashboard.reports.workbook import workbook as content
    return _made(report.shown, form, content(report))


def _made(shown: Shown, form: Form, content: bytes) -> Made:
    name = "-".join(["fjes", *(shown.place or "").split("/"), str(shown.period)]).replace("--", "-")
    return Made(f"{name}.{form}", content, shown.place, str(shown.period))
