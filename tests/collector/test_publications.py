"""What holds of all that was published: the innermost place, the latest day, and versions of the same words."""

from datetime import date

import pytest
from msgspec.structs import replace

from collector.store.publications import Change, Publication, as_version, change_after, due
from locales.catalogue import default_survey

ONE = default_survey()
TWO = replace(ONE, id="visit@2", question=dict.fromkeys(ONE.languages, "And now?"))
TODAY, MONDAY, TUESDAY = date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 24)
EVERYWHERE = Publication(1, "", TODAY, ONE)
OSLO = Publication(2, "oslo", TODAY, TWO)


def test_where_nothing_was_published_the_settings_hold() -> None:
    assert due([], "oslo/pro", TODAY) is None
    assert due([OSLO], "bergen", TODAY) is None
    assert due([OSLO], "oslofjord", TODAY) is None
    assert change_after([], "oslo", TODAY) is None


@pytest.mark.parametrize("order", [[EVERYWHERE, OSLO], [OSLO, EVERYWHERE]])
@pytest.mark.parametrize(
    ("place", "expected"), [("oslo/pro/stua", OSLO), ("oslo", OSLO), ("bergen", EVERYWHERE), ("", EVERYWHERE)]
)
def test_the_innermost_place_counts_whatever_was_published_last(
    order: list[Publication], place: str, expected: Publication
) -> None:
    assert due(order, place, TODAY) == expected


def test_the_latest_day_counts_and_of_one_day_the_last() -> None:
    planned, again, other = (
        Publication(3, "", MONDAY, TWO),
        Publication(4, "", TODAY, ONE),
        Publication(5, "", MONDAY, ONE),
    )
    everything = [EVERYWHERE, planned, again, other]
    assert due(everything, "oslo", TODAY) == again
    assert due(everything, "oslo", MONDAY) == other
    assert due(everything, "oslo", date(2026, 11, 20)) is None
    assert change_after(everything, "oslo", TODAY) == Change(MONDAY, other)
    assert change_after(everything, "oslo", MONDAY) is None


def test_a_place_can_go_along_with_the_one_around_it_again() -> None:
    back = Publication(3, "oslo", MONDAY, None)
    assert due([EVERYWHERE, OSLO, back], "oslo/pro", MONDAY) == EVERYWHERE
    assert change_after([EVERYWHERE, OSLO, back], "oslo/pro", TODAY) == Change(MONDAY, EVERYWHERE)
    assert change_after([OSLO, back], "oslo/pro", TODAY) == Change(MONDAY, None)


def test_what_changes_nothing_at_a_place_is_no_change_there() -> None:
    plan = Publication(3, "", MONDAY, TWO)
    own = Publication(4, "oslo", TUESDAY, ONE)
    assert change_after([OSLO, plan], "oslo/pro", TODAY) is None
    assert change_after([OSLO, plan, own], "oslo/pro", TODAY) == Change(TUESDAY, own)


def test_other_words_are_the_next_version_and_the_same_words_are_not() -> None:
    known = {ONE.id: ONE, "visit@7": replace(TWO, id="visit@7"), "food@9": replace(ONE, id="food@9")}
    assert as_version(replace(ONE, id="visit@1"), known) == ONE
    assert as_version(replace(TWO, id="visit@1"), known).id == "visit@7"
    third = replace(ONE, satisfied=ONE.unsatisfied, unsatisfied=ONE.satisfied)
    assert as_version(third, known) == replace(third, id="visit@8")
    assert as_version(replace(third, id="new@5"), known).id == "new@1"


def test_fewer_languages_are_no_other_words_and_more_are() -> None:
    fewer = replace(ONE, languages=("nb", "en"))
    assert as_version(fewer, {ONE.id: ONE}) == ONE
    assert as_version(ONE, {ONE.id: fewer}).id == "visit@2"


def test_other_words_in_a_language_that_nobody_is_shown_are_no_other_words() -> None:
    odd = replace(ONE, languages=("nb", "en"), question={**ONE.question, "th": "?"})
    assert as_version(odd, {ONE.id: ONE}) == ONE
