"""The people: every change is whole, in the log, and ends the sessions that it should."""

from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from dashboard.people.audit import Act, Entry
from dashboard.people.book import ONE_TIME_SECONDS, People
from dashboard.people.errors import BusyError, RefusedChangeError, TooSoonError
from dashboard.people.passwords import Passwords
from dashboard.people.person import Person, email_of
from dashboard.people.roles import FREE, Access, Grant, Role
from dashboard.people.throttle import FREE as FREE_TRIES
from tests.dashboard.conftest import NEW_YEAR
from tests.dashboard.house import PASSWORD, open_people
from tests.fakes.clock import FakeClock

OTHER = "another long password"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NEW_YEAR)


@pytest.fixture
def people(tmp_path: Path, clock: FakeClock) -> People:
    return open_people(tmp_path, clock)


@pytest.fixture
def kari(people: People) -> Person:
    return people.add("Kari", Grant("oslo", Role.ADMIN), by="", password=PASSWORD)


def log(people: People) -> list[tuple[str, Act, str, str, str]]:
    return [(e.who, e.act, e.whom, e.place, e.detail) for e in reversed(people.audit.entries(FREE, 100))]


def test_somebody_who_was_added_is_there_for_every_process(people: People, kari: Person, tmp_path: Path) -> None:
    assert people.anyone()
    other = open_people(tmp_path)
    assert other.find(kari.id) == kari == other.named("  kARI ")
    assert other.check("kari", PASSWORD) == kari
    assert other.check("kari", OTHER) is None
    assert other.check("nobody", PASSWORD) is None
    assert log(people) == [("", Act.ADDED, "Kari", "oslo", "admin")]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "<b>", "x" * 65, "a  b", "\u202eirak"])
def test_a_name_that_could_mislead_is_refused(people: People, name: str) -> None:
    with pytest.raises(RefusedChangeError, match="name"):
        people.add(name, Grant("", Role.VIEWER), by="", password=PASSWORD)


@pytest.mark.parametrize("place", ["Oslo", "oslo/", "/oslo", "oslo//pro", "../x", "oslo\n"])
def test_a_place_that_cannot_be_one_is_refused(people: People, place: str) -> None:
    with pytest.raises(RefusedChangeError, match="place"):
        people.add("ola", Grant(place, Role.VIEWER), by="", password=PASSWORD)
    assert not people.anyone()


def test_a_name_is_given_once_however_it_is_written(people: People, kari: Person) -> None:
    with pytest.raises(RefusedChangeError, match="called that already"):
        people.add("KARI ", Grant("", Role.VIEWER), by="", password=PASSWORD)
    assert len(people.all()) == 1


def test_a_new_password_ends_sessions_and_is_logged_without_it(people: People, kari: Person) -> None:
    changed = people.set_password(kari, OTHER, by="Kari", one_time=False)
    assert changed.generation == kari.generation + 1
    assert people.check("kari", OTHER) == changed
    assert people.check("kari", PASSWORD) is None
    assert log(people)[-1] == ("Kari", Act.PASSWORD_CHANGED, "Kari", "oslo", "")
    people.set_password(kari, PASSWORD, by="", one_time=False)
    assert log(people)[-1] == ("", Act.PASSWORD_RESET, "Kari", "oslo", "")


def test_a_short_password_changes_nothing(people: People, kari: Person) -> None:
    with pytest.raises(RefusedChangeError):
        people.set_password(kari, "short", by="Kari", one_time=False)
    assert people.find(kari.id) == kari


def test_a_one_time_password_must_be_changed_and_is_over_after_a_week(
    people: People, kari: Person, clock: FakeClock
) -> None:
    assert people.set_password(kari, "k7mp-4wxr-hq2d-9tbe", by="", one_time=True).must_change
    clock.now += timedelta(seconds=ONE_TIME_SECONDS)
    assert people.check("kari", "k7mp-4wxr-hq2d-9tbe")
    clock.now += timedelta(seconds=1)
    assert people.check("kari", "k7mp-4wxr-hq2d-9tbe") is None


def test_roles_are_given_and_taken_place_by_place(people: People, kari: Person) -> None:
    people.set_role(kari, Grant("bergen", Role.VIEWER), by="Ola")
    people.set_role(kari, Grant("oslo", Role.MANAGER), by="Ola")
    found = people.find(kari.id)
    assert found
    assert found.grants == (Grant("bergen", Role.VIEWER), Grant("oslo", Role.MANAGER))
    assert found.generation == kari.generation + 2
    people.take_role(kari, "bergen", by="Ola")
    with pytest.raises(RefusedChangeError, match="no role at that place"):
        people.take_role(kari, "bergen", by="Ola")
    with pytest.raises(RefusedChangeError, match="only role"):
        people.take_role(kari, "oslo", by="Ola")
    assert [entry[1:] for entry in log(people)[1:]] == [
        (Act.ROLE_SET, "Kari", "bergen", "viewer"),
        (Act.ROLE_SET, "Kari", "oslo", "manager"),
        (Act.ROLE_TAKEN, "Kari", "bergen", ""),
    ]


