"""Many real terminals in one process, without screens: tally, dialogue and publisher as `fjes kiosk` joins them.

`python -m tests.bench.terminals KIND FILE FIRST COUNT`: those that `FILE` (see `Door`) numbers from FIRST on. KIND is
`terminals`, or `bare` for as many paho clients that connect, subscribe and do nothing more. It does what it is told on
standard input: `connect`, or `vote`, for which every terminal counts and releases one more; and says when all of them
are served.
"""

import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion

from contract.messages import Presence, Revisions
from contract.sheets import PROFILES, RELEASE, Vote
from contract.topics import Kind, topic
from deploy.logs import set_up_logs
from kiosk.publisher import Publisher
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from locales.catalogue import default_survey
from tests.bench.flood import name
from tests.bench.programs import say
from tests.fakes.clock import OSLO, FakeClock

TURN = 0.05
"""Seconds that a thread may keep Python to itself. All that wait look as often, which with 500 costs more than the
work."""
SURVEY = default_survey().id
VOTE = Vote(4, "nb", "help")


class Door(Struct, frozen=True):
    """Where terminals connect; with a CA over TLS, and then each by its name and password."""

    port: int
    ca: str = ""
    passwords: tuple[str, ...] = ()
    """Of terminal 0 and on."""

    def tls(self) -> ssl.SSLContext | None:
        if not self.ca:
            return None
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class Round:
    """Who is not served yet, and what was sent and sent again. Said once: when the last one is served."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: set[object] = set()
        self.sent = 0

    def begin(self, everyone: "list[Any]") -> None:
        with self._lock:
            self._waiting = set(everyone)
            self.sent = 0

    def served(self, one: object) -> None:
        with self._lock:
            if one not in self._waiting:
                return
            self._waiting.discard(one)
            done = not self._waiting
        if done:
            say("served", sent=self.sent)

    def has_sent(self) -> None:
        with self._lock:
            self.sent += 1


class _Tally(Tally):
    """One that tells when a hello was answered and nothing is owed any more."""

    def __init__(self, machine: str, told: Callable[[], None]) -> None:
        super().__init__(Path(":memory:"), Filing(OSLO, PROFILES["busy"]), release=RELEASE["busy"], machine=machine)
        self._told = told
        self.answered = False

    def acknowledge(self, installation: str, revisions: Revisions) -> None:
        super().acknowledge(installation, revisions)
        self._look()

    def compare(self, installation: str, have: Revisions, *, start: int | None = None) -> None:
        super().compare(installation, have, start=start)
        self.answered = True
        self._look()

    def _look(self) -> None:
        if self.answered and not self.owed_count():
            self._told()


class Terminal:
    """One of them."""

    def __init__(self, number: int, door: Door, tls: ssl.SSLContext | None, rounds: Round) -> None:
        self._moment = FakeClock().moment()
        self._tally = _Tally(f"machine-{number}", lambda: rounds.served(self))
        self._tally.start()
        self._installation = self._tally.installation
        self._publisher = Publisher(
            name(number),
            self._tally,
            host="localhost" if tls else "127.0.0.1",
            port=door.port,
            client_id=name(number),
            presence=self._presence,
            tls=tls,
            user=name(number) if tls else "",
            password=door.passwords[number] if tls else "",
        )
        client: Any = self._publisher
        client._client.publish = _counting(client._client.publish, rounds)

    def connect(self) -> None:
        self._publisher.start()

    def vote(self) -> None:
        """One more, released; it is served when a hello that is answered after this finds it in the store."""
        self._tally.answered = False
        self._tally.record(Change(SURVEY, self._moment, None, VOTE))
        self._tally.release()

    def nudge(self) -> None:
        self._publisher.nudge()

    def _presence(self) -> Presence:
        return Presence(v=1, online=True, installation=self._installation, survey=SURVEY)


def _counting(publish: Callable[..., mqtt.MQTTMessageInfo], rounds: Round) -> Callable[..., mqtt.MQTTMessageInfo]:
    def counted(name: str, *given: Any, **more: Any) -> mqtt.MQTTMessageInfo:  # noqa: ANN401
        if name.endswith(f"/{Kind.SHEETS}"):
            rounds.has_sent()
        return publish(name, *given, **more)

    return counted


class Bare:
    """A client that is served when the broker has confirmed its subscription."""

    def __init__(self, number: int, door: Door, tls: ssl.SSLContext | None, rounds: Round) -> None:
        self._port, self._host = door.port, "localhost" if tls else "127.0.0.1"
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name(number), protocol=mqtt.MQTTv311)
        if tls:
            self._client.tls_set_context(tls)
            self._client.username_pw_set(name(number), door.passwords[number])
        self._client.on_connect = lambda client, *_: client.subscribe(topic(name(number), Kind.ACKS), 1)
        self._client.on_subscribe = lambda *_: rounds.served(self)

    def connect(self) -> None:
        self._client.connect_async(self._host, self._port)
        self._client.loop_start()

    def vote(self) -> None:
        """It has none."""

    def nudge(self) -> None:
        """It has nothing to send."""


def main(kind: str, file: str, first: str, count: str) -> None:
    set_up_logs("terminals", only_trouble=True)
    sys.setswitchinterval(TURN)
    door = msgspec.json.decode(Path(file).read_bytes(), type=Door)
    tls, rounds = door.tls(), Round()
    sort = Terminal if kind == "terminals" else Bare
    all_of_them = [sort(number, door, tls, rounds) for number in range(int(first), int(first) + int(count))]
    say("ready")
    for line in sys.stdin:
        match line.strip():
            case "vote":
                rounds.begin(all_of_them)
                for one in all_of_them:
                    one.vote()
                say("voted")
            case "nudge":
                for one in all_of_them:
                    one.nudge()
                say("nudged")
            case "connect":
                for one in all_of_them:
                    one.connect()
                say("connecting")


if __name__ == "__main__":
    main(*sys.argv[1:])
