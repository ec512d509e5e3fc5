"""The harness itself: what it takes for the truth, and that it sees when a store differs."""

from collections import Counter

import pytest

from tests.faults.truth import Counted, Ledger
from tests.faults.visits import Meant, Told, Touch, Visit, meanings

SPRING = 1_774_440_000.0  # 25 March 2026, 13:00 in Oslo
HAPPY = Meant("4", "nb", "none", suspect=False)
HELPED = HAPPY._replace(answer="help")


def visit(number: int = 1, *, dated: bool = True) -> Visit:
    touches = [Touch(0, "face", "4"), Touch(1.5, "answer", "help")]
    return Visit(Told(number, 0.0, SPRING, touches), meanings(touches), dated)


def stored(votes: int = 1, day: str = "2026-03-25", answer: str = "help") -> Counted:
    """What a store has of so many visitors like the one above."""
    cells = {("faces", "4"): votes, ("pattern", "4"): votes, ("answers", f"4:{answer}"): votes}
    dated = {
        ("faces", day, "4"): votes,
        ("pattern", "2026-03", "4:3-13"): votes,
        ("answers", "2026-03", f"4:{answer}"): votes,
        ("languages", "2026-03", "4:nb"): votes,
    }
    return Counted(Counter(cells | {("languages", "4:nb"): votes}), Counter(dated))


@pytest.fixture
def ledger() -> Ledger:
    """One visitor was thanked twice: for a face, and for its reason."""
    ledger = Ledger("small")
    for after in (HAPPY, HELPED):
        ledger.thank(visit(), after)
    return ledger


def test_what_was_thanked_for_is_what_must_be_stored(ledger: Ledger) -> None:
    assert ledger.agrees(stored())
    assert ledger.thanked == 1


@pytest.mark.parametrize("other", [stored(0), stored(2), stored(answer="talk"), stored(day="2026-03-24")])
def test_any_difference_is_seen(ledger: Ledger, other: Counted) -> None:
    assert not ledger.agrees(other)
    assert list(ledger.apart(other))


def test_losses_and_doubles_are_told_apart(ledger: Ledger) -> None:
    assert ledger.difference(stored(0)) == (1, 0)
    assert ledger.difference(stored(3)) == (0, 2)


@pytest.mark.parametrize("counted", [1, 2])
def test_what_was_under_way_at_a_kill_may_count_or_not_but_not_both(ledger: Ledger, counted: int) -> None:
    ledger.doubt(visit(2), HELPED)
    assert not ledger.agrees(stored(3))
    assert ledger.agrees(stored(counted))
    assert not ledger.agrees(stored(3 - counted)), "from then on it is known"


def test_a_change_that_was_under_way_is_there_whole_or_not_at_all() -> None:
    ledger = Ledger("small")
    ledger.thank(visit(), HAPPY)
    ledger.doubt(visit(), HELPED)
    half = Counted(stored().cells + stored(answer="none").cells, Counter())
    assert not ledger.agrees(half)
    assert ledger.agrees(stored(answer="none"))


def test_where_the_date_was_not_known_only_sums_must_be_right() -> None:
    ledger = Ledger("small")
    ledger.thank(visit(dated=False), HELPED)
    assert ledger.agrees(stored(day="2026-01-31"))


@pytest.mark.parametrize(
    ("touches", "meant"),
    [
        ([Touch(0, "face", "4"), Touch(1, "face", "1")], HAPPY._replace(score="1")),
        ([Touch(0, "face", "4"), Touch(1, "answer", "help"), Touch(9, "dismiss")], HELPED),
        ([Touch(0, "face", "4"), Touch(1, "oops"), Touch(9, "wait")], None),
        ([Touch(0, "language", "th"), Touch(1, "face", "4")], HAPPY._replace(language="th")),
        ([Touch(0, "face", "4"), Touch(1, "languages"), Touch(1, "language", "th")], HAPPY._replace(language="th")),
        ([Touch(1, "face", face) for face in "434343"], HAPPY._replace(score="3")),
        ([Touch(1, "face", face) for face in "4343434"], HAPPY._replace(suspect=True)),
        ([Touch(0, "face", "4"), *[Touch(0.35, "touch")] * 17, Touch(1, "dismiss")], HAPPY),
        ([Touch(0, "face", "4"), *[Touch(0.35, "touch")] * 18, Touch(1, "dismiss")], HAPPY._replace(suspect=True)),
    ],
)
def test_what_visitors_mean(touches: list[Touch], meant: Meant | None) -> None:
    assert meanings(touches)[-1] == meant
