"""Tokens: kept as a hash, good for one thing, in the log, and ended by all that ends their person's sessions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.people.audit import Act
from dashboard.people.book import People
from dashboard.people.errors import RefusedChangeError
from dashboard.people.person import Person
from dashboard.people.roles import FREE, Grant, Role
from dashboard.people.tokens import LASTS, MOST, Kind
from tests.dashboard.conftest import NEW_YEAR
from tests.dashboard.house import PASSWORD, open_people
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NEW_YEAR)


@pytest.fixture
def people(tmp_path: Path, clock: FakeClock) -> People:
    return open_people(tmp_path, clock)


@pytest.fixture
def kari(people: People) -> Person:
    return people.add("Kari", Grant("oslo", Role.MANAGER), by="", password=PASSWORD)


def test_it_is_found_by_its_secret_for_what_it_is_for(people: People, kari: Person) -> None:
    secret = people.tokens.make(kari, Kind.API, " the  town's page ", "oslo/pro")
    found = people.tokens.find(secret, Kind.API)
    assert found
    assert (found.person, found.name, found.place) == (kari.id, "the town's page", "oslo/pro")
    assert people.tokens.find(secret, Kind.WALL) is None
    assert people.tokens.find(secret.replace("api", "wall"), Kind.WALL) is None
    assert people.tokens.find(secret + "x", Kind.API) is None
    assert people.tokens.find("", Kind.API) is None


def test_the_file_does_not_have_the_secret(people: People, kari: Person, tmp_path: Path) -> None:
    secret = people.tokens.make(kari, Kind.WALL, "hall", "oslo")
    people.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"hall" in kept
    assert secret.encode() not in kept
    assert secret.rpartition("_")[2].encode() not in kept


def test_each_is_another(people: People, kari: Person) -> None:
    secrets = {people.tokens.make(kari, Kind.API, "same", "") for _ in range(3)}
    assert len(secrets) == 3
    assert all(len(secret) > 50 for secret in secrets)


@pytest.mark.parametrize(
    "change",
    [
        lambda people, kari: people.set_password(kari, "another long password", by="x", one_time=False),
        lambda people, kari: people.set_role(kari, Grant("bergen", Role.VIEWER), by="x"),
        lambda people, kari: people.end_sessions(kari),
        lambda people, kari: people.remove(kari, by="x"),
        lambda people, kari: people.tokens.revoke(kari, 1),
    ],
    ids=["password", "role", "signed out everywhere", "removed", "revoked"],
)
def test_it_ends(people: People, kari: Person, change: Callable[[People, Person], object]) -> None:
    secret = people.tokens.make(kari, Kind.API, "page", "")
    change(people, kari)
    assert people.tokens.find(secret, Kind.API) is None
    assert people.tokens.of(kari) == []


def test_nobody_ends_anothers(people: People, kari: Person) -> None:
    other = people.add("Ola", Grant("", Role.ADMIN), by="", password=PASSWORD)
    secret = people.tokens.make(kari, Kind.API, "page", "")
    people.tokens.revoke(other, 1)
    assert people.tokens.find(secret, Kind.API)


def test_a_programs_ends_after_a_year_and_a_walls_does_not(people: People, kari: Person, clock: FakeClock) -> None:
    api, wall = (people.tokens.make(kari, kind, "x", "oslo") for kind in (Kind.API, Kind.WALL))
    clock.advance(LASTS.total_seconds())
    assert people.tokens.find(api, Kind.API)
    clock.advance(24 * 3600)
    assert people.tokens.find(api, Kind.API) is None
    assert people.tokens.find(wall, Kind.WALL)


def test_making_and_ending_are_in_the_log_of_each_place(people: People, kari: Person) -> None:
    people.set_role(kari, Grant("bergen", Role.VIEWER), by="x")
    kari = people.named("kari") or kari
    people.tokens.make(kari, Kind.API, "all of it", "")
    people.tokens.make(kari, Kind.WALL, "hall", "oslo/pro")
    people.tokens.revoke(kari, 2)
    people.tokens.revoke(kari, 2)
    lines = [(e.who, e.act, e.place, e.detail) for e in reversed(people.audit.entries(FREE, 100))][2:]
    assert lines == [
        ("Kari", Act.TOKEN_MADE, "bergen", "api all of it"),
        ("Kari", Act.TOKEN_MADE, "oslo", "api all of it"),
        ("Kari", Act.TOKEN_MADE, "oslo/pro", "wall hall"),
        ("Kari", Act.TOKEN_REVOKED, "oslo/pro", "wall hall"),
    ]


def test_a_name_that_is_none_and_one_too_many_are_refused(people: People, kari: Person) -> None:
    for name in ("", "  ", "x" * 65, "a\0b"):
        with pytest.raises(RefusedChangeError):
            people.tokens.make(kari, Kind.API, name, "")
    for _ in range(MOST):
        people.tokens.make(kari, Kind.API, "x", "")
    with pytest.raises(RefusedChangeError):
        people.tokens.make(kari, Kind.API, "x", "")


def test_who_was_changed_meanwhile_gets_none(people: People, kari: Person) -> None:
    people.end_sessions(kari)
    with pytest.raises(RefusedChangeError):
        people.tokens.make(kari, Kind.API, "x", "")
    assert not people.audit.entries(FREE, 1)[0].act.startswith("token")
