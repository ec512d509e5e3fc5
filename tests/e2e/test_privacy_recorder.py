"""A recorder on the broker and on the page, given the exact second of every visit: does it know who pressed what?

What leaves a terminal in profile small is scores of groups. Where who pressed what within a group changes no byte of
all that can be recorded, nobody can guess better than the group's totals allow; where it is so of the whole day, no
better than the day's totals allow.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from contract.sheets import Table
from deploy.settings import Privacy
from tests.broker import Broker
from tests.e2e.day import MORNING, Day, Page, Seen, Visit, Vote, record
from tests.e2e.guess import from_sheets, groups, guess, hour, whole_day

pytestmark = pytest.mark.e2e

DEFAULT = Privacy()
BY_DAY = Privacy(release=1000)
"""More than ever come in a day."""
NOT_HELD = Privacy(hold=())
MINUTES = (31, 94, 125, 187, 192, 246, 251, 318, 322, 330, 371, 402, 455)
"""Of the visits, after eight in the morning: some hours with one visitor, some with three."""
VOTES = [
    Vote(4, "social", "th"),
    Vote(4, None, "nb"),
    Vote(1, "staff", "en"),
    Vote(4, "help", "th"),
    Vote(4, "health", None),
    Vote(3, None, "en"),
    Vote(4, "help", "nb"),
    Vote(2, "wait", "th"),
    Vote(4, None, None),
    Vote(4, "talk", "nb"),
    Vote(1, "unsafe", "th"),
    Vote(4, "social", "en"),
    Vote(4, "place", "nb"),
]
RELEASES = (5, 10, 13)
"""After the fifth and the tenth visit, and at the day's end."""


def visits(votes: Sequence[Vote]) -> list[Visit]:
    return [
        Visit(MORNING + timedelta(minutes=at, seconds=at % 60), vote) for at, vote in zip(MINUTES, votes, strict=True)
    ]


def shuffled(within: Sequence[object]) -> list[Vote]:
    """The same votes by other visitors, among those for whom `within` says the same."""
    chance = random.Random(4)
    votes = list(VOTES)
    for part in dict.fromkeys(within):
        who = [index for index, of in enumerate(within) if of == part]
        theirs = [votes[index] for index in who]
        while len({votes[index] for index in who}) > 1 and theirs == [votes[index] for index in who]:
            chance.shuffle(theirs)
        for index, vote in zip(who, theirs, strict=True):
            votes[index] = vote
    assert votes != VOTES
    assert sorted(map(str, votes)) == sorted(map(str, VOTES))
    return votes


def everything(day: Day) -> list[Seen]:
    """All that the recorder has, each with how many visits were over when it came."""
    return sorted([*day.recorder.seen(), *day.pages])


GROUP = [next(n for n, end in enumerate(RELEASES) if index < end) for index in range(len(VOTES))]
HOUR = [hour(visit.at) for visit in visits(VOTES)]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page()
    with page.client:
        yield page


def test_where_only_the_days_end_releases_who_pressed_what_in_a_day_changes_no_byte(broker: Broker, page: Page) -> None:
    day = record(broker, page, visits(VOTES), BY_DAY)
    assert everything(day) == everything(record(broker, page, visits(shuffled([0] * len(VOTES))), BY_DAY))
    assert [after for after, _ in day.recorder.sheets()] == [len(VOTES)], "once, when the day was over"
    best = guess(from_sheets(visits(VOTES), day.recorder.sheets()))
    assert best == guess(whole_day(visits(VOTES)))


def test_by_default_who_pressed_what_in_a_group_changes_no_byte(broker: Broker, page: Page) -> None:
    """Nor in which language, at which hour and with which answer anybody did: the scores of the group are all."""
    day = record(broker, page, visits(VOTES), DEFAULT)
    assert everything(day) == everything(record(broker, page, visits(shuffled(GROUP)), DEFAULT))
    assert tuple(after for after, _ in day.recorder.sheets()) == RELEASES
    best = guess(from_sheets(visits(VOTES), day.recorder.sheets()))
    assert best == guess(groups(visits(VOTES), RELEASES))
    other = [Vote(vote.score, None, "en") for vote in VOTES]
    assert everything(day) == everything(record(broker, page, visits(other), DEFAULT))


def test_with_nothing_held_the_hours_are_told(broker: Broker, page: Page) -> None:
    """So this recorder does notice what there is to notice."""
    day = record(broker, page, visits(VOTES), NOT_HELD)
    again = record(broker, page, visits(shuffled(list(zip(GROUP, HOUR, strict=True)))), NOT_HELD)
    assert everything(day) == everything(again)
    other = record(broker, page, visits(shuffled(GROUP)), NOT_HELD)
    differ = [(a, b) for a, b in zip(everything(day), everything(other), strict=True) if a != b]
    assert differ, "this recorder can tell a difference"
    assert all(a.where.endswith("/sheets") for a, _ in differ), "not on the page"
    for (_, mine), (_, theirs) in zip(day.recorder.sheets(), other.recorder.sheets(), strict=True):
        assert [s for s in mine if s.table != Table.PATTERN] == [s for s in theirs if s.table != Table.PATTERN]
    assert guess(from_sheets(visits(VOTES), day.recorder.sheets())).sure > guess(whole_day(visits(VOTES))).sure


@pytest.mark.parametrize("privacy", [DEFAULT, BY_DAY])
def test_between_two_releases_nothing_leaves_and_nothing_on_the_page_changes(
    broker: Broker, page: Page, privacy: Privacy, tmp_path: Path
) -> None:
    """Not a byte at the broker, nor the number that the page's live stream is woken by."""
    with Day(tmp_path, broker, page, privacy).open() as day:
        states = []
        for visit in visits(VOTES)[:5]:
            day.visit(visit)
            mine = [(seen.where, seen.what) for seen in day.pages if seen.visits == day.recorder.visits]
            states.append((day.store_version(), len(day.recorder.raw), mine))
        released = states[3] != states[4]
    assert states[0] == states[1] == states[2] == states[3]
    assert released is (privacy == DEFAULT), "the fifth lets go"
