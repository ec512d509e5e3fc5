"""What a terminal remembers of time, over restarts and damaged files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.clock_file import ClockFile, Remembered
from kiosk.errors import DiskError
from tests.fakes.clock import OSLO
from tests.kiosk.kernel import Kernel

BEGAN = datetime(2026, 3, 24, 7, 59, 30, 250_000, tzinfo=UTC)
NOW = datetime(2026, 3, 24, 14, 5, 31, tzinfo=OSLO)


def test_nothing_is_remembered_at_first(tmp_path: Path) -> None:
    assert ClockFile(tmp_path / "clock.json").load() is None


def test_a_boot_and_its_last_trusted_hour_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    ClockFile(file).keep("boot-1", BEGAN, NOW)
    assert ClockFile(file).load() == Remembered(
        "boot-1", BEGAN.replace(microsecond=0), datetime(2026, 3, 24, 14, tzinfo=OSLO)
    )


def test_the_file_changes_with_the_hour_and_with_nothing_else(tmp_path: Path) -> None:
    """Not even its time of change tells of a visitor."""
    path = tmp_path / "clock.json"
    file = ClockFile(path)
    file.keep("boot-1", BEGAN, NOW)
    before = path.stat()
    file.keep("boot-1", BEGAN, NOW.replace(minute=59))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    file.keep("boot-1", BEGAN, NOW.replace(hour=15, minute=0))
    assert path.stat().st_ino != before.st_ino


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"{}",
        b'{"boot": "boot-1", "began": "2026-03-24T07:59:30", "trusted": "2026-03-24T14:00:00+01:00"}',
        b'{"boot": "boot-1", "began": "1970-01-01T00:00:00Z", "trusted": "2026-03-24T14:00:00+01:00"}',
        b'{"boot": "boot-1", "began": "2026-03-24T07:59:30Z", "trusted": "9999-03-24T14:00:00+01:00"}',
    ],
)
def test_a_damaged_file_is_told_and_passed_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clock.json"
    path.write_bytes(content)
    with capture_logs() as logs:
        assert ClockFile(path).load() is None
    assert [line["event"] for line in logs] == ["clock-file-unreadable"]


def test_a_disk_that_does_not_take_it_is_told_and_tried_again(tmp_path: Path) -> None:
    file = ClockFile(tmp_path / "gone" / "clock.json")
    with pytest.raises(DiskError, match=r"cannot write .*clock\.json"):
        file.keep("boot-1", BEGAN, NOW)
    (tmp_path / "gone").mkdir()
    file.keep("boot-1", BEGAN, NOW)
    assert (tmp_path / "gone" / "clock.json").exists()


def test_a_clock_that_is_not_trusted_is_not_remembered(tmp_path: Path) -> None:
    kernel = Kernel(NOW, keeps_time=False)
    file = ClockFile(tmp_path / "clock.json")
    clock = kernel.clock()
    clock.remember(file)
    assert file.load() is None
    kernel.synchronise()
    clock.remember(file)
    assert kernel.clock(file.load()).booted() is not None
