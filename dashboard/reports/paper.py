"""A report on paper: its data to a PDF, through typst, which sets every script right."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import msgspec
import typst

from dashboard.reports import drawing, tables
from dashboard.reports.definitions import definitions
from dashboard.reports.report import Report
from dashboard.reports.sentences import section
from locales import fonts

_TEMPLATE = Path(__file__).with_name("report.typ")
_one_at_a_time = Lock()
_ACCESSIBLE: Final = "ua-1"
"""PDF/UA-1: tagged, with a text for each picture; a letter that no font has is an error."""


def pdf(report: Report) -> bytes:
    """The pages as an accessible PDF. The same figures give the same bytes."""
    with _one_at_a_time:
        made = _compiler(report).compile(format="pdf", pdf_standards=_ACCESSIBLE)
    assert isinstance(made, bytes)
    return made


def pictures(report: Report, ppi: float = 100) -> list[bytes]:
    """The same pages as PNG, to look at."""
    with _one_at_a_time:
        made = _compiler(report).compile(format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or ())


def _compiler(report: Report) -> typst.Compiler:
    installed, families = _fonts()
    given = {"fonts": families, **_told(report)}
    return typst.Compiler(_TEMPLATE, font_paths=installed, sys_inputs={"report": msgspec.json.encode(given).decode()})


@cache
def _fonts() -> tuple[typst.Fonts, tuple[str, ...]]:
    return fonts.load()


def _told(report: Report) -> dict[str, Any]:
    """All that the template sets."""
    say, shown = report.words.say, report.shown
    return {
        "language": report.words.language,
        "title": report.title,
        "period": report.period,
        "place": report.place,
        "cards": drawing.cards(report) if shown.votes else [],
        "paragraphs": section(report),
        "faces": drawing.faces(report),
        "trend": drawing.trend(report),
        "joined": say("Where there are under {n} votes, neighbouring periods are taken together.", n=10),
        "bars": drawing.bars(report),
        "languages": drawing.languages(report),
        "week": drawing.week(report),
        "table": drawing.table(tables.trend(report), report),
        "how": say("How these numbers are made"),
        "definitions": definitions(report),
    }
