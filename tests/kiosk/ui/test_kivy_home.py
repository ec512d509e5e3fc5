"""Kivy's home: gone afterwards, and so are those that a kill left behind, but none that is lived in."""

import signal
import subprocess
import sys
from pathlib import Path

from kiosk.ui.kivy_home import PREFIX, temporary_home


def homes(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{PREFIX}*"))


def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    with temporary_home(tmp_path) as home:
        (home / "icon").mkdir()
        assert homes(tmp_path) == [home]
    assert homes(tmp_path) == []


def test_what_a_kill_leaves_behind_is_cleared_by_the_next(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from kiosk.ui.kivy_home import temporary_home\n"
        "with temporary_home(pathlib.Path(sys.argv[1])) as home: print(home, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        with temporary_home(tmp_path) as home:
            assert homes(tmp_path) == sorted([left, home])
        process.send_signal(signal.SIGKILL)
    assert homes(tmp_path) == [left]
    with temporary_home(tmp_path) as home:
        assert homes(tmp_path) == [home]


def test_what_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "fjes-other").mkdir()
    (tmp_path / f"{PREFIX}empty").mkdir()
    with temporary_home(tmp_path):
        assert (tmp_path / "fjes-other").exists()
        assert (tmp_path / f"{PREFIX}empty").exists()
