"""Visits at known times, and then a search of all that a site leaves behind for anything that tells these times.

Every byte of every file, log, message and answer, every cell of every database, the files' times and the names of
all things. That the search finds what it looks for is tested in test_privacy_search.py.
"""

import hashlib
import http.client
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import sleep

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.broker import Broker
from tests.e2e.finger import WHY
from tests.e2e.site import Site
from tests.e2e.traces import Instant, Search, Visit
from tests.polling import eventually

pytestmark = pytest.mark.e2e

VOTES = [(4, 0, "th"), (1, 1, "en"), (4, None, "th"), (2, 0, "ro"), (4, 2, "nb"), (3, None, "es"), (1, 4, "th")]
"""Score, answer and language of each; the fifth lets go of five, two are left."""
PAGES = ("/", "/?period=2026", "/?language=en", "/nothing-here")
SILENCE = 2.0
"""Seconds without a word after which nothing more is to come."""
LATER = 11.0
"""Seconds after which the terminal has said that nothing is owed any more, if it has said that something was."""
APART = 2.0
"""Seconds between a start or a crash and a visit: logs tell of those to the second, which is to be in no visit."""
BROKER_LOG = """
user root
log_dest file {file}
"""


class Wiretap:
    """Somebody at the broker: every message, with its topic."""

    def __init__(self, port: int, name: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self._client.on_message = lambda _client, _data, one: self.heard.append((one.topic, bytes(one.payload)))
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", qos=1)
        self._client.loop_start()

    def wait_for_silence(self) -> None:
        """Until all that a start has to say is said."""
        before = -1
        while before != (before := len(self.heard)):
            sleep(SILENCE)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Run:
    """A site in a directory of its own: what programs leave in a home or a place for passing files is there too."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.directory = site.directory
        for name in ("home", "tmp"):
            (self.directory / name).mkdir()
        home, tmp = str(self.directory / "home"), str(self.directory / "tmp")
        site.environment |= {"HOME": home, "XDG_CACHE_HOME": home, "XDG_RUNTIME_DIR": tmp, "TMPDIR": tmp}
        site.broker = Broker(self.directory, settings=BROKER_LOG.format(file=self.directory / "broker.log"))
        site.set()
        self.visits: list[Visit] = []
        self.answers: list[tuple[str, bytes]] = []

    def visit(self, score: int, answer: int | None, language: str) -> None:
        """A visitor, timed from the first touch to the last that says something; then they leave."""
        site = self.site
        start = Instant.now()
        site.speak(language)
        site.choose(score, site.faces)
        site.touch(WHY.skip if answer is None else WHY.answers[answer].card)
        eventually(lambda: site.chosen() == [], "the terminal does not thank")
        self.visits.append(Visit(start, Instant.now()))
        site.leave()

    def look(self) -> None:
        """At the page; when it was asked is in the answer's head, and is left out."""
        for address in PAGES:
            with closing(http.client.HTTPConnection("127.0.0.1", self.site.page, timeout=30)) as line:
                line.request("GET", address, headers={"User-Agent": "somebody"})
                answer = line.getresponse()
                head = "\n".join(f"{name}: {value}" for name, value in answer.getheaders() if name.lower() != "date")
                self.answers.append((address, head.encode() + b"\n\n" + answer.read()))

    def is_the_terminals(self, file: Path) -> bool:
        """Its own disk, whose last write of all is the last vote's, until there is one of another kind.

        That is one time and not a list, nobody but who holds the disk has it, and no file system forgets it for us.
        """
        return file.is_relative_to(self.directory / "terminal")

    def says_no_time(self, file: Path) -> bool:
        """What is touched by whoever reads the store, now and then and all the time, tells of readers."""
        return self.is_the_terminals(file) or file.name.endswith(".db-shm")

    def rest(self) -> dict[str, tuple[int, str]]:
        """All files but the terminal's own: when they were written, and a digest of what is in them."""
        return {
            str(file.relative_to(self.directory)): (
                0 if self.says_no_time(file) else file.stat().st_mtime_ns,
                hashlib.sha256(file.read_bytes()).hexdigest(),
            )
            for file in sorted(self.directory.rglob("*"))
            if file.is_file() and not self.is_the_terminals(file)
        }

    def rows(self) -> dict[str, int]:
        """How many rows each table of each database has."""
        found = {}
        for file in self.directory.rglob("*.db"):
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
                for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                    found[f"{file.name} {table}"] = db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        return found

    def traces(self, wiretap: Wiretap) -> str:
        """One a line."""
        search = Search(self.visits)
        found = list(search.files(self.directory, but=self.says_no_time))
        for where, raw in (*wiretap.heard, *self.answers):
            found += search.raw(where, where.encode() + b"\n" + raw)
        return "\n".join(f"{trace.where}: {trace.what}" for trace in found)


@pytest.fixture
def run(make_site: Callable[[str], Site]) -> Run:
    return Run(make_site("small"))


@pytest.fixture
def wiretap(run: Run) -> Iterator[Wiretap]:
    run.site.start("broker")
    wiretap = Wiretap(run.site.broker.port, "wiretap")
    yield wiretap
    wiretap.stop()


def test_nothing_of_a_run_tells_when_anybody_pressed_anything(run: Run, wiretap: Wiretap) -> None:
    site = run.site
    for role in ("collector", "dashboard", "kiosk"):
        site.start(role)
    eventually(lambda: any(b'"screen"' in raw for _, raw in wiretap.heard), "no presence with what it found out")
    eventually(lambda: any(topic.endswith("/survey") for topic, _ in wiretap.heard), "no survey")
    run.look()

    sleep(APART)
    run.visit(*VOTES[0])
    wiretap.wait_for_silence()
    before, rows, heard = run.rest(), run.rows(), list(wiretap.heard)
    for vote in VOTES[1:4]:
        run.visit(*vote)
        run.look()
    assert run.rest() == before, "four votes change no byte of any file but on the terminal's own disk"
    assert run.rows() == rows, "nor is there a row for each of them anywhere"
    assert wiretap.heard == heard

    run.visit(*VOTES[4])
    eventually(lambda: sum(site.stored().values()) == 5, "the fifth vote releases them all")
    sleep(LATER)  # what it says is of the release, and is not to fall into a visit that has nothing to do with it
    for vote in VOTES[5:]:
        run.visit(*vote)
    run.look()
    assert run.traces(wiretap) == "", "while all of it runs"

    sleep(APART)
    site.crash()
    eventually(lambda: site.terminal() and site.asks(), "the terminal is not shown again")
    site.kill("collector")
    assert run.traces(wiretap) == "", "after it was cut off"

    late = Wiretap(site.broker.port, "late")
    eventually(lambda: any(topic.endswith("/presence") for topic, _ in late.heard), "nothing is kept at the broker")
    late.stop()
    site.stop()
    wiretap.heard += late.heard
    assert run.traces(wiretap) == "", "and when it has ended"
