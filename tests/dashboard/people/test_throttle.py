"""Growing pauses: they slow guessing down, forget in time, survive restarts, and leave a known browser alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.people.errors import TooSoonError
from dashboard.people.file import PeopleFile
from dashboard.people.throttle import (
    FORGOTTEN_AFTER,
    FREE,
    LONGEST_REST,
    OVERALL_FREE,
    Throttle,
    rest_after,
)

SECRET = b"s" * 32


class Time:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def file(tmp_path: Path) -> PeopleFile:
    return PeopleFile.open(tmp_path / "people.db")


@pytest.fixture
def throttle(file: PeopleFile, time: Time) -> Throttle:
    return Throttle(file, SECRET, time)


def wait_of(throttle: Throttle, name: str, browser: str | None = None) -> float:
    with pytest.raises(TooSoonError) as refused:
        throttle.enter(name, browser)
    return refused.value.seconds


def wrong(throttle: Throttle, time: Time, name: str, times: int, browser: str | None = None) -> None:
    for _ in range(times):
        time.now += LONGEST_REST
        throttle.enter(name, browser)


@given(st.integers(0, 200))
def test_rests_grow_to_the_longest_and_never_past_it(tries: int) -> None:
    assert rest_after(tries) <= rest_after(tries + 1) <= LONGEST_REST
    assert (rest_after(tries) == 0) is (tries <= FREE)


def test_a_few_slips_cost_nothing_and_then_pauses_double(throttle: Throttle, time: Time) -> None:
    for _ in range(FREE + 1):
        throttle.enter("kari")
    assert wait_of(throttle, "kari") == pytest.approx(2)
    time.now += 1.5
    assert wait_of(throttle, "kari") == pytest.approx(0.5)
    time.now += 0.5
    throttle.enter("kari")
    assert wait_of(throttle, "kari") == pytest.approx(4)


def test_a_refused_try_makes_nothing_longer(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", FREE + 3)
    first = wait_of(throttle, "kari")
    for _ in range(50):
        assert wait_of(throttle, "kari") == first


def test_nobody_waits_longer_than_the_longest_rest_however_many_tries_there_were(
    throttle: Throttle, time: Time
) -> None:
    wrong(throttle, time, "kari", 40)
    assert wait_of(throttle, "kari") == LONGEST_REST


def test_another_name_does_not_wait(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", 10)
    throttle.enter("ola")


def test_a_browser_that_is_known_waits_only_for_its_own_mistakes(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", 20)
    throttle.enter("kari", "her browser")
    wrong(throttle, time, "kari", FREE + 1, "her browser")
    assert wait_of(throttle, "kari", "her browser") > 0
    throttle.enter("kari", "her other browser")


def test_the_right_password_begins_anew(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", FREE)
    throttle.forgive(throttle.enter("kari"))
    for _ in range(FREE + 1):
        throttle.enter("kari")
    assert wait_of(throttle, "kari") > 0


def test_a_try_that_is_taken_back_leaves_the_rest_as_it_was(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", FREE + 1)
    time.now += 10
    throttle.take_back(throttle.enter("kari"))
    assert throttle.enter("kari").before[0] == (FREE + 1, time.now - 10)


def test_a_restart_forgets_nothing(throttle: Throttle, time: Time, tmp_path: Path) -> None:
    wrong(throttle, time, "kari", FREE + 4)
    again = Throttle(PeopleFile.open(tmp_path / "people.db"), SECRET, time)
    assert wait_of(again, "kari") == wait_of(throttle, "kari")


def test_a_day_of_quiet_is_forgotten(throttle: Throttle, time: Time, file: PeopleFile) -> None:
    wrong(throttle, time, "kari", 20)
    time.now += FORGOTTEN_AFTER + 1
    throttle.enter("ola")
    assert len(file.rows("SELECT * FROM tries")) == 2, "only the last try, by its name and for all"


def test_a_clock_that_is_set_back_locks_nobody_out(throttle: Throttle, time: Time) -> None:
    wrong(throttle, time, "kari", 20)
    time.now -= 10 * 365 * 86400
    throttle.enter("kari")


def test_many_names_at_once_wait_together_but_not_for_long(throttle: Throttle, time: Time) -> None:
    for number in range(int(OVERALL_FREE)):
        throttle.enter(f"name {number}")
    assert 0 < wait_of(throttle, "kari") <= 2
    throttle.enter("kari", "her browser")
    time.now += 2
    throttle.enter("kari")


def test_no_name_is_kept_and_the_rows_are_bounded(throttle: Throttle, time: Time, file: PeopleFile) -> None:
    for number in range(300):
        time.now += 2
        throttle.enter(f"a password typed as a name {number}")
    keys = [key for (key,) in file.rows("SELECT key FROM tries")]
    assert all(key == "overall" or len(key) == 3 for key in keys), "one of 4,096, so that many share it"
