"""A store that is restored from a backup while the terminals run: they refill it, and nothing is lost or twice."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.messages import Presence
from contract.sheets import PROFILES, RELEASE, Table, Vote
from kiosk.moment import Known
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.broker import Broker
from tests.deploy.operated import Server, sheets_in
from tests.polling import eventually

pytestmark = pytest.mark.e2e

OSLO = ZoneInfo("Europe/Oslo")
LAST_MONTH = Known((datetime.now(UTC) - timedelta(days=25)).astimezone(OSLO))
TODAY = Known(datetime.now(OSLO))
QUICK = Pace(messages=0.05, again=1.0)


class Terminal:
    """A tally and its publisher, without a screen."""

    def __init__(self, directory: Path, broker: Broker, name: str, profile: str) -> None:
        filing = Filing(OSLO, PROFILES[profile])
        self.tally = Tally(directory / f"{name}.db", filing, release=RELEASE[profile], machine=name)
        self.tally.start()
        self.publisher = Publisher(
            name,
            self.tally,
            host=broker.host,
            port=broker.port,
            client_id=f"fjes-{name}",
            presence=self._presence,
            pace=QUICK,
        )
        self.publisher.start()

    def _presence(self) -> Presence:
        return Presence(
            v=1, online=True, installation=self.tally.installation, software=f"fjes {version('fjes')}", survey="visit@1"
        )

    def press(self, moment: Known, times: int) -> None:
        for _ in range(times):
            self.tally.record(Change("visit@1", moment, None, Vote(4, "nb", "help")))
        self.tally.release()
        self.publisher.nudge()

    def stop(self) -> None:
        self.publisher.stop()
        self.tally.close()


class Site:
    """A server whose collector is a process of its own, and two terminals that go on whatever becomes of it."""

    def __init__(self, directory: Path, broker: Broker, stack: ExitStack) -> None:
        self.server = Server(directory, f"[broker]\nport = {broker.port}\n")
        self.terminals = [
            Terminal(directory, broker, name, profile) for name, profile in (("quiet", "small"), ("loud", "busy"))
        ]
        for terminal in self.terminals:
            stack.callback(terminal.stop)
        self._log = directory / "collector.log"
        self._collector: subprocess.Popen[bytes] | None = None
        stack.callback(self.stop)

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._collector = subprocess.Popen(self._words("collector"), stderr=log)

    def stop(self) -> None:
        if self._collector is not None:
            self._collector.terminate()
            self._collector.wait(30)
            self._collector = None

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self._words(*words), capture_output=True, text=True, timeout=60)

    def _words(self, *words: str) -> Sequence[str]:
        return [sys.executable, "-m", "deploy", "--config", str(self.server.file), *words]

    def press(self, moment: Known, times: int) -> None:
        for terminal in self.terminals:
            terminal.press(moment, times)

    def counted(self) -> Counter[tuple[str, Table]]:
        found: Counter[tuple[str, Table]] = Counter()
        try:
            for one in sheets_in(self.server.store):
                found[one.terminal, one.sheet.table] += one.sheet.total
        except StoreError:  # it is not there yet
            return found
        return found

    def has(self, votes: int) -> bool:
        tables = [table for table in Table if table is not Table.SUSPECT]
        return self.counted() == {(name, table): votes for name in ("quiet", "loud") for table in tables}


@pytest.fixture
def site(tmp_path: Path, broker: Broker) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path, broker, stack)


def test_the_terminals_refill_what_the_backup_lacks(site: Site) -> None:
    site.start()
    site.press(LAST_MONTH, 7)
    eventually(lambda: site.has(7), "the votes did not reach the store")
    made = site.run("backup")
    assert made.returncode == 0, made.stderr
    (file,) = site.server.backups.iterdir()
    site.press(LAST_MONTH, 4)
    site.press(TODAY, 5)
    eventually(lambda: site.has(16))
    refused = site.run("restore", str(file))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"fjes: store {site.server.store}: a collector is running on it; stop it first: systemctl stop fjes-collector\n"
    )
    assert site.has(16), "nothing has changed"
    site.stop()
    done = site.run("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert site.has(7)
    site.press(TODAY, 3)  # while nobody collects
    site.start()
    eventually(lambda: site.has(19), "the store was not refilled")
    with closing(SqliteReadStore.open(site.server.store)) as store:
        assert store.refusals().total == 0
    eventually(lambda: not any(terminal.tally.owed_count() for terminal in site.terminals))
    found = site.run("doctor")
    assert [line for line in found.stdout.splitlines() if line.startswith("bad")] == []
    assert "ok  sums: the sums of all tables agree" in found.stdout
    assert found.returncode == 0


def test_an_emptied_server_comes_back_from_its_backup_alone(site: Site) -> None:
    site.start()
    site.press(LAST_MONTH, 7)
    eventually(lambda: site.has(7))
    assert site.run("backup").returncode == 0
    (file,) = site.server.backups.iterdir()
    site.stop()
    for lost in site.server.directory.glob("fjes.db*"):
        lost.unlink()
    assert site.run("restore", str(file)).returncode == 0
    assert site.has(7)
    site.press(TODAY, 2)
    site.start()
    eventually(lambda: site.has(9))
