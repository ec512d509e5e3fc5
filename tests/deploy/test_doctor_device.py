"""The doctor of a terminal: on a real tally, read only, while a terminal works on it."""

import fcntl
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from contract.messages import revisions_of
from deploy.command import main
from deploy.configuration import read_settings
from deploy.operating.doctor.case import Device
from deploy.operating.doctor.finding import Finding, Level
from deploy.operating.doctor.round import DEVICE
from kiosk.moment import Provisional
from kiosk.tally import Tally
from tests.fakes.clock import OSLO
from tests.kiosk.samples import HAPPY, make_tally, press

NOW = datetime(2026, 3, 25, 12, tzinfo=OSLO)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "fjes.toml").write_text('[broker]\nport = 1\n[terminal]\nclock = "trusted"\n')
    (tmp_path / "terminal").mkdir()
    return tmp_path / "terminal"


@pytest.fixture
def tally(directory: Path) -> Iterator[Tally]:
    with closing(make_tally(directory / "terminal-1.db")) as tally:
        yield tally


def found(directory: Path, check: str, now: datetime = NOW) -> list[Finding]:
    settings = read_settings(directory.parent / "fjes.toml")
    return list(dict(DEVICE)[check](Device(settings, directory, now)))


def levels(directory: Path, check: str, now: datetime = NOW) -> list[Level]:
    return [finding.level for finding in found(directory, check, now)]


def test_a_terminal_that_runs(directory: Path, tally: Tally) -> None:
    assert levels(directory, "terminal") == [Level.LOOK]
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert levels(directory, "terminal") == [Level.OK]
    assert levels(directory, "terminal") == [Level.LOOK]


def test_a_sound_tally(directory: Path, tally: Tally) -> None:
    press(tally, times=7)
    (only,) = found(directory, "tally")
    assert (only.level, only.text) == (Level.OK, f"{directory / 'terminal-1.db'} is sound")


def test_a_damaged_tally_and_those_that_were_moved_aside(directory: Path, tally: Tally) -> None:
    (directory / "terminal-1.db.damaged-0123abcd").write_bytes(b"x")
    assert levels(directory, "tally") == [Level.OK, Level.LOOK]
    tally.close()
    raw = bytearray((directory / "terminal-1.db").read_bytes())
    raw[4096:8192] = b"\xa5" * 4096
    (directory / "terminal-1.db").write_bytes(raw)
    assert main(["--config", str(directory.parent / "fjes.toml"), "doctor"]) in (1, 2)
    assert found(directory, "tally")[0].level is Level.BAD
    assert (directory / "terminal-1.db").read_bytes() == bytes(raw), "it is not touched"


def test_counts_under_another_terminals_name_are_told(directory: Path, tally: Tally) -> None:
    (directory / "stua-9.db").write_bytes(b"")
    assert levels(directory, "tally") == [Level.OK, Level.LOOK]
    assert "stua-9.db has counts under another terminal's name" in found(directory, "tally")[1].text


def test_what_is_owed(directory: Path, tally: Tally) -> None:
    assert found(directory, "owed")[0].text == "nothing is owed; nothing was ever acknowledged"
    press(tally, times=5)
    tally.release()
    (only,) = found(directory, "owed")
    assert (only.level, only.text) == (Level.LOOK, "4 sheets are owed; nothing was ever acknowledged")
    (installation,) = tally.owed()
    tally.acknowledge(installation, revisions_of(sheet.entry for sheet in tally.owed()[installation]))
    tally.forget(date(2026, 3, 25))
    assert found(directory, "owed")[0].text == "nothing is owed; the last acknowledgement is of 2026-03-25"
    press(tally, HAPPY, Provisional("boot", 0.0))
    tally.trust("boot", NOW - timedelta(hours=1), NOW)
    tally.release()
    assert levels(directory, "owed") == [Level.LOOK]
    assert levels(directory, "owed", NOW + timedelta(days=3)) == [Level.LOOK]
    assert levels(directory, "owed", NOW + timedelta(days=4)) == [Level.BAD]


def test_the_clock(directory: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.operating.doctor.device.can_be_trusted", lambda: False)
    assert levels(directory, "clock") == [Level.OK], "somebody vouches for it"
    (directory.parent / "fjes.toml").write_text("")
    assert levels(directory, "clock") == [Level.LOOK]
    monkeypatch.setattr("deploy.operating.doctor.device.can_be_trusted", lambda: True)
    assert levels(directory, "clock") == [Level.OK]


def test_nothing_that_it_says_changes_with_a_vote(
    directory: Path, tally: Tally, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = count(10**10, -100_000)  # each look finds a little less
    monkeypatch.setattr(
        "deploy.operating.doctor.machine.shutil.disk_usage", lambda _: type("Usage", (), {"free": next(free)})
    )

    def doctor() -> str:
        main(["--config", str(directory.parent / "fjes.toml"), "doctor"])
        lines = capsys.readouterr().out.splitlines()
        return "\n".join(line for line in lines if not line.startswith("ok  clock"))

    press(tally, times=5)
    tally.release()
    before = doctor()
    for _ in range(4):
        press(tally)
        assert doctor() == before
    press(tally)
    tally.release()
    assert doctor() == before, "nor with a release, as long as the same sheets are owed"


@pytest.mark.parametrize(
    ("free", "told"),
    [
        (870_000_000, "ok  there is room enough for the tally in {}"),
        (499_000_000, "look  room is scarce for the tally in {}: less than 500.0 MB are free"),
        (199_000_000, "bad  the disk is full for the tally in {}: less than 200.0 MB are free"),
    ],
)
def test_room_for_the_tally(
    directory: Path, tally: Tally, free: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "deploy.operating.doctor.machine.shutil.disk_usage", lambda _: type("Usage", (), {"free": free})
    )
    (only,) = found(directory, "disk")
    assert f"{only.level}  {only.text}" == told.format(directory)


def test_a_terminal_and_a_server_on_one_machine_are_both_looked_at(
    directory: Path, tally: Tally, capsys: pytest.CaptureFixture[str]
) -> None:
    from collector.store.sqlite import SqliteStore

    SqliteStore.open(directory.parent / "fjes.db").close()
    main(["--config", str(directory.parent / "fjes.toml"), "doctor"])
    names = [line.split("  ")[1].split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names[0] == "store"
    assert {"tally", "owed", "sums", "backups"} <= set(names)
