"""A site as an operator makes it, with the real collector: votes come through TLS, and only from whom is let in."""

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from collector.store.protocol import Refusals
from collector.store.sqlite import SqliteStore
from contract.sheets import Table
from contract.topics import Kind, topic
from deploy.site.accounts import reload
from deploy.site.authority import make_server, read_certificate
from tests.e2e.finger import SIZE, Finger
from tests.e2e.guest import Guest, trusting
from tests.e2e.letters import Letters
from tests.polling import PATIENCE, eventually
from tests.provisioned import Provisioned
from tests.screen import Screen

pytestmark = [
    pytest.mark.e2e,
    # paho leaves the socket of a handshake that failed to Python, which closes it and warns
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

A, B = "stua-1", "klinikk-1"


@pytest.fixture
def site() -> Iterator[Provisioned]:
    site = Provisioned()
    site.start()
    yield site
    site.end()
    gc.collect()  # so that it warns here and not in another test


@pytest.fixture
def run(site: Provisioned) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts a role of a settings file as a program."""
    running = []

    def run(file: Path, *words: str, environment: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "deploy", "--config", str(file), *words]
        with (site.directory / f"{words[0]}.log").open("ab") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(environment or {})}))
        return running[-1]

    yield run
    for program in running:
        program.terminate()
        program.wait(PATIENCE)


@pytest.fixture
def post(site: Provisioned) -> Iterator[Callable[..., Letters]]:
    """Starts a terminal from an unpacked bundle."""
    going = []

    def post(directory: Path, **how: Any) -> Letters:  # noqa: ANN401
        going.append(Letters(directory, **how))
        going[-1].start()
        return going[-1]

    yield post
    for letters in going:
        letters.stop()


def stored(site: Provisioned, terminal: str = A) -> int:
    """The votes of a terminal that are in the store."""
    store = SqliteStore.open(site.directory / "fjes.db")
    try:
        return sum(one.sheet.total for one in store.sheets([terminal], [Table.FACES], date.min, date.max))
    finally:
        store.close()


def refused(site: Provisioned) -> Refusals:
    store = SqliteStore.open(site.directory / "fjes.db")
    try:
        return store.refusals()
    finally:
        store.close()


def events(logs: list[Any]) -> list[str]:
    return [line["event"] for line in logs]


def test_votes_come_through(site: Provisioned, run: Callable[..., object], post: Callable[..., Letters]) -> None:
    terminals = [post(site.add(name, "--place", "oslo")) for name in (A, B)]
    run(site.file, "collector")
    for number, terminal in enumerate(terminals, 1):
        terminal.vote(number)
    eventually(lambda: stored(site, A) == 1 and stored(site, B) == 2)
    eventually(lambda: not any(terminal.tally.owed_count() for terminal in terminals))
    eventually(lambda: all(terminal.surveys for terminal in terminals))
    assert refused(site).total == 0
    assert "yes" in site.fjes("terminal", "list")


def test_a_revoked_terminal_is_cut_off_counts_on_and_can_come_back(
    site: Provisioned, run: Callable[..., object], post: Callable[..., Letters]
) -> None:
    run(site.file, "collector")
    directory = site.add(A)
    other, terminal = post(site.add(B)), post(directory)
    terminal.vote()
    eventually(lambda: stored(site) == 1)
    with capture_logs() as logs:
        assert site.fjes("terminal", "revoke", A) == f"{A} can sign on no more, and is cut off\n"
        eventually(lambda: "broker-refuses" in events(logs))
        terminal.vote(3)
        other.vote(2)
        eventually(lambda: stored(site, B) == 2)
    assert "broker-lost" in events(logs)
    assert events(logs).count("broker-refuses") == 1, "tried again and again, and told once"
    assert terminal.publisher.alive
    assert not terminal.publisher.connected
    assert other.publisher.connected
    assert stored(site) == 1
    assert terminal.tally.owed_count() == 4
    terminal.stop()
    back = post(site.add(A))
    eventually(lambda: stored(site) == 4)
    eventually(lambda: not back.tally.owed_count())


def test_another_password_loses_no_vote(
    site: Provisioned, run: Callable[..., object], post: Callable[..., Letters]
) -> None:
    run(site.file, "collector")
    old = site.add(A)
    secret = (old / "password").read_text().strip()
    terminal = post(old)
    terminal.vote(2)
    eventually(lambda: stored(site) == 2)
    directory = site.rotate(A)
    eventually(lambda: not terminal.publisher.connected)
    terminal.vote(3)
    terminal.stop()
    guest = Guest(site, A, secret)
    assert guest.refused == "Not authorized", "the old bundle opens nothing"
    guest.leave()
    post(directory)
    eventually(lambda: stored(site) == 5)


def test_who_has_an_account_and_is_not_in_the_register_is_quarantined(
    site: Provisioned, run: Callable[..., object], post: Callable[..., Letters]
) -> None:
    """The collector's own look, in case the broker's files were changed by another hand."""
    terminal, other = post(site.add(A)), post(site.add(B))
    store = SqliteStore.open(site.directory / "fjes.db")
    store.revoke(A)
    store.close()
    run(site.file, "collector")
    terminal.vote()
    other.vote()
    eventually(lambda: stored(site, B) == 1)
    eventually(lambda: refused(site).total)
    assert terminal.publisher.connected, "the broker lets it in"
    assert stored(site, A) == 0
    assert refused(site).newest[0].reason == f"terminal {A} was revoked"


def test_two_collectors_hear_the_same(site: Provisioned) -> None:
    site.fjes("broker", "init", "--collectors", "2")
    directory = site.add(A)
    guests = [
        Guest(site, name, site.files.password(name).read_text().strip()) for name in ("_collector", "_collector-2")
    ]
    for guest in guests:
        guest.ask([topic("+", Kind.SHEETS)])
    terminal = Guest(site, A, (directory / "password").read_text().strip())
    terminal.say(topic(A, Kind.SHEETS), b"to both")
    for guest in guests:
        guest.hears(topic(A, Kind.SHEETS), b"to both")
    for guest in (*guests, terminal):
        guest.leave()


def test_what_is_retained_comes_after_a_restart_too(site: Provisioned) -> None:
    """mosquitto looks again at who may have said it."""
    directory = site.add(A)
    collector = Guest(site, "_collector", site.files.password("_collector").read_text().strip())
    collector.say(topic(A, Kind.SURVEY), b"retained", retain=True)
    collector.leave()
    site.stop()
    site.start()
    terminal = Guest(site, A, (directory / "password").read_text().strip())
    terminal.ask([topic(A, Kind.SURVEY)])
    terminal.hears(topic(A, Kind.SURVEY), b"retained")
    terminal.leave()


def serial(site: Provisioned) -> str:
    """Of the certificate that the broker shows now."""
    with (
        socket.create_connection((site.host, site.port), PATIENCE) as plain,
        trusting(site.files.ca).wrap_socket(plain, server_hostname=site.host) as safe,
    ):
        certificate = safe.getpeercert()
    assert certificate is not None
    return str(certificate["serialNumber"])


def test_a_renewed_certificate_is_shown_and_nobody_is_cut_off(site: Provisioned, post: Callable[..., Letters]) -> None:
    terminal = post(site.add(A))
    eventually(lambda: terminal.publisher.connected)
    before = serial(site)
    with capture_logs() as logs:
        assert "could not be told" not in site.fjes("broker", "renew")
        eventually(lambda: serial(site) != before)
    assert int(serial(site), 16) == read_certificate(site.files.server).serial_number
    assert terminal.publisher.connected
    assert events(logs) == []


@pytest.mark.parametrize("trouble", ["another authority", "another name"])
def test_a_terminal_tells_nothing_to_a_broker_that_is_not_its_own(
    site: Provisioned, post: Callable[..., Letters], trouble: str
) -> None:
    directory = site.add(A)
    other = Provisioned()
    other.add(A)
    other.start()
    try:
        with capture_logs() as logs:
            if trouble == "another authority":
                terminal = post(directory, port=other.port)
            else:
                terminal = post(directory, host="127.0.0.2")
            eventually(lambda: "broker-untrusted" in events(logs))
            terminal.vote()
            reason = next(line["reason"] for line in logs if line["event"] == "broker-untrusted")
        assert reason == {
            "another authority": "unable to get local issuer certificate",
            "another name": "IP address mismatch, certificate is not valid for '127.0.0.2'.",
        }.get(trouble)
        assert not terminal.publisher.connected
        assert "as stua-1" not in other.log + site.log, "nobody has signed on"
        assert terminal.tally.owed_count() == 4
    finally:
        other.end()


def test_without_a_clock_no_date_is_judged_and_with_one_it_is(site: Provisioned, post: Callable[..., Letters]) -> None:
    """A terminal without a battery for its clock comes up in some other year."""
    files, long_ago = site.files, datetime.now(UTC) - timedelta(days=3000)
    directory = site.add(A)
    make_server(files.ca_key, files.ca, files.server_key, files.server, [site.host], long_ago)
    assert reload(files)
    with capture_logs() as logs:
        terminal = post(directory, clock_trusted=False)
        eventually(lambda: terminal.publisher.connected)
        terminal.clock_trusted = True
        site.stop()
        site.start()
        eventually(lambda: "broker-untrusted" in events(logs))
        assert [line["reason"] for line in logs if line["event"] == "broker-untrusted"] == ["certificate has expired"]
        assert not terminal.publisher.connected
        terminal.clock_trusted = False
        eventually(lambda: terminal.publisher.connected)


def test_without_a_clock_names_and_authorities_are_judged_all_the_same(
    site: Provisioned, post: Callable[..., Letters]
) -> None:
    directory = site.add(A)
    with capture_logs() as logs:
        terminal = post(directory, host="127.0.0.2", clock_trusted=False)
        eventually(lambda: "broker-untrusted" in events(logs))
    assert not terminal.publisher.connected


def replayed(directory: Path, presses: Path, terminal: str = A) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy", "replay", str(presses), "--terminal", terminal]
    return subprocess.run(command, capture_output=True, text=True, cwd=directory, timeout=2 * PATIENCE)


def test_a_file_is_replayed_with_the_terminals_own_settings(
    site: Provisioned, run: Callable[..., object], tmp_path: Path
) -> None:
    run(site.file, "collector")
    directory = site.add(A)
    presses = tmp_path / "presses.csv"
    rows = [f"2026-03-24T14:{minute:02}:00,nb,4,help\n" for minute in range(12)]
    presses.write_text("time,language,score,answer\n" + "".join(rows))
    done = replayed(directory, presses)
    assert (done.stdout, done.stderr, done.returncode) == (f"12 votes counted for {A}\n", "", 0)
    assert stored(site) == 12
    for where, who, said in (
        (directory, B, f"--terminal {B}: broker.user = '{A}' can speak for itself only"),
        (site.directory, A, f"--terminal {A}: broker.user = '_collector' can speak for itself only"),
    ):
        done = replayed(where, presses, who)
        assert (done.returncode, said in done.stderr) == (1, True)


def test_the_terminal_itself_works_with_what_was_unpacked(site: Provisioned, run: Callable[..., Any]) -> None:
    """`fjes --config fjes.toml kiosk`, a finger on its screen, and its vote in the store."""
    run(site.file, "collector")
    site.file.write_text(site.file.read_text() + '[privacy]\nprofile = "busy"\n')
    directory = site.add(A)
    settings = directory / "fjes.toml"
    settings.write_text(settings.read_text() + f'window = "{SIZE[0]}x{SIZE[1]}"\nclock = "trusted"\n')
    with Screen(SIZE) as screen:
        finger = Finger(screen)
        kiosk = run(settings, "kiosk", environment={**screen.environment, "SDL_AUDIODRIVER": "dummy"})
        eventually(finger.asks, "the terminal shows no faces")
        finger.visit(4)
        eventually(lambda: stored(site) == 1)
        kiosk.terminate()
        kiosk.wait(PATIENCE)
