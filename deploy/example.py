"""A made-up year of votes for the demo: two terminals, office hours, a summer closed, more Spanish as it goes on."""

import csv
import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from contract.survey import Survey, side_of
from deploy.presses import COLUMNS

Key = TypeVar("Key", int, str)


class ExampleTerminal(Struct, frozen=True):
    """A terminal of the demo, where it stands, and how many votes it gets on an open day."""

    id: str
    place: str
    votes: int


TERMINALS = (ExampleTerminal("stua-1", "oslo/pro/stua", 7), ExampleTerminal("klinikk-1", "oslo/pro/klinikk", 4))
SHOWN = TERMINALS[0]
"""The one whose screen the demo shows."""

_SCORES = {4: 74, 3: 17, 2: 6, 1: 3}
_LANGUAGES = {"nb": 32, "en": 22, "th": 15, "ro": 14, "bg": 9, "es": 8}
_ANSWERS = (30, 27, 17, 15, 11)
_HOURS = {10: 1, 11: 3, 12: 4, 13: 6, 14: 6, 15: 3}
_SAY_WHY = 0.66
_CLOSED_WEEKS = (28, 29, 30)


def write_example(file: Path, terminal: ExampleTerminal, survey: Survey, until: date) -> None:
    """A year of presses up to and with the day `until`, the same for the same terminal and day."""
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for day in range(365):
            writer.writerows(_day(terminal, survey, until - timedelta(days=364 - day), day / 365))


def _day(terminal: ExampleTerminal, survey: Survey, day: date, through: float) -> Iterator[tuple[str, str, int, str]]:
    chance = random.Random(f"{terminal.id} {day}")  # noqa: S311 - an example, not a secret
    if day.weekday() > 4 or day.isocalendar().week in _CLOSED_WEEKS:
        return
    for _ in range(max(0, round(chance.gauss(terminal.votes, 2)))):
        hour = _pick(chance, _HOURS)
        moment = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))
        language = _pick(chance, {**_LANGUAGES, "es": _LANGUAGES["es"] * (1 + 2 * through)})
        score = _pick(chance, {**_SCORES, 4: _SCORES[4] * (0.8 + 0.4 * through)})
        options = survey.option_ids(side_of(score))
        answer = chance.choices(options, _ANSWERS)[0] if chance.random() < _SAY_WHY else ""
        yield moment.isoformat(), language, score, answer


def _pick(chance: random.Random, weights: Mapping[Key, float]) -> Key:
    return chance.choices(list(weights), list(weights.values()))[0]
