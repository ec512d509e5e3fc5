"""What the terminal says and when, over a real tally; the test is the network, the collector and the clock."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from contract.errors import RefusedError
from contract.messages import Acks, Hello, Revisions, SheetsMessage, encode
from contract.sheets import Sheet, Table, Vote
from kiosk.errors import DamagedError, DiskError
from kiosk.moment import Known
from kiosk.publisher.dialogue import Dialogue, Pace
from kiosk.tally import Tally
from tests.fakes.clock import OSLO, FakeClock
from tests.kiosk.samples import TUESDAY, acks, answers, make_tally, press, released, revisions, spoil

DAY = 24 * 3600.0


class Talk:
    """A terminal's dialogue and everything around it."""

    def __init__(self, tally: Tally) -> None:
        self.clock = FakeClock()
        self.tally = tally
        self.first_answers = 0
        self.dialogue = Dialogue(self.tally, self.clock.monotonic, on_answer=self._count_answer)
        self.dialogue.connected()

    def _count_answer(self) -> None:
        self.first_answers += 1

    def said(self, after: float = 0.0) -> list[Hello | SheetsMessage]:
        """What is sent once `after` seconds have gone by."""
        self.clock.advance(after)
        return list(iter(self.dialogue.outgoing, None))

    def hellos(self, after: float = 0.0) -> list[Hello]:
        return [message for message in self.said(after) if isinstance(message, Hello)]

    def sheets(self, after: float = 0.0) -> list[Sheet]:
        return [sheet for message in self.messages(after) for sheet in message.sheets]

    def messages(self, after: float = 0.0) -> list[SheetsMessage]:
        return [message for message in self.said(after) if isinstance(message, SheetsMessage)]

    def hello(self) -> Hello:
        [hello] = self.hellos()
        return hello

    def hear(self, raws: Iterator[bytes]) -> None:
        for raw in raws:
            self.dialogue.received(raw)

    def greet(self, have: Revisions | None = None) -> None:
        """Says hello and is answered."""
        hello = self.hello()
        self.hear(answers(hello.installation, hello.nonce, have or {}))

    def store(self, sheets: list[Sheet]) -> None:
        """The collector acknowledges these."""
        self.dialogue.received(acks(self.tally.installation, sheets))


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk(make_tally())
    yield talk
    talk.tally.close()


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Talk]:
    """On a disk that was put into another machine while it owed sheets."""
    tally = make_tally(tmp_path / "tally.db")
    released(tally)
    tally.close()
    talk = Talk(make_tally(tmp_path / "tally.db", machine="another"))
    yield talk
    talk.tally.close()


def waits(due: Callable[[float], object], until: float) -> list[float]:
    """Seconds between the moments at which `due(1 second later)` gives anything."""
    found, last = [], 0.0
    seconds = 0.0
    while seconds < until:
        seconds += 1
        if due(1):
            found.append(seconds - last)
            last = seconds
    return found


