"""Places side by side show what their own pages show, and are ranked no finer than their votes allow."""

from dashboard.intervals import wilson
from dashboard.privacy import Beside, beside


def faces(happy: int, unhappy: int) -> dict[int, int]:
    return {4: happy, 3: 0, 2: 0, 1: unhappy}


def test_places_go_by_rank_then_by_name_and_those_with_too_few_votes_come_last() -> None:
    found = beside(
        {
            "a-few": faces(9, 0),
            "b-worse": faces(600, 400),
            "c-good": faces(950, 50),
            "d-small": faces(9, 1),
            "e-by-month": None,
            "f-empty": faces(0, 0),
        }
    )
    assert [(one.place, one.rank) for one in found] == [
        ("c-good", 1),
        ("d-small", 1),
        ("b-worse", 2),
        ("a-few", None),
        ("e-by-month", None),
        ("f-empty", None),
    ]
    assert found[1] == Beside("d-small", 10, wilson(9, 10), 1)


def test_under_ten_votes_no_share_is_told() -> None:
    few, unknown = beside({"few": faces(5, 4), "unknown": None})
    assert few == Beside("few", 9, None, None)
    assert unknown == Beside("unknown", None, None, None)
