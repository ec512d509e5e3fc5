"""To whom alerts are sent, when, once, and again where one did not arrive."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from contract.opening import Hours
from dashboard.alerts.post import GIVE_UP, MOST_LINES, Post, Recipient
from dashboard.people.alerts import Happening, Kind
from dashboard.people.roles import FREE
from dashboard.wording import Words
from tests.dashboard.conftest import OSLO
from tests.dashboard.house import open_people
from tests.fakes.clock import FakeClock

NIGHT = Hours.parse("mon-sun", "20:00", "07:00")
AWAY = Happening(Kind.SILENT, "oslo/pro", "stua-1")
BEST = Happening(Kind.BEST, "oslo/pro", period="2026-10", said={"votes": 92, "satisfied": 0.978})
FULL = Happening(Kind.DISK, "", "store", said={"megabytes": 900})


@dataclass
class Phone:
    """What an address gets; refuses while it is off."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    on: bool = True

    def send(self, title: str, text: str) -> bool:
        self.asked += 1
        if self.on:
            self.taken.append((title, text))
        return self.on


class Office:
    def __init__(self, directory: Path) -> None:
        self.clock = FakeClock(datetime(2026, 11, 20, 12, tzinfo=OSLO))
        self.alerts = open_people(directory, self.clock).alerts
        self.mine, self.oslos, self.operators = Phone(), Phone(), Phone()
        self.to(
            Recipient(1, self.mine.send),
            Recipient(2, self.oslos.send, "oslo", frozenset({Kind.BEST})),
            Recipient(3, self.operators.send, kinds=frozenset({Kind.DISK, Kind.SILENT})),
        )

    def to(self, *recipients: Recipient, quiet: Hours | None = NIGHT, language: str = "en") -> None:
        self.post = Post(recipients, Words(language), "https://fjes.example.org", quiet)

    def round(self, minutes: float = 1) -> None:
        self.clock.advance(60 * minutes)
        self.post.send(self.alerts, self.clock.now, self.clock.now.astimezone(OSLO).replace(tzinfo=None))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_each_gets_what_it_wants_to_know_once(office: Office) -> None:
    office.alerts.begin([AWAY, BEST, FULL])
    for _ in range(3):
        office.round()
    assert [len(phone.taken) for phone in (office.mine, office.oslos, office.operators)] == [1, 1, 1]
    title, text = office.oslos.taken[0]
    assert title == "fjes: The best month yet"
    assert text.split("\n\n") == [
        "oslo/pro, October 2026: 97.8% of 92 votes were satisfied, more than in any month before.",
        "https://fjes.example.org/alerts?language=en",
    ]
    assert office.mine.taken[0][0] == "fjes: 3 alerts"
    assert "oslo/pro" in office.operators.taken[0][1]
    assert "97.8" not in office.operators.taken[0][1]
    assert office.alerts.untold() == []


def test_a_new_one_goes_alone_and_in_the_sites_language(office: Office) -> None:
    office.to(Recipient(1, office.mine.send), language="nb")
    office.alerts.begin([FULL])
    office.round()
    office.alerts.begin([AWAY])
    office.round()
    assert office.mine.taken[1][0] == "fjes: En terminal er borte"
    assert "stua-1 (oslo/pro) har ikke vært tilkoblet i en halvtime" in office.mine.taken[1][1]
    assert "900" not in office.mine.taken[1][1]


def test_at_night_nothing_is_sent_and_what_came_is_sent_after(office: Office) -> None:
    office.round(8 * 60)
    office.alerts.begin([AWAY])
    office.round(60)
    office.alerts.end(office.alerts.lasting())
    office.round(9 * 60 + 59)
    assert office.mine.asked == 0
    office.round()  # seven o'clock
    (letter,) = office.mine.taken
    assert letter[1].startswith("stua-1 (oslo/pro) has not been connected for half an hour")
    assert "It is over already." in letter[1]


def test_what_somebody_has_seen_before_need_not_be_sent(office: Office) -> None:
    office.alerts.begin([AWAY])
    office.alerts.acknowledge(FREE, office.alerts.lasting()[0].id, "", by="kari")
    office.round()
    assert office.mine.asked == 0


def test_an_address_that_does_not_answer_is_tried_again_later_and_later_and_the_others_do_not_wait(
    office: Office,
) -> None:
    office.mine.on = False
    office.alerts.begin([AWAY])
    with capture_logs() as logs:
        for _ in range(60):
            office.round()
    assert (office.mine.asked, len(office.operators.taken)) == (6, 1)  # at 1, 2, 4, 8, 16 and 32 minutes
    assert [line["again_in_minutes"] for line in logs] == [1, 2, 4, 8, 16, 32]
    assert {line["line"] for line in logs} == {1}
    office.mine.on = True
    office.round(10)
    assert (len(office.mine.taken), len(office.operators.taken)) == (1, 1)


def test_what_is_no_news_any_more_is_given_up(office: Office) -> None:
    office.to(Recipient(7, office.mine.send), quiet=None)
    office.mine.on = False
    office.alerts.begin([AWAY])
    with capture_logs() as logs:
        office.round(GIVE_UP.total_seconds() / 60)
    assert logs[-1]["event"] == "an alert is given up"
    assert logs[-1]["lines"] == [7]
    assert office.alerts.untold() == []


def test_when_many_come_at_once_the_message_stays_short(office: Office) -> None:
    office.alerts.begin([Happening(Kind.SILENT, "oslo", f"stua-{n}") for n in range(100)])
    office.round()
    (letter,) = office.operators.taken
    assert letter[0] == "fjes: 100 alerts"
    assert letter[1].count("stua-") == MOST_LINES
    assert "And 90 more." in letter[1]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_kind_has_a_sentence(office: Office, language: str) -> None:
    office.to(Recipient(1, office.mine.send), language=language)
    of_votes = {"votes": 40, "satisfied": 0.5, "suspects": 12}
    office.alerts.begin(
        [
            AWAY,
            BEST,
            FULL,
            Happening(Kind.DISK, "", "backups", said={"megabytes": 1}),
            Happening(Kind.FAULT, "oslo", "stua-1 disk"),
            Happening(Kind.QUIET, "oslo", period="2026-11-17"),
            Happening(Kind.UNSATISFIED, "oslo", period="2026-W46", said=of_votes),
            Happening(Kind.BURST, "oslo", "votes", "2026-11-17", of_votes),
            Happening(Kind.BURST, "oslo", "suspects", "2026-10", of_votes),
            Happening(Kind.CERTIFICATE, "", "server", said={"days": 6.2}),
        ]
    )
    office.round()
    office.alerts.begin([Happening(Kind.CERTIFICATE, "", "authority", said={"days": -1})])
    office.round()
    told = "\n".join(text for _, text in office.mine.taken)
    assert len(set(told.split("\n\n"))) == 12
    for number in ("97", "900", "50", "12", "7"):
        assert number in told


def never(_title: str, _text: str) -> bool:
    raise AssertionError


def test_without_alerts_nobody_is_asked(office: Office) -> None:
    send: Callable[[str, str], bool] = never
    office.to(Recipient(1, send))
    office.round()
