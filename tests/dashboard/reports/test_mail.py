"""Reports by mail: to whom, when, once, and never to who may not have them any more."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from pypdf import PdfReader

from collector.store.protocol import Placement
from contract.periods import Granularity, Period
from dashboard.look import Site
from dashboard.mailman import Mailman
from dashboard.people.book import People
from dashboard.people.person import Person
from dashboard.people.roles import FREE, Grant, Role
from dashboard.reports.mail import Mail, last_over
from dashboard.reports.making import Reports
from dashboard.reports.postbox import PostboxError
from tests.dashboard.conftest import OSLO, year_store
from tests.dashboard.house import PASSWORD, open_people
from tests.dashboard.reports.told import SPOKEN, plain, text_of
from tests.fakes.clock import FakeClock
from tests.fakes.postbox import FakePostbox
from tests.fakes.read_store import FakeReadStore
from tests.polling import eventually

TO = "kari@example.org"


class Office:
    """A site in March 2023, with a manager and a postbox; time goes on when it is told to."""

    def __init__(self, directory: Path, store: FakeReadStore | None = None) -> None:
        self.clock = FakeClock(datetime(2023, 3, 20, 12, tzinfo=UTC))
        self.store = store or year_store()
        self.people: People = open_people(directory, self.clock)
        self.postbox = FakePostbox()
        site = Site(lambda: self.store, OSLO, ["nb", "en"], 5, lambda: self.clock.now, spoken=SPOKEN)
        reports = Reports(site)
        self.mail = Mail(reports, self.people, self.postbox, now=site.now, page="https://fjes.example.org")
        self.kari = self.manager("kari", "")

    def manager(self, name: str, place: str, role: Role = Role.MANAGER) -> Person:
        return self.people.add(name, Grant(place, role), by="", password=PASSWORD)

    def until(self, moment: datetime) -> None:
        self.clock.advance((moment.replace(tzinfo=OSLO) - self.clock.now).total_seconds())

    def ask(self, length: Granularity = Granularity.MONTH, place: str = "", language: str = "en") -> None:
        self.mail.begin(self.kari, place, length, language, TO)

    def exported(self) -> list[tuple[str, str, str]]:
        entries = self.people.audit.entries(FREE, 50)
        return [(entry.who, entry.place, entry.detail) for entry in entries if entry.act == "exported"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def attached(message: EmailMessage) -> tuple[str | None, str]:
    (part,) = message.iter_attachments()
    content = part.get_content()
    assert isinstance(content, bytes)
    return part.get_filename(), text_of(content)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return plain(str(part.get_content()))


def test_a_month_comes_once_a_day_after_it_is_over(office: Office) -> None:
    office.ask()
    for too_early in (datetime(2023, 3, 31, 23), datetime(2023, 4, 1, 12), datetime(2023, 4, 2, 5, 59)):
        office.until(too_early)
        assert office.mail.send_due() == 0
    office.until(datetime(2023, 4, 2, 6))
    assert office.mail.send_due() == 1
    assert office.mail.send_due() == 0
    (message,) = office.postbox.taken
    assert (message["To"], message["Subject"]) == (TO, "How satisfied visitors were: March 2023, All places")
    name, text = attached(message)
    assert name == "fjes-2023-03.pdf"
    assert "733 votes were given in March 2023." in text
    assert "733 votes were given in March 2023." in body(message)
    assert "https://fjes.example.org/?period=2023-03&language=en" in body(message)
    assert "https://fjes.example.org/me/mail?language=en" in body(message)
    assert office.exported() == [("kari", "", "report.pdf (mail) 2023-03")]


def test_the_next_month_comes_too_and_a_missed_one_does_not(office: Office) -> None:
    office.ask()
    office.until(datetime(2023, 4, 3, 12))
    assert office.mail.send_due() == 1
    office.until(datetime(2023, 7, 3, 12))
    assert office.mail.send_due() == 1
    assert [message["Subject"].split(": ")[1] for message in office.postbox.taken] == [
        "March 2023, All places",
        "June 2023, All places",
    ]
    assert "No votes were given in June 2023." in body(office.postbox.taken[1])


@pytest.mark.parametrize(
    ("length", "day", "named"),
    [
        (Granularity.QUARTER, datetime(2023, 4, 2, 7), "1. kvartal 2023"),
        (Granularity.YEAR, datetime(2024, 1, 2, 7), "2023"),
    ],
)
def test_quarters_and_years_in_the_language_that_was_asked_in(
    office: Office, length: Granularity, day: datetime, named: str
) -> None:
    office.ask(length, language="nb")
    office.until(day)
    assert office.mail.send_due() == 1
    assert office.postbox.taken[0]["Subject"] == f"Hvor fornøyde de besøkende var: {named}, Alle steder"


def taken_away(office: Office) -> None:
    office.people.set_role(office.kari, Grant("", Role.VIEWER), by="")


def moved(office: Office) -> None:
    office.people.set_role(office.kari, Grant("elsewhere", Role.ADMIN), by="")
    office.people.take_role(office.kari, "", by="")


def reset(office: Office) -> None:
    office.people.set_password(office.kari, "another horse battery", by="boss", one_time=True)


@pytest.mark.parametrize("change", [taken_away, moved, reset])
def test_who_may_not_have_it_any_more_gets_nothing(office: Office, change: Callable[[Office], None]) -> None:
    office.ask()
    change(office)
    office.until(datetime(2023, 4, 3, 12))
    assert office.mail.send_due() == 0
    assert office.postbox.taken == []
    assert office.exported() == []


def test_with_the_person_their_mailings_go(office: Office) -> None:
    office.ask()
    office.people.remove(office.kari, by="")
    assert office.people.mailings.all() == []


def test_a_shut_postbox_is_tried_again_and_nothing_is_noted_meanwhile(office: Office) -> None:
    office.ask()
    office.until(datetime(2023, 4, 3, 12))
    office.postbox.shut = True
    for _ in range(3):
        with pytest.raises(PostboxError, match="it answers 421"):
            office.mail.send_due()
    assert office.exported() == []
    office.postbox.shut = False
    assert office.mail.send_due() == 1


def test_whom_the_server_does_not_know_is_not_tried_for_ever(office: Office) -> None:
    office.ask()
    office.postbox.refuses = {TO}
    office.until(datetime(2023, 4, 3, 12))
    assert office.mail.send_due() == 0
    assert office.mail.send_due() == 0
    assert office.postbox.opened == 1


def test_a_place_that_is_no_more_has_no_report(office: Office) -> None:
    office.ask(place="gone")
    office.until(datetime(2023, 4, 3, 12))
    assert office.mail.send_due() == 0


def test_a_place_has_its_own_numbers(tmp_path: Path) -> None:
    store = year_store()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "oslo/bus", date(2020, 1, 1))]
    office = Office(tmp_path, store)
    office.ask(place="oslo/bus")
    office.until(datetime(2023, 4, 3, 12))
    assert office.mail.send_due() == 1
    assert "No votes were given in March 2023." in body(office.postbox.taken[0])
    assert office.exported() == [("kari", "oslo/bus", "report.pdf (mail) 2023-03")]


@pytest.mark.parametrize(
    ("now", "length", "period"),
    [
        ("2023-04-02T05:59", Granularity.MONTH, "2023-02"),
        ("2023-04-02T06:00", Granularity.MONTH, "2023-03"),
        ("2023-04-02T06:00", Granularity.QUARTER, "2023-Q1"),
        ("2024-01-01T23:00", Granularity.YEAR, "2022"),
        ("2024-01-02T06:00", Granularity.YEAR, "2023"),
    ],
)
def test_when_a_period_is_over_for_certain(now: str, length: Granularity, period: str) -> None:
    assert last_over(length, datetime.fromisoformat(now)) == Period.parse(period)


def test_the_mailman_goes_on_after_what_went_wrong(office: Office) -> None:
    office.ask()
    office.until(datetime(2023, 4, 3, 12))
    office.postbox.shut = True
    mailman = Mailman(office.mail, every_seconds=0.01)
    mailman.start()
    try:
        office.postbox.shut = False
        eventually(lambda: office.postbox.taken)
    finally:
        mailman.stop()


def test_the_pdf_in_the_mail_can_be_read(office: Office) -> None:
    office.ask()
    office.until(datetime(2023, 4, 3, 12))
    office.mail.send_due()
    (part,) = office.postbox.taken[0].iter_attachments()
    assert part.get_content_type() == "application/pdf"
    content = part.get_content()
    assert isinstance(content, bytes)
    assert PdfReader(io.BytesIO(content)).pages
