"""From the settings to alerts: the file of addresses, quiet hours, and what is wrong with the server."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.people.alerts import Happening, Kind
from deploy.alerts import collects, troubles, watching_of
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.operating.doctor import machine
from deploy.operating.lock import collecting, hearing, hearing_of
from deploy.site.authority import ends
from deploy.site.broker import broker_files, make_broker
from tests.broker import Broker
from tests.fakes.hook import Hook
from tests.polling import PATIENCE, eventually

SETTINGS = (
    '[alerts]\naddresses_file = "addresses"\nquiet = "20:00-07:00"\n[dashboard]\naddress = "https://fjes.example.org"'
)
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")


def configured(directory: Path, addresses: str = "", settings: str = SETTINGS) -> Configuration:
    (directory / "fjes.toml").write_text(settings)
    file = directory / "addresses"
    file.write_text(addresses)
    file.chmod(0o600)
    return read_settings(directory / "fjes.toml")


@pytest.mark.e2e
def test_who_is_named_gets_what_they_want_to_know(tmp_path: Path) -> None:
    with Hook().running() as hook:
        lines = f"# ours\n\njson://127.0.0.1:{hook.port}/a place=oslo/pro kinds=silent,best\njson://127.0.0.1:9/b\n"
        post = watching_of(configured(tmp_path, lines), "https://fjes.example.org").post
        assert post is not None
        first, second = post.recipients
        assert (first.number, first.place, first.kinds) == (3, "oslo/pro", frozenset({Kind.SILENT, Kind.BEST}))
        assert (second.number, second.place, second.kinds) == (4, "", frozenset(Kind))
        assert first.send("title", "text")
        assert hook.taken == [("title", "text")]
        assert post.words.language == "nb"
        assert post.quiet is not None
        assert post.quiet.hold(2, 6 * 60 + 59)
        assert not post.quiet.hold(2, 7 * 60)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense://our-secret", "line 2: apprise knows no such address"),
        ("json://127.0.0.1/our-secret when=night", "line 2: after the address, expected place= and kinds=, and not"),
        ("json://127.0.0.1/our-secret kinds=silent,loud", "line 2: there are no alerts of kind 'loud'"),
    ],
)
def test_a_line_that_is_not_right_is_named_without_its_secret(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Problem, match=said) as problem:
        watching_of(configured(tmp_path, f"\n{line}\n"), "")
    assert "our-secret" not in str(problem.value)


def test_a_file_that_others_can_read_or_that_is_not_there(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    (tmp_path / "addresses").chmod(0o644)
    with pytest.raises(Problem, match=r"alerts.addresses_file .*: everybody on this machine can read it"):
        watching_of(configuration, "")
    (tmp_path / "addresses").unlink()
    with pytest.raises(Problem, match=r"alerts.addresses_file .*: No such file or directory"):
        watching_of(configuration, "")


def test_without_addresses_the_page_alone_tells(tmp_path: Path) -> None:
    assert watching_of(configured(tmp_path, "# nobody\n"), "").post is None
    assert watching_of(configured(tmp_path, settings=""), "").post is None


@pytest.mark.parametrize("quiet", ["20:00", "20:00-20:00", "night", "25:00-07:00"])
def test_quiet_hours_that_have_no_meaning(tmp_path: Path, quiet: str) -> None:
    with pytest.raises(Problem, match=rf"quiet '{quiet}' has no meaning; expected two times, as 20:00-07:00"):
        configured(tmp_path, settings=f'[alerts]\nquiet = "{quiet}"')


def test_whether_a_collector_runs(tmp_path: Path) -> None:
    configuration = configured(tmp_path, settings="")
    assert collects(configuration)  # none has ever run
    store = tmp_path / "fjes.db"
    with collecting(store):
        assert collects(configuration)
        with hearing(store) as tell, hearing(store) as another:
            assert not collects(configuration)  # the broker is not there yet
            tell(True)
            assert collects(configuration)
            another(True)
            tell(False)
            assert collects(configuration)
            another(False)
            assert not collects(configuration)
            tell(True)
        assert not collects(configuration)
    with hearing(store) as tell:
        tell(True)
        assert not collects(configuration)


@pytest.mark.e2e
def test_a_real_collector_tells_whether_it_hears_its_broker(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    configuration = configured(tmp_path, settings=f"[broker]\nport = {broker.port}")
    command = [sys.executable, "-m", "deploy", "--config", str(tmp_path / "fjes.toml"), "collector"]
    quick = os.environ | {"WATCHDOG_USEC": "300000"}
    with (tmp_path / "log").open("wb") as log:
        collector = subprocess.Popen(command, env=quick, stdout=log, stderr=log)
    try:
        eventually(hearing_of(tmp_path / "fjes.db").exists, "the collector does not start")
        eventually(lambda: not collects(configuration), "there is no broker yet")
        for _ in range(2):
            broker.start()
            eventually(lambda: collects(configuration), "it does not say that it hears the broker")
            broker.kill()
            eventually(lambda: not collects(configuration), "it does not say that the broker is gone")
    finally:
        collector.terminate()
        assert collector.wait(PATIENCE) == 0
        broker.stop()


def test_certificates_and_disks_as_the_doctor_counts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = configured(tmp_path, settings="")
    files = broker_files(configuration)
    make_broker(files, ("fjes.example.org",))
    now = datetime.now(UTC)
    assert troubles(configuration, now) == []
    late = ends(files.server) - timedelta(days=machine.SOON_DAYS)
    (found,) = troubles(configuration, late)
    assert found == Happening(Kind.CERTIFICATE, "", "server", said={"days": machine.SOON_DAYS})
    monkeypatch.setattr("deploy.alerts.SCARCE", 10**18)
    (disk,) = troubles(configuration, now)
    assert (disk.kind, disk.subject) == (Kind.DISK, "store")
    assert disk.said["megabytes"] > 0
    files.server.write_text("damaged")
    assert [one.kind for one in troubles(configuration, now)] == [Kind.DISK]
