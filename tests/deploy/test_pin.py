"""`fjes pin`: asked twice, seen by nobody, kept as a hash; and kind words for what cannot be."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from getpass import GetPassWarning
from pathlib import Path
from warnings import warn

import pytest

from deploy import command
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.pin import run_pin
from kiosk.staff.pin import matches

PIN = "7294"
SECONDS = 30


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    file = tmp_path / "fjes.toml"
    file.write_text('[terminal]\nstaff_pin = "staff-pin"\n')
    return read_settings(file)


def typing(*lines: str) -> Callable[[str], str]:
    """Somebody who types these lines, one a prompt, and then ends the input."""
    waiting = iter(lines)

    def ask(_prompt: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def test_the_hash_is_beside_the_settings(
    configuration: Configuration, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_pin(configuration, typing(PIN, PIN))
    file = tmp_path / "staff-pin"
    assert matches(file, PIN)
    assert file.stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().out
    assert str(file) in said
    assert PIN not in said
    run_pin(configuration, typing("90210", "90210"))
    assert matches(file, "90210")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["1234"], "among the first that anybody would try"),
        (["0000", "0000"], "among the first that anybody would try"),
        (["12"], "4 to 12 digits"),
        ([PIN, "7295"], "not the same"),
        ([PIN], "no PIN was typed"),
        ([], "no PIN was typed"),
    ],
)
def test_what_cannot_be_leaves_the_old_one(configuration: Configuration, lines: list[str], said: str) -> None:
    run_pin(configuration, typing("90210", "90210"))
    with pytest.raises(Problem, match=f"{said}.*nothing was changed"):
        run_pin(configuration, typing(*lines))
    assert matches(configuration.path("staff-pin"), "90210")


def test_without_the_setting_it_says_which_to_set(tmp_path: Path) -> None:
    (tmp_path / "fjes.toml").write_text("")
    with pytest.raises(Problem, match=r'terminal\.staff_pin is empty.*staff_pin = "staff-pin" under \[terminal\]'):
        run_pin(read_settings(tmp_path / "fjes.toml"), typing())


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "fjes.toml").write_text('[terminal]\nstaff_pin = "nowhere/pin"\n')
    with pytest.raises(Problem, match=r"terminal\.staff_pin .*nowhere/pin: No such file"):
        run_pin(read_settings(tmp_path / "fjes.toml"), typing(PIN, PIN))


def test_where_it_would_be_seen_it_is_not_asked(configuration: Configuration) -> None:
    def seen(_prompt: str) -> str:
        warn("cannot control echo", GetPassWarning, stacklevel=2)
        return PIN

    with pytest.raises(Problem, match="would be seen"):
        run_pin(configuration, seen)
    assert not configuration.path("staff-pin").exists()


@pytest.fixture
def terminal(configuration: Configuration) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`fjes pin` at a real terminal, and our end of it."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "deploy", "--config", str(configuration.directory / "fjes.toml"), "pin"],
        env={**os.environ, "PYTHONPATH": str(Path(command.__file__).parent.parent)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    yield running, ours
    running.kill()
    running.wait(SECONDS)
    os.close(ours)


@pytest.mark.e2e
def test_nothing_that_is_typed_at_a_terminal_is_seen(
    terminal: tuple[subprocess.Popen[bytes], int], configuration: Configuration
) -> None:
    running, ours = terminal
    shown = b""
    for prompt in (b"12 digits: ", b"once more: "):
        while not shown.endswith(prompt):
            assert select.select([ours], [], [], SECONDS)[0]
            shown += os.read(ours, 1024)
        os.write(ours, f"{PIN}\n".encode())
    assert running.wait(SECONDS) == 0
    shown += os.read(ours, 4096)
    assert PIN.encode() not in shown
    assert b"The PIN is set" in shown
    assert matches(configuration.path("staff-pin"), PIN)
