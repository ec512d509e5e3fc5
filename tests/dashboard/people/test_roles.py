"""What a role at a place allows, and what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.people.roles import FREE, Access, Grant, Role

PLACES = st.lists(st.sampled_from(["oslo", "bus", "pro", "pro-2"]), max_size=3).map("/".join)


def access(*grants: tuple[str, Role]) -> Access:
    return Access(tuple(Grant(place, role) for place, role in grants))


@pytest.mark.parametrize(
    ("place", "may"),
    [
        ("oslo/pro", True),
        ("oslo/pro/stua", True),
        ("oslo", False),
        (None, False),
        ("", False),
        ("oslo/pro-2", False),
        ("oslo/bus", False),
        ("pro", False),
    ],
)
def test_a_role_holds_at_its_place_and_in_all_that_lies_in_it(place: str | None, may: bool) -> None:
    assert access(("oslo/pro", Role.VIEWER)).may(Role.VIEWER, place) is may


def test_a_higher_role_includes_the_lower_ones_and_not_the_other_way() -> None:
    manager = access(("oslo", Role.MANAGER))
    assert manager.may(Role.VIEWER, "oslo")
    assert not manager.may(Role.ADMIN, "oslo")
    assert [role for role in Role if manager.somewhere(role)] == [Role.VIEWER, Role.MANAGER]


def test_roles_are_not_carried_from_one_place_to_another() -> None:
    mixed = access(("oslo", Role.VIEWER), ("bergen", Role.ADMIN))
    assert not mixed.may(Role.MANAGER, "oslo")
    assert mixed.homes() == ["bergen", "oslo"]


def test_homes_are_the_topmost_places() -> None:
    assert access(("oslo/pro", Role.ADMIN), ("oslo", Role.VIEWER)).homes() == ["oslo"]
    assert access(("oslo", Role.VIEWER), ("", Role.VIEWER)).homes() == [""]


def test_an_admin_looks_after_those_who_are_wholly_within() -> None:
    oslo = access(("oslo", Role.ADMIN))
    assert oslo.looks_after([Grant("oslo/pro", Role.ADMIN)])
    assert not oslo.looks_after([Grant("oslo/pro", Role.VIEWER), Grant("bergen", Role.VIEWER)])
    assert not oslo.looks_after([Grant("", Role.VIEWER)])


@given(place=PLACES)
def test_without_sign_in_everything_is_allowed(place: str) -> None:
    assert FREE.may(Role.ADMIN, place)


@given(home=PLACES, place=PLACES)
def test_who_may_see_a_place_may_see_no_place_around_their_homes(home: str, place: str) -> None:
    viewer = access((home, Role.VIEWER))
    if viewer.may(Role.VIEWER, place):
        assert place == home or place.startswith(f"{home}/" if home else "")


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        ("", ["bergen", "oslo/pro"]),
        ("oslo", ["oslo/pro"]),
        ("oslo/pro", ["oslo/pro"]),
        ("oslo/pro/stua", ["oslo/pro/stua"]),
        ("oslo/bus", []),
    ],
)
def test_within_a_place_a_viewer_sees_no_more_than_before(place: str, seen: list[str]) -> None:
    within = access(("oslo/pro", Role.ADMIN), ("bergen", Role.VIEWER)).seen_within(place)
    assert within.homes() == seen
    assert not within.somewhere(Role.MANAGER)