class TestHello:
    def test_nothing_is_sent_before_the_hello_is_answered(self, talk: Talk) -> None:
        released(talk.tally)
        [hello] = talk.said()
        assert isinstance(hello, Hello)
        assert hello.installation == talk.tally.installation
        again = talk.said(5000)
        assert again == [hello], "only the hello is said again"
        talk.hear(answers(hello.installation, hello.nonce, {}))
        assert len(talk.sheets()) == 4
        assert talk.first_answers == 1

    def test_nothing_is_said_to_a_broker_that_is_gone(self, talk: Talk) -> None:
        released(talk.tally)
        talk.greet()
        talk.dialogue.disconnected()
        assert talk.said(DAY * 2) == []

    def test_an_unanswered_hello_is_said_again_ever_more_rarely(self, talk: Talk) -> None:
        assert talk.hello()
        assert waits(talk.hellos, 1600) == [10, 20, 40, 80, 160, 300, 300, 300, 300]

    def test_an_answer_to_an_earlier_hello_is_ignored(self, talk: Talk) -> None:
        released(talk.tally)
        stale = talk.hello()
        talk.dialogue.connected()
        fresh = talk.hello()
        assert fresh.nonce != stale.nonce
        talk.hear(answers(stale.installation, stale.nonce, {}))
        assert talk.messages(1) == []
        talk.hear(answers(fresh.installation, fresh.nonce, {}))
        assert talk.messages(1)

    def test_an_answer_about_another_installation_is_ignored(self, talk: Talk) -> None:
        released(talk.tally)
        talk.hear(answers("another-life", talk.hello().nonce, {}))
        assert talk.messages(1) == []

    def test_what_the_answer_names_is_not_sent(self, talk: Talk) -> None:
        released(talk.tally)
        [sheets] = talk.tally.owed().values()
        talk.greet(revisions(sheets[1:]))
        assert talk.sheets(1) == sheets[:1]

    def test_an_answer_in_parts_counts_when_all_are_there(self, talk: Talk) -> None:
        released(talk.tally)
        [sheets] = talk.tally.owed().values()
        hello = talk.hello()
        first, second = answers(hello.installation, hello.nonce, revisions(sheets[:2]), revisions(sheets[2:]))
        talk.dialogue.received(second)
        talk.dialogue.received(second)
        assert talk.first_answers == 0
        talk.dialogue.received(first)
        assert talk.first_answers == 1
        assert talk.tally.owed_count() == 0

    def test_parts_of_one_table_are_joined(self, talk: Talk) -> None:
        for day in range(2):
            released(talk.tally, moment=Known(TUESDAY.local + timedelta(days=day)))
        [sheets] = talk.tally.owed().values()
        hello = talk.hello()
        talk.hear(answers(hello.installation, hello.nonce, *(revisions([sheet]) for sheet in sheets)))
        assert talk.tally.owed_count() == 0

    def test_answers_of_two_collectors_are_not_mixed(self, talk: Talk) -> None:
        """They need not have the same number of parts; half of one and half of the other are no answer."""
        released(talk.tally)
        [sheets] = talk.tally.owed().values()
        hello = talk.hello()
        of_two = list(answers(hello.installation, hello.nonce, revisions(sheets[:2]), revisions(sheets[2:])))
        of_three = list(answers(hello.installation, hello.nonce, {}, {}, {}))
        talk.dialogue.received(of_three[0])
        talk.dialogue.received(of_three[1])
        talk.dialogue.received(of_two[1])
        talk.dialogue.received(of_three[2])
        assert talk.first_answers == 0
        talk.hear(iter(of_two))
        assert talk.first_answers == 1
        assert talk.tally.owed_count() == 0

    def test_it_is_said_again_when_the_collector_asks(self, talk: Talk) -> None:
        released(talk.tally)
        talk.greet()
        sheets = talk.sheets()
        talk.store(sheets)
        assert talk.said(60) == []
        asking = Acks(v=1, installation=talk.tally.installation, revisions={}, ask_hello=True)
        talk.dialogue.received(encode(asking))
        talk.greet()
        assert talk.sheets(1) == sheets, "the store that asks has none of them"
        assert talk.first_answers == 1, "the first answer of this start is told once"

    def test_it_is_said_every_day(self, talk: Talk) -> None:
        talk.greet()
        assert talk.said(DAY - 1) == []
        assert talk.hellos(1)
        assert not talk.said()

    def test_it_is_said_for_each_installation_that_is_kept(self, moved: Talk) -> None:
        hellos = moved.hellos()
        assert {hello.installation for hello in hellos} == set(moved.tally.kept_since())
        assert len(hellos) == 2
        current = next(hello for hello in hellos if hello.installation == moved.tally.installation)
        moved.hear(answers(current.installation, current.nonce, {}))
        assert len(moved.sheets()) == 4, "what the old installation owes does not wait for its own answer"

    def test_one_for_an_installation_that_is_forgotten_meanwhile_is_dropped(self, moved: Talk) -> None:
        for installation, sheets in moved.tally.owed().items():
            moved.tally.acknowledge(installation, revisions(sheets))
        moved.tally.forget(date(2027, 1, 1))
        moved.tally.forget(date(2028, 1, 1))
        said = moved.hellos() + moved.hellos()
        assert [hello.installation for hello in said] == [moved.tally.installation]


