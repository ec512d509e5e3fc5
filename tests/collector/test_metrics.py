"""What Prometheus reads of the collector: of its parts here, and of a real one with a real broker."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from collector.inbox import Inbox
from collector.meter import Meter, kind_of
from collector.metrics import FAULTS, MOST_TERMINALS, Metrics, serve_metrics
from collector.store.protocol import Refusal
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from collector.wire import Message
from contract.messages import Presence
from contract.topics import Kind, topic
from kiosk.faults import Fault
from tests.broker import Broker
from tests.collector.samples import a_sheet, hello, presence, raw_message, sheets_message
from tests.collector.speaking import speak
from tests.polling import PATIENCE, eventually
from tests.ports import free_port

Samples = dict[tuple[str, str], float]
"""By name and label; without a label, the empty one."""


def samples(text: str) -> Samples:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, ",".join(sample.labels.values())] = sample.value
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore.open(tmp_path / "fjes.db")) as store:
        yield store


def scraped(
    path: Path, meter: Meter | None = None, inbox: Inbox | None = None, more: Mapping[str, Mapping[str, float]] = {}
) -> Samples:
    inbox = inbox or Inbox()
    away = Subscriber("127.0.0.1", 1, "fjes-collector", inbox)
    registry = CollectorRegistry()
    registry.register(Metrics(meter or Meter(), inbox, away, partial(SqliteReadStore.open, path), lambda: more))
    return samples(generate_latest(registry).decode())


def test_its_work(store: SqliteStore, tmp_path: Path) -> None:
    meter, inbox = Meter(), Inbox()
    for name in ("fjes/v1/stua-1/sheets", "fjes/v1/stua-2/sheets", "fjes/v1/stua-1/survey", "else/where"):
        meter.take(name)
    meter.refuse("else/where")
    meter.batches, meter.store_failures = 3, 2
    with meter.committing():
        pass
    inbox.put(Message("fjes/v1/stua-1/hello", b"{}"))
    found = scraped(tmp_path / "fjes.db", meter, inbox)
    assert found["fjes_messages_total", "sheets"] == 2
    assert found["fjes_messages_total", "other"] == 2
    assert found["fjes_messages_total", "hello"] == 0, "a number that is not there cannot be watched"
    assert found["fjes_refused_total", "other"] == 1
    assert found["fjes_batches_total", ""] == 3
    assert found["fjes_store_failures_total", ""] == 2
    assert found["fjes_commit_seconds_count", ""] == 1
    assert 0 < found["fjes_commit_seconds_sum", ""] < 1
    assert found["fjes_inbox_messages", ""] == 1
    assert found["fjes_broker_connected", ""] == 0


def test_a_commit_that_fails_is_none() -> None:
    meter = Meter()
    with pytest.raises(OSError, match="full"), meter.committing():
        raise OSError("full")
    assert (meter.commits, meter.commit_seconds) == (0, 0.0)


@pytest.mark.parametrize("name", ["fjes/v1/a/../etc/" + "x" * 1000, "sheets", "x/sheets", "", "fjes/v1/a/SHEETS"])
def test_a_kind_is_never_what_a_stranger_chose(name: str) -> None:
    assert kind_of(name) == "other"


def test_the_fleet_of_a_site_without_a_register_is_who_has_told(store: SqliteStore, tmp_path: Path) -> None:
    store.set_presences(
        {
            "a": Presence(v=1, online=True, owed=3, faults=("sound", "made-up"), clock="untrusted"),
            "b": Presence(v=1, online=False, owed=4, faults=("sound", "also-made-up")),
        }
    )
    store.quarantine([Refusal("t", "r", b"")] * 5)
    found = scraped(tmp_path / "fjes.db")
    assert found["fjes_terminals", ""] == 2
    assert found["fjes_terminals_online", ""] == 1
    assert found["fjes_owed_sheets", ""] == 7
    assert found["fjes_terminals_with_fault", "sound"] == 2
    assert found["fjes_terminals_with_fault", "other"] == 2
    assert found["fjes_terminals_with_fault", "disk"] == 0
    assert found["fjes_terminals_clock_untrusted", ""] == 1
    assert (found["fjes_terminal_online", "a"], found["fjes_terminal_online", "b"]) == (1, 0)
    assert (found["fjes_terminal_owed_sheets", "a"], found["fjes_terminal_owed_sheets", "b"]) == (3, 4)
    assert found["fjes_quarantined_total", ""] == 5
    assert not [label for _, label in found if "made" in label]


def test_with_a_register_strangers_and_the_revoked_are_not_in_it(store: SqliteStore, tmp_path: Path) -> None:
    for terminal in ("a", "never", "out"):
        store.register(terminal)
    store.revoke("out")
    store.set_presences({name: Presence(v=1, online=True, owed=1) for name in ("a", "stranger", "out")})
    found = scraped(tmp_path / "fjes.db")
    assert found["fjes_terminals", ""] == 2
    assert found["fjes_owed_sheets", ""] == 1
    assert {label for name, label in found if name == "fjes_terminal_online"} == {"a", "never"}
    assert found["fjes_terminal_online", "never"] == 0


def test_of_very_many_terminals_there_are_the_totals_only(store: SqliteStore, tmp_path: Path) -> None:
    store.set_presences({f"t{number}": Presence(v=1, online=True) for number in range(MOST_TERMINALS + 1)})
    found = scraped(tmp_path / "fjes.db")
    assert found["fjes_terminals_online", ""] == MOST_TERMINALS + 1
    assert not [name for name, _ in found if name == "fjes_terminal_online"]


def test_a_store_that_cannot_be_read_is_told_and_gives_no_zeros(tmp_path: Path) -> None:
    (tmp_path / "fjes.db").write_bytes(b"no database" * 1000)
    found = scraped(tmp_path / "fjes.db", more={"backup_age_seconds": {"": 12.5}})
    assert found["fjes_store_readable", ""] == 0
    assert found["fjes_backup_age_seconds", ""] == 12.5
    assert not {"fjes_terminals", "fjes_quarantined_total"} & {name for name, _ in found}


def test_what_others_know_has_its_labels(store: SqliteStore, tmp_path: Path) -> None:
    found = scraped(tmp_path / "fjes.db", more={"certificate_days_left": {"authority": 7000.5, "server": -1.0}})
    assert found["fjes_certificate_days_left", "authority"] == 7000.5
    assert found["fjes_certificate_days_left", "server"] == -1


def test_every_fault_that_a_terminal_knows_has_its_name() -> None:
    assert frozenset(Fault) == FAULTS


@pytest.mark.e2e
def test_it_answers_on_loopback_only_and_ends(store: SqliteStore, tmp_path: Path) -> None:
    inbox = Inbox()
    away = Subscriber("127.0.0.1", 1, "fjes-collector", inbox)
    serving = serve_metrics(Metrics(Meter(), inbox, away, partial(SqliteReadStore.open, tmp_path / "fjes.db")), 0)
    assert serving._server.server_address[0] == "127.0.0.1"
    with urlopen(f"http://127.0.0.1:{serving.port}/metrics", timeout=PATIENCE) as answer:
        found = samples(answer.read().decode())
    assert found["fjes_store_readable", ""] == 1
    assert found["process_resident_memory_bytes", ""] > 0
    serving.stop()
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{serving.port}/metrics", timeout=PATIENCE)


@contextmanager
def a_collector(directory: Path, broker: Broker, port: int) -> Iterator[subprocess.Popen[bytes]]:
    file = directory / "fjes.toml"
    file.write_text(f"[broker]\nport = {broker.port}\n[collector]\nmetrics_port = {port}\n")
    with (directory / "collector.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "deploy", "--config", str(file), "collector"], stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def scrape(port: int) -> Samples:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            return samples(answer.read().decode())
    except OSError:
        return {}


@pytest.mark.e2e
def test_a_real_collector_tells_how_it_is(tmp_path: Path, broker: Broker) -> None:
    port = free_port()
    with a_collector(tmp_path, broker, port):
        eventually(lambda: scrape(port).get(("fjes_broker_connected", "")) == 1)
        speak(
            broker,
            presence(),
            hello(),
            sheets_message(a_sheet(1)),
            sheets_message(a_sheet(2, {"4": 9})),
            raw_message({"v": 2}),
            Message(topic("stua-1", Kind.HELLO), b"no json"),
        )
        eventually(lambda: scrape(port).get(("fjes_quarantined_total", "")) == 2)
        found = scrape(port)
        assert found["fjes_messages_total", "sheets"] == 3
        assert found["fjes_refused_total", "sheets"] == found["fjes_refused_total", "hello"] == 1
        assert 1 <= found["fjes_commit_seconds_count", ""] <= 2
        assert found["fjes_terminal_online", "stua-1"] == 1
        assert ("fjes_backup_age_seconds", "") not in found, "there is none"
        broker.kill()
        eventually(lambda: scrape(port).get(("fjes_broker_connected", "")) == 0)


@pytest.mark.e2e
def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path, broker: Broker) -> None:
    with a_collector(tmp_path, broker, broker.port) as collector:
        assert collector.wait(PATIENCE) == 1
    said = (tmp_path / "collector.log").read_text()
    assert (
        said == f"fjes: collector.metrics_port = {broker.port}: Address already in use; choose another, or 0 for none\n"
    )
