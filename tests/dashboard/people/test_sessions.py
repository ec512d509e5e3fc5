"""Sessions end: after a while without use, after twelve hours, and for nobody else."""

import pytest

from dashboard.people.person import Person
from dashboard.people.sessions import IDLE_SECONDS, LONGEST_SECONDS, MOST, Sessions
from tests.fakes.clock import FakeClock


def person(number: int = 1) -> Person:
    return Person(number, "kari", "kari", None, None, None, 3, ())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sessions(clock: FakeClock) -> Sessions:
    return Sessions(clock.monotonic)


def test_a_session_is_its_persons_under_a_name_that_nobody_guesses(sessions: Sessions) -> None:
    token = sessions.begin(person())
    found = sessions.find(token, active=True)
    assert found
    assert (found.person, found.generation) == (1, 3)
    assert len(token) >= 43
    assert sessions.begin(person()) != token
    assert sessions.find(token + "x", active=True) is None


def test_an_hour_without_use_ends_it(sessions: Sessions, clock: FakeClock) -> None:
    token = sessions.begin(person())
    for _ in range(5):
        clock.advance(IDLE_SECONDS - 1)
        assert sessions.find(token, active=True)
    clock.advance(IDLE_SECONDS)
    assert sessions.find(token, active=True) is None


def test_a_page_that_refreshes_by_itself_is_no_use(sessions: Sessions, clock: FakeClock) -> None:
    token = sessions.begin(person())
    for _ in range(2):
        clock.advance(IDLE_SECONDS // 2 - 1)
        assert sessions.find(token, active=False)
    clock.advance(3)
    assert sessions.find(token, active=False) is None


def test_twelve_hours_end_it_whatever_is_done(sessions: Sessions, clock: FakeClock) -> None:
    token = sessions.begin(person())
    for _ in range(LONGEST_SECONDS // 1800 - 1):
        clock.advance(1800)
        assert sessions.find(token, active=True)
    clock.advance(1800)
    assert sessions.find(token, active=True) is None


def test_who_signs_out_is_out_here_alone(sessions: Sessions) -> None:
    here, there = sessions.begin(person()), sessions.begin(person())
    sessions.end(here)
    sessions.end(here)
    assert sessions.find(here, active=True) is None
    assert sessions.find(there, active=True)


def test_one_person_has_only_so_many_and_the_oldest_go(sessions: Sessions) -> None:
    others = sessions.begin(person(2))
    tokens = [sessions.begin(person()) for _ in range(MOST + 3)]
    assert [bool(sessions.find(token, active=True)) for token in tokens] == [False] * 3 + [True] * MOST
    assert sessions.find(others, active=True)


def test_what_is_over_is_not_kept(sessions: Sessions, clock: FakeClock) -> None:
    for number in range(50):
        sessions.begin(person(number))
    clock.advance(LONGEST_SECONDS)
    sessions.begin(person(99))
    assert len(sessions._sessions) == 1
