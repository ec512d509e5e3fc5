"""What a terminal has counted in two months: the sheets as they were half-way, and as they are now."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from contract.periods import Period, hour_of_week
from contract.sheets import PROFILES, Sheet, Table, Vote, cells_of
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO

DAYS = 30
"""Before the backup, and since."""
SURVEY = default_survey()
KINDS = 6
"""Of votes in one hour, at most, and as many of each. A busy place has some every hour, a small one in one of a day."""
_SUSPECT = 20
"""One in so many is play."""

Sheets = dict[tuple[Table, str], Sheet]


def past(profile: str, terminal: int, today: date) -> tuple[Sheets, Sheets]:
    """The sheets of `terminal` (seeds what was pressed) DAYS ago and now; those that changed since have revision 2."""
    chance = random.Random(terminal)
    counts: dict[tuple[Table, str], Counter[str]] = {}
    begin = datetime(today.year, today.month, today.day, tzinfo=OSLO) - timedelta(days=2 * DAYS)
    _count(counts, profile, chance, begin)
    before = {key: Sheet(SURVEY.id, *key, 1, dict(cells)) for key, cells in counts.items()}
    _count(counts, profile, chance, begin + timedelta(days=DAYS))
    now = {
        key: before[key] if key in before and before[key].counts == cells else Sheet(SURVEY.id, *key, 2, dict(cells))
        for key, cells in counts.items()
    }
    return before, now


def _count(counts: dict[tuple[Table, str], Counter[str]], profile: str, chance: random.Random, begin: datetime) -> None:
    for moment in _moments(profile, begin):
        for _ in range(chance.randint(1, KINDS)):
            vote, times = _vote(chance), chance.randint(1, KINDS)
            for table, cell in cells_of(vote, hour_of_week(moment)):
                period = str(Period.of(PROFILES[profile][table], moment))
                counts.setdefault((table, period), Counter())[cell] += times


def _moments(profile: str, begin: datetime) -> Iterator[datetime]:
    """Every hour of a busy place, one hour a day of a small one."""
    for day in range(DAYS):
        for hour in range(24) if profile == "busy" else (11,):
            yield (begin + timedelta(days=day)).replace(hour=hour)


def _vote(chance: random.Random) -> Vote:
    score = chance.choice((4, 4, 4, 3, 3, 2, 1))
    language = chance.choice(SURVEY.languages)
    answer = chance.choice(("none", *_answers(score)))
    return Vote(score, language, answer, suspect=not chance.randrange(_SUSPECT))


def _answers(score: int) -> tuple[str, ...]:
    if score > 2:
        return ("social", "help", "health", "talk", "place")
    return ("wait", "staff", "nohelp", "language", "unsafe")
