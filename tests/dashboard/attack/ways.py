"""Every way out of the dashboard, as an attacker reads it. A further way is one more function in `WAYS`."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import NamedTuple

import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from contract.periods import Period
from contract.survey import Side
from dashboard.document import document
from dashboard.figures import figures_of
from dashboard.privacy import Guard
from dashboard.wording import Words
from locales.catalogue import default_survey, own_name
from tests.dashboard.conftest import app_over
from tests.dashboard.house import Browser
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
        self._client: TestClient[Litestar] = TestClient(app_over(store, clock))

    def record(self, places: Sequence[str | None], periods: Sequence[Period]) -> list[Told]:
        with self._client:
            return [
                Told(place, period, crossing, counts)
                for place in places
                for period in periods
                for way in WAYS
                for crossing, counts in way(self, place, period)
                if counts
            ]

    def get(self, place: str | None, period: Period) -> str:
        at = f"&place={place}" if place else ""
        answer = self._client.get(f"/?period={period}{at}&language=en")
        assert answer.status_code == 200, answer.text
        return answer.text

    def take(self, place: str | None, period: Period) -> str:
        fields = {"period": str(period), "place": place or ""}
        answer = Browser(self._client).post("/figures.csv", fields)
        assert answer.status_code == 200, answer.text
        return answer.content.decode("utf-8-sig")


def by_json(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """`fjes figures`."""
    figures = figures_of(recorder.store, period, place, recorder.clock.replace(tzinfo=None))
    shown = recorder.guard.shown(recorder.store, figures, recorder.clock.date())
    seen = msgspec.json.decode(msgspec.json.encode(document(shown)))
    for side, counts in (seen["answers"] or {}).items():
        yield side, {option: _number(str(count)) for option, count in counts.items()}
    yield "languages", {language: _number(str(count)) for language, count in (seen["languages"] or {}).items()}


def by_csv(recorder: Recorder, place: str | None, period: Period) -> Iterator[tuple[str, Counts]]:
    """The file that managers take with them."""
    counts: dict[str, dict[str, int | None]] = {"satisfied": {}, "unsatisfied": {}, "languages": {}}
    for figure, of, value in list(csv.reader(recorder.take(place, period).splitlines()))[1:]:
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


WAYS: tuple[Callable[[Recorder, str | None, Period], Iterator[tuple[str, Counts]]], ...] = (by_json, by_csv, by_page)


def _section(page: str, name: str) -> str:
    found = re.search(rf'<section class="card {name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def _rows(section: str, names: Mapping[str, str]) -> Counts:
    rows = re.findall(r'<th scope="row">([^<]*)</th>.*?(?:>|· )([0-9,]+|&lt;[0-9]+)</td>', section, re.DOTALL)
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
