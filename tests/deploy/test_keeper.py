"""The keeper as a process, over terminals that crash, hang, leave and cannot run."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import keeper
from deploy.heartbeat import BEAT_SECONDS, Heartbeat, become_keeper
from tests.deploy.test_children import runs
from tests.polling import PATIENCE, eventually

pytestmark = pytest.mark.e2e

QUICK = "look=0.05, hung=5.0, first_face=30.0, goodbye=10.0, pauses=(0.0, 0.1)"


class Kept:
    """A keeper, and what its terminals have noted."""

    def __init__(self, directory: Path, *ways: str, pace: str = QUICK) -> None:
        self._notes = directory / "notes"
        self._log = directory / "log"
        terminal = [sys.executable, str(Path(__file__).with_name("kept.py")), str(self._notes), ",".join(ways)]
        code = f"import sys; from deploy.keeper import *; sys.exit(Keeper({terminal!r}, Pace({pace})).run())"
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdout=out,
                stderr=out,
                env={**os.environ, "PYTHONPATH": str(Path(keeper.__file__).parents[1])},
            )

    @property
    def noted(self) -> list[str]:
        """The way of each start so far, and each orderly end."""
        return [line.split()[1] for line in self._lines()]

    @property
    def newest(self) -> int:
        """The process id of the newest terminal."""
        return int(self._lines()[-1].split()[0])

    def _lines(self) -> list[str]:
        return self._notes.read_text().splitlines() if self._notes.exists() else []

    @property
    def said(self) -> str:
        return self._log.read_text()

    def has_started(self, times: int) -> "Kept":
        eventually(lambda: len(self.noted) >= times, f"{self.noted} {self.said}")
        return self

    def status(self) -> int:
        """Its exit status, once it has ended."""
        return self.process.wait(PATIENCE)


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., Kept]]:
    kept = []

    def keep(*ways: str, pace: str = QUICK) -> Kept:
        kept.append(Kept(tmp_path, *ways, pace=pace))
        return kept[-1]

    yield keep
    for one in kept:
        one.process.kill()
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_has_the_terminal_end_in_order(keep: Callable[..., Kept], number: signal.Signals) -> None:
    kept = keep("answer").has_started(1)
    kept.process.send_signal(number)
    assert kept.status() == 0
    assert kept.noted == ["answer", "ended"]
    assert kept.said == ""


def test_a_terminal_that_does_not_end_is_killed(keep: Callable[..., Kept]) -> None:
    kept = keep("stubborn-answer", pace="look=0.05, goodbye=0.5").has_started(1)
    kept.process.terminate()
    assert kept.status() == 0
    assert not runs(kept.newest)


def test_a_terminal_that_leaves_is_let_go(keep: Callable[..., Kept]) -> None:
    kept = keep("answer-leave")
    assert kept.status() == 0
    assert kept.noted == ["answer-leave"]


def test_a_terminal_that_is_killed_is_there_again(keep: Callable[..., Kept]) -> None:
    kept = keep("answer")
    for starts in range(1, 5):
        os.kill(kept.has_started(starts).newest, signal.SIGKILL)
    kept.has_started(5)
    assert kept.said.count('"terminal-crashed"') == 4
    assert kept.process.poll() is None


@pytest.mark.parametrize("way", ["crash", "fail", "answer-crash"])
def test_a_terminal_that_crashes_is_there_again(keep: Callable[..., Kept], way: str) -> None:
    assert keep(way, way, way, "answer").has_started(4).noted == [way, way, way, "answer"]


def test_a_terminal_that_hangs_is_killed_and_there_again(keep: Callable[..., Kept]) -> None:
    kept = keep("answer-hang", "answer", pace="look=0.05, hung=3.0, first_face=30.0, pauses=(0.0,)").has_started(2)
    assert '"terminal-hung"' in kept.said
    assert kept.noted == ["answer-hang", "answer"], "SIGKILL: it would not hear anything else"


def test_before_the_first_face_there_is_more_patience_but_not_without_end(keep: Callable[..., Kept]) -> None:
    kept = keep("hang", "answer", pace="look=0.05, hung=0.3, first_face=3.0, pauses=(0.0,)").has_started(2)
    assert kept.noted[:2] == ["hang", "answer"]


def test_a_terminal_that_answers_is_left_alone(keep: Callable[..., Kept]) -> None:
    """For many times as long as a hanging one would be."""
    code = f"look={BEAT_SECONDS / 2}, hung={BEAT_SECONDS * 4}"
    kept = keep("answer", pace=code).has_started(1)
    with pytest.raises(subprocess.TimeoutExpired):
        kept.process.wait(BEAT_SECONDS * 8)
    assert kept.noted == ["answer"]


def test_the_staff_may_have_it_started_again(keep: Callable[..., Kept]) -> None:
    kept = keep("answer-restart", "answer-restart", "answer", pace="pauses=(600.0,)").has_started(3)
    assert kept.said == ""


def test_a_terminal_that_never_could_run_ends_the_keeper_with_its_sentence(keep: Callable[..., Kept]) -> None:
    """Whoever has just started it is there, or is a service manager that starts it again."""
    kept = keep("problem")
    assert kept.status() == 1
    assert kept.said == "fjes: the screen is gone: plug it in\n"
    assert kept.noted == ["problem"]


def test_a_terminal_that_has_worked_is_tried_again_until_it_can_run_and_says_so_once(
    keep: Callable[..., Kept],
) -> None:
    kept = keep("answer-crash", "problem", "problem", "problem", "answer").has_started(5)
    sentence = "fjes: the screen is gone: plug it in; trying again until it works\n"
    assert kept.said.count("fjes: ") == kept.said.count(sentence) == 1


def test_it_can_be_ended_while_it_waits(keep: Callable[..., Kept]) -> None:
    kept = keep("crash", pace="pauses=(600.0,)").has_started(1)
    eventually(lambda: "terminal-crashed" in kept.said)
    kept.process.terminate()
    assert kept.status() == 0


def test_a_keeper_that_is_killed_takes_the_terminal_with_it_as_a_power_cut_would(keep: Callable[..., Kept]) -> None:
    kept = keep("answer").has_started(1)
    terminal = kept.newest
    kept.process.kill()
    eventually(lambda: not runs(terminal), "the terminal outlives its keeper")
    assert kept.noted == ["answer"], "it had no time to say goodbye"


def test_a_series_of_crashes_is_met_ever_more_slowly() -> None:
    """As it is set: at once, then growing to half a minute; after a minute of answering it begins again."""
    kept = keeper.Keeper([])
    life = keeper._Life.__new__(keeper._Life)
    life.beats, life.hung = 0, False
    assert [kept._pause_after(life, -9) for _ in range(8)] == [0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0]
    life.beats = 60
    assert [kept._pause_after(life, -9) for _ in range(3)] == [0.0, 0.0, 0.0]
    life.beats = 59
    assert [kept._pause_after(life, -9) for _ in range(2)] == [0.0, 1.0]


def test_a_beat_is_written_once_a_second_however_often_it_is_told() -> None:
    reading, writing = os.pipe()
    now = 100.0
    heart = Heartbeat(writing, lambda: now)
    for _ in range(25):
        heart.alive()
        now += 0.1
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        assert heard.read() == keeper.BEAT * 3


def test_without_a_keeper_nothing_is_said() -> None:
    heart = Heartbeat(None)
    heart.start()
    heart.alive()
    heart.tell("nothing")


def test_a_terminal_whose_keeper_is_gone_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    raised: list[int] = []
    monkeypatch.setattr("deploy.heartbeat.signal.raise_signal", raised.append)
    Heartbeat(writing).alive()
    os.close(writing)
    assert raised == [signal.SIGTERM]


def test_the_keeper_is_this_command_again_with_a_program_that_imports_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[list[str]] = []
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "deploy", "--config", "a b.toml", "kiosk"])

    def become(_program: str, line: list[str]) -> None:
        lines.append(line)
        raise SystemExit

    monkeypatch.setattr("deploy.heartbeat.os.execv", become)
    with pytest.raises(SystemExit):
        become_keeper()
    [line] = lines
    assert line[:2] == [sys.executable, "-P"]
    assert line[3:] == [sys.executable, "-m", "deploy", "--config", "a b.toml", "kiosk"]
    imported = f"import runpy, sys; runpy.run_path({line[2]!r}); print(*sys.modules)"
    bare = [sys.executable, "-I", "-S", "-c", imported]
    modules = subprocess.run(bare, capture_output=True, text=True, check=True).stdout
    heavy = {"deploy", "kiosk", "kivy", "msgspec", "structlog", "subprocess", "ctypes", "asyncio", "logging"}
    assert not heavy & set(modules.split())