def test_who_is_removed_is_gone_and_their_number_is_never_anothers(people: People, kari: Person) -> None:
    people.remove(kari, by="Ola")
    assert people.find(kari.id) is None
    assert people.check("kari", PASSWORD) is None
    again = people.add("Kari", Grant("", Role.VIEWER), by="", password=PASSWORD)
    assert again.id != kari.id, "or an old session would be the new person's"
    assert log(people)[1] == ("Ola", Act.REMOVED, "Kari", "oslo", "")


def test_who_is_gone_meanwhile_is_said(people: People, kari: Person) -> None:
    """And nothing is in the log that was not done."""
    people.remove(kari, by="")
    before = log(people)
    for change in (
        lambda: people.set_password(kari, OTHER, by="", one_time=False),
        lambda: people.set_role(kari, Grant("bergen", Role.VIEWER), by=""),
        lambda: people.take_role(kari, "oslo", by=""),
        lambda: people.remove(kari, by=""),
        lambda: people.end_sessions(kari),
    ):
        with pytest.raises(RefusedChangeError, match="nobody of that name"):
            change()
    assert log(people) == before


def test_a_mailbox_is_compared_as_it_is_written_but_for_ascii_letters() -> None:
    assert email_of(" Anna@Example.org ") == email_of("anna@example.org")
    assert email_of("ﬁnn@example.org") != email_of("finn@example.org")
    assert email_of("strasse@example.org") != email_of("straße@example.org")


class Full(Passwords):
    """As while many passwords are being looked at."""

    def matches(self, known: str | None, password: str) -> bool:
        raise BusyError


def test_a_try_that_was_not_looked_at_is_no_wrong_one(people: People, kari: Person, tmp_path: Path) -> None:
    busy = People.open(tmp_path / "people.db", passwords=Full())
    for _ in range(FREE_TRIES + 3):
        with pytest.raises(BusyError):
            busy.check_try(busy.throttle.enter("kari"), "kari", PASSWORD)
    for wrong in range(FREE_TRIES + 1):
        assert people.check_try(people.throttle.enter("kari"), "kari", f"wrong {wrong}") is None
    with pytest.raises(TooSoonError):
        people.throttle.enter("kari")


def test_somebody_who_signs_in_elsewhere_has_no_password_here(people: People) -> None:
    anna = people.add("anna", Grant("", Role.VIEWER), by="", openid="email:anna@example.org")
    assert people.check("anna", "") is None
    assert people.known_as("email:anna@example.org") == anna
    people.pin_openid(anna, "https://id.example#42")
    assert people.known_as("email:anna@example.org") is None
    assert people.known_as("https://id.example#42")


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(
    people: People, kari: Person, tmp_path: Path
) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    later = People.open(tmp_path / "people.db", passwords=stronger)
    assert later.check("kari", PASSWORD)
    fresh = later.find(kari.id)
    assert fresh
    assert fresh.password != kari.password
    assert fresh.generation == kari.generation
    assert not stronger.is_outdated(fresh.password or "")
    assert later.check("kari", PASSWORD)


def test_the_log_shows_an_admin_what_concerns_their_places_and_nothing_else(people: People, kari: Person) -> None:
    people.audit.exported("Kari", "figures.csv", "bergen/sentrum", "2023")
    people.audit.exported("Kari", "figures.csv", None, "2023")
    places = {
        home: [entry.place for entry in people.audit.entries(Access((Grant(home, Role.ADMIN),)), 10)]
        for home in ("", "oslo", "bergen", "bergen/sentrum")
    }
    assert places == {
        "": ["", "bergen/sentrum", "oslo"],
        "oslo": ["oslo"],
        "bergen": ["bergen/sentrum"],
        "bergen/sentrum": ["bergen/sentrum"],
    }
    assert people.audit.entries(Access((Grant("", Role.MANAGER),)), 10) == []


def test_the_log_is_read_page_by_page_also_through_others_lines(people: People) -> None:
    for number in range(7):
        people.audit.exported("Kari", f"{number}", "oslo", "2023")
        people.audit.exported("Kari", "x", "bergen", "2023")
    oslo = Access((Grant("oslo", Role.ADMIN),))
    seen: list[Entry] = []
    while page := people.audit.entries(oslo, 2, seen[-1].id if seen else None):
        assert len(page) <= 2
        seen += page
    assert [entry.detail for entry in seen] == [f"{number} 2023" for number in reversed(range(7))]
