"""Every way out of the dashboard, as an attacker reads it. A further way is one more function in `WAYS`."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from itertools import count as counting
from typing import NamedTuple

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from openpyxl import load_workbook

from contract.periods import Period
from contract.survey import Side
from dashboard.document import document
from dashboard.figures import figures_of
from dashboard.privacy import Guard
from dashboard.reports.naming import capital, language_name
from dashboard.wording import Words
from locales.catalogue import default_survey, own_name
from tests.dashboard.conftest import app_over
from tests.dashboard.house import Browser
from tests.dashboard.reports.told import text_of
from tests.fakes.read_store import FakeReadStore

K = 5
WORDS = Words("en")
Counts = Mapping[str, int | None]
"""Votes by option, as they are told; None is "<5"."""


class Told(NamedTuple):
    """What is told of one place and period in one crossing: `satisfied`, `unsatisfied`, `languages` or `pattern`."""

    place: str | None
    period: Period
    crossing: str
    counts: Counts


class Recorder:
    """Asks for everything, of all places and periods, whichever way it comes."""

    def __init__(self, store: FakeReadStore, clock: datetime) -> None:
        self.store = store
        self.clock = clock
        self.guard = Guard(K)
        minutes = counting(step=60)  # nobody asks so often that it is too often
        self._client: TestClient[Litestar] = TestClient(app_over(store, clock, lambda: float(next(minutes))))

    def record(
        self, places: Sequence[str | None], periods: Sequence[Period], ways: "Sequence[Way] | None" = None
    ) -> list[Told]:
        """By all ways that are quick, if no others are named."""
        with self._client:
            return [
                Told(place, period, crossing, counts)
                for place in places
                for period in periods
                for way in ways or WAYS
                for crossing, counts in way(self, place, period)
                if counts
            ]

    def get(self, place: str | None, period: Period, path: str = "/") -> str:
        at = f"&place={place}" if place else ""
        answer = self._client.get(f"{path}?period={period}{at}&language=en")
        assert answer.status_code == 200, answer.text
        return answer.text

    def take(self, place: str | None, period: Period, path: str) -> bytes:
        fields = {"period": str(period), "place": place or "", "language": "en"}
        answer = Browser(self._client).post(path, fields)
        assert answer.status_code == 200, answer.text
        return answer.content


def by_json(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """`fjes figures`."""
    figures = figures_of(recorder.store, period, place, recorder.clock.replace(tzinfo=None))
    shown = recorder.guard.shown(recorder.store, figures, recorder.clock.date())
    yield from _document(msgspec.json.encode(document(shown)))


def by_api(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """What programs are told."""
    yield from _document(recorder.get(place, period, "/api/v1/crossings"))


def _document(text: str | bytes) -> Iterator[tuple[str, Counts]]:
    seen = msgspec.json.decode(text)
    for side, counts in (seen["answers"] or {}).items():
        yield side, {option: _number(str(count)) for option, count in counts.items()}
    for crossing in ("languages", "pattern"):
        yield crossing, {option: _number(str(count)) for option, count in (seen.get(crossing) or {}).items()}


def by_csv(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """The file that managers take with them."""
    counts: dict[str, dict[str, int | None]] = {"satisfied": {}, "unsatisfied": {}, "languages": {}}
    for figure, of, value in list(
        csv.reader(recorder.take(place, period, "/figures.csv").decode("utf-8-sig").splitlines())
    )[1:]:
        if of and figure == "languages":
            counts[figure][of] = _number(value)
        elif of and figure == "answers":
            side, option = of.split(" ")
            counts[side][option] = _number(value)
    yield from counts.items()


def by_page(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """The overview, as it is read."""
    page = recorder.get(place, period)
    survey = default_survey()
    for side in Side:
        options = {option.text["en"]: option.id for option in survey.follow_up(side).options}
        yield side, _rows(_section(page, f"{side}-answers"), options)
    languages = {own_name(language): language for language in survey.languages}
    yield "languages", _rows(_section(page, "who"), languages)
    yield "pattern", _pattern(_section(page, "pattern"))


def by_workbook(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """The spreadsheet, by the names of its sheets."""
    book = load_workbook(io.BytesIO(recorder.take(place, period, "/report.xlsx")))
    names = {"Satisfied answers": "satisfied", "Unsatisfied answers": "unsatisfied", "Languages": "languages"}
    for sheet in set(names) & set(book.sheetnames):
        lines = book[sheet].iter_rows(min_row=5, max_col=2, values_only=True)
        ids = _ids(names[sheet])
        yield names[sheet], {ids[str(name)]: _number(str(votes)) for name, votes in lines}
    if "Hours" in book.sheetnames:
        yield "pattern", _hours(book["Hours"].iter_rows(min_row=4, values_only=True))


def by_paper(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """The PDF, as its text is copied. Numbers of the week are in a picture of circles, and in no text but a table's."""
    text = text_of(recorder.take(place, period, "/report.pdf"))
    for crossing in ("satisfied", "unsatisfied", "languages"):
        found = ((key, re.search(rf"{re.escape(name)} (<\d|[\d,]+)", text)) for name, key in _ids(crossing).items())
        yield crossing, {key: _number(match[1]) for key, match in found if match}


Way = Callable[[Recorder, str | None, Period], Iterator[tuple[str, Counts]]]
WAYS: tuple[Way, ...] = (by_json, by_csv, by_page, by_api)
FILES: tuple[Way, ...] = (by_workbook, by_paper)
"""Those that take longer."""


def _ids(crossing: str) -> dict[str, str]:
    """What the options are called at the beginning of a line, with their ids."""
    survey = default_survey()
    if crossing == "languages":
        return {capital(language_name(language, WORDS)): language for language in survey.languages}
    return {capital(option.text["en"]): option.id for option in survey.follow_up(Side(crossing)).options}


def _hours(rows: Iterable[Sequence[object]]) -> Counts:
    """A line for each hour, under a head with the days; what is left out is told to be without votes."""
    head, *lines = rows
    days = {capital(WORDS.weekday(day)): day for day in range(1, 8)}
    counts: dict[str, int | None] = {f"{day}-{hour}": 0 for day in range(1, 8) for hour in range(24)}
    for name, *votes in lines:
        for day, count in zip(head[1:], votes, strict=True):
            counts[f"{days[str(day)]}-{int(str(name)[:2])}"] = _number(str(count))
    return counts


def _section(page: str, name: str) -> str:
    found = re.search(rf'<section class="card {name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def _rows(section: str, names: Mapping[str, str]) -> Counts:
    rows = re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]*)<.*?(?:>|· )([0-9,]+|&lt;[0-9]+)</td>', section, re.DOTALL)
    return {names[unescape(name)]: _number(unescape(count)) for name, count in rows}


def _pattern(section: str) -> Counts:
    """Hours that are left out of the table are told to be without votes."""
    hours = [int(hour) for hour in re.findall(r'<th scope="col">(\d\d)</th>', section)]
    days = {WORDS.weekday(day): day for day in range(1, 8)}
    counts: dict[str, int | None] = {f"{day}-{hour}": 0 for day in range(1, 8) for hour in range(24)} if hours else {}
    for name, cells in re.findall(r'<tr><th scope="row">([^<]*)</th>((?:<td>[^<]*</td>)+)</tr>', section):
        if name in days:
            for hour, count in zip(hours, re.findall(r"<td>([^<]*)</td>", cells), strict=True):
                counts[f"{days[name]}-{hour}"] = _number(unescape(count))
    return counts


def _number(text: str) -> int | None:
    return None if text.startswith("<") else int(text.replace(",", ""))