class TestSheets:
    def test_at_most_one_message_goes_out_a_second(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        assert len(talk.messages(1)) == 1
        released(talk.tally)
        assert talk.messages(0.5) == []
        assert len(talk.messages(0.5)) == 1

    def test_a_batch_of_parts_is_not_sent_at_once_either(self) -> None:
        talk = Talk(make_tally(profile="busy"))
        talk.greet()
        for hour in range(28 * 24):
            press(talk.tally, moment=Known(datetime(2026, 1, 1, tzinfo=OSLO) + timedelta(hours=hour)))
        talk.tally.release()
        sent = [talk.messages(1) for _ in range(10)]
        assert [len(messages) for messages in sent if messages] == [1] * sent[0][0].parts
        assert sent[0][0].parts > 1
        talk.tally.close()

    def test_what_is_acknowledged_is_not_sent_again(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        talk.store(talk.sheets(1))
        assert talk.said(3600) == []

    def test_what_is_not_is_sent_again_ever_more_rarely(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        assert talk.sheets()
        assert waits(talk.sheets, 1600) == [10, 20, 40, 80, 160, 300, 300, 300, 300]

    def test_news_are_sent_at_once_and_the_waiting_begins_anew(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        assert len(talk.sheets()) == 4
        assert len(talk.sheets(10)) == 4
        released(talk.tally)
        assert len(talk.sheets(1)) == 4
        assert waits(talk.sheets, 40) == [10, 20]

    def test_a_newer_release_takes_all_owed_sheets_of_its_month_with_it(self, talk: Talk) -> None:
        """Also those that are on their way and did not change: only together are their sums equal."""
        talk.greet()
        released(talk.tally)
        assert len(talk.sheets()) == 4
        released(talk.tally, Vote(1, "nb", "wait"), Known(TUESDAY.local + timedelta(days=1)))
        [message] = talk.messages(1)
        assert sorted((sheet.table, sheet.period) for sheet in message.sheets) == [
            (Table.ANSWERS, "2026-03"),
            (Table.FACES, "2026-03-24"),
            (Table.FACES, "2026-03-25"),
            (Table.LANGUAGES, "2026-03"),
            (Table.PATTERN, "2026-03"),
        ]

    def test_a_release_of_another_month_does_not(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        assert len(talk.sheets()) == 4
        released(talk.tally, moment=Known(TUESDAY.local + timedelta(days=20)))
        assert {sheet.period[:7] for sheet in talk.sheets(1)} == {"2026-04"}

    def test_everything_owed_is_said_anew_to_a_broker_that_comes_back(self, talk: Talk) -> None:
        talk.greet()
        released(talk.tally)
        assert talk.sheets()
        talk.dialogue.disconnected()
        talk.dialogue.connected()
        talk.greet()
        assert len(talk.sheets(1)) == 4

    def test_a_pace_can_be_set(self) -> None:
        tally, clock = make_tally(), FakeClock()
        dialogue = Dialogue(tally, clock.monotonic, Pace(again=1, again_most=2))
        dialogue.connected()

        def due(seconds: float) -> object:
            clock.advance(seconds)
            return dialogue.outgoing()

        assert due(0)
        assert waits(due, 9) == [1, 2, 2, 2, 2]
        tally.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"{}",
        b"[" * 10_000,
        b'{"v":2,"installation":"first-life","revisions":{}}',
        b'{"v":1,"installation":"first-life","revisions":{"visit@1":{"faces":{"2026-03-24":-1}}}}',
        b'{"v":1,"installation":"first-life","revisions":{},"part":2,"parts":1}',
        b" " * (64 * 1024 + 1),
    ],
)
def test_bytes_that_are_no_acknowledgement_are_refused(talk: Talk, raw: bytes) -> None:
    released(talk.tally)
    with pytest.raises(RefusedError):
        talk.dialogue.received(raw)
    talk.greet()
    assert len(talk.sheets()) == 4


class TestDiskOpenedAnew:
    """A disk that was damaged or failed may have forgotten what was sent of it: rule 5 begins again."""

    @pytest.fixture
    def talk(self, tmp_path: Path) -> Iterator[Talk]:
        talk = Talk(make_tally(tmp_path / "tally.db"))
        talk.greet()
        yield talk
        talk.tally.close()

    def test_nothing_is_sent_before_another_hello_is_answered(self, talk: Talk, tmp_path: Path) -> None:
        before = talk.tally.installation
        spoil(tmp_path / "tally.db")
        with pytest.raises(DamagedError):
            released(talk.tally)
        released(talk.tally)
        hello = talk.hello()
        assert hello.installation == talk.tally.installation != before
        assert talk.said(1) == []
        talk.hear(answers(hello.installation, hello.nonce, {}))
        assert len(talk.sheets()) == 4

    def test_a_disk_that_lost_its_last_revisions_goes_on_as_another_life(self, talk: Talk) -> None:
        before = talk.tally.installation
        talk.tally.close()
        talk.tally.start()
        press(talk.tally)
        talk.greet({"visit@1": {Table.FACES: {"2026-03-24": 7}}})
        assert talk.tally.installation != before

    def test_a_disk_that_does_not_answer_at_the_connect_is_asked_again(self, talk: Talk) -> None:
        """Not a day later."""
        talk.tally.close()
        with pytest.raises(DiskError):
            talk.dialogue.connected()
        with pytest.raises(DiskError):
            talk.said()
        talk.tally.start()
        assert talk.hello().installation == talk.tally.installation
