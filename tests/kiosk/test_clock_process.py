"""Rule 6 in a real process whose clock is changed under it: faketime's library, with a file that moves the time."""

import ctypes
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.sheets import Table

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not LIBRARIES, reason="Debian's package faketime is not installed"),
]
ADJTIMEX = {"x86_64": 159, "aarch64": 171}
TIME_ERROR = 5
"""What adjtimex(2) answers when the clock is not synchronised; see its manual."""

Found = dict[Table, Counter[tuple[str, str]]]


class Process:
    """A terminal under a clock of the test's own; `set` moves it while it runs."""

    def __init__(self, directory: Path, profile: str = "small", boot: str = "boot-1", trust: str = "always") -> None:
        self._time = directory / "time"
        if not self._time.exists():
            self.set("+0")
        environment = {
            **os.environ,
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._time),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk.clock_program", str(directory), profile, boot, trust],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def set(self, time: str) -> None:
        """`2026-10-25 00:30:00` (UTC; it stands still there), or `+400d` from now."""
        draft = self._time.with_suffix(".draft")
        draft.write_text(f"{time}\n")
        draft.replace(self._time)

    def do(self, command: str) -> Any:  # noqa: ANN401
        assert self._process.stdin
        assert self._process.stdout
        print(command, file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def vote(self, score: int, at: str = "") -> None:
        if at:
            self.set(at)
        assert self.do(f"face {score}") == "why"
        assert self.do("leave")

    def sheets(self, *, estimated: bool = False) -> Found:
        """All that was counted: table to period and cell."""
        found: Found = {}
        for table, period, counts, guessed in self.do("sheets"):
            assert guessed is estimated
            found.setdefault(Table(table), Counter()).update({(period, cell): n for cell, n in counts.items()})
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts a terminal on one and the same disk; what ran before is killed."""
    running: list[Process] = []

    def begin(**given: str) -> Process:
        for process in running:
            process.end()
        running.append(Process(tmp_path, **given))
        return running[-1]

    yield begin
    for process in running:
        process.end()


def test_votes_are_of_the_day_that_the_clock_shows_and_a_session_of_the_day_it_began(
    start: Callable[..., Process],
) -> None:
    terminal = start()
    terminal.set("2026-03-31 21:59:50")
    assert terminal.do("now") == "2026-03-31T23:59:50+02:00"
    terminal.do("face 4")
    terminal.set("2026-03-31 22:00:10")
    terminal.do("tick")
    terminal.do("face 1")
    terminal.do("leave")
    terminal.vote(3, "2034-01-01 11:00:00")
    terminal.do("tick")
    terminal.vote(2, "2019-06-01 11:00:00")
    terminal.do("tick")
    found = terminal.sheets()
    assert found[Table.FACES] == Counter({("2026-03-31", "1"): 1, ("2034-01-01", "3"): 1, ("2019-06-01", "2"): 1})
    assert found[Table.PATTERN] == Counter(
        {("2026-03", "1:2-23"): 1, ("2034-01", "3:7-12"): 1, ("2019-06", "2:6-13"): 1}
    )


@pytest.mark.parametrize("year", ["1970", "1999", "2227"])
def test_a_clock_that_was_right_and_shows_nonsense_since_is_not_followed(
    start: Callable[..., Process], year: str
) -> None:
    terminal = start()
    terminal.set("2026-03-24 13:05:00")
    terminal.do("tick")
    terminal.vote(4, f"{year}-06-01 12:00:00")
    terminal.do("tick")
    assert terminal.sheets()[Table.PATTERN] == Counter({("2026-03", "4:2-14"): 1})


def test_the_clock_is_put_back_and_the_hour_that_comes_twice_is_two(start: Callable[..., Process]) -> None:
    terminal = start(profile="busy")
    for hour in range(25):
        terminal.vote(4, f"2026-10-2{4 + (hour + 22) // 24} {(hour + 22) % 24:02}:30:00")
    terminal.set("2026-10-25 00:59:00")
    terminal.do("face 1")
    terminal.set("2026-10-25 01:01:00")  # 02:59 in summer, and 02:01 two minutes later
    terminal.do("face 2")
    terminal.do("leave")
    found = terminal.sheets()
    hours = [period for period, cell in found[Table.FACES] if cell == "4"]
    assert len(set(hours)) == 25
    assert all(hour.startswith("2026-10-25T") for hour in hours)
    assert {"2026-10-25T02+02:00", "2026-10-25T02+01:00"} <= set(hours)
    assert found[Table.FACES]["2026-10-25T02+02:00", "2"] == 1, "where it began"
    assert found[Table.PATTERN]["2026-10", "4:7-2"] == 2
    assert found[Table.ANSWERS]["2026-10-25", "4:none"] == 25


def test_the_clock_is_put_forward_and_a_day_has_23_hours(start: Callable[..., Process]) -> None:
    terminal = start(profile="busy")
    for hour in range(23):
        terminal.vote(4, f"2026-03-2{8 + (hour + 23) // 24} {(hour + 23) % 24:02}:30:00")
    found = terminal.sheets()
    hours = {period for period, _ in found[Table.FACES]}
    assert len(hours) == 23
    assert all(hour.startswith("2026-03-29T") for hour in hours)
    assert not any(hour.startswith("2026-03-29T02") for hour in hours)
    assert found[Table.ANSWERS] == Counter({("2026-03-29", "4:none"): 23})


def test_what_the_real_kernel_says_decides(start: Callable[..., Process]) -> None:
    """As on a board without a clock of its own, with adjtimex read here by its number and there by its name."""
    number = ADJTIMEX.get(os.uname().machine)
    if number is None:
        pytest.skip("the number of the system call is not known here")
    answer = ctypes.CDLL(None).syscall(number, ctypes.create_string_buffer(512))
    terminal = start(trust="kernel")
    terminal.set("2026-03-24 13:05:00")
    terminal.vote(4)
    assert terminal.do("tick") is (0 <= answer < TIME_ERROR)
    assert bool(terminal.sheets()) is (0 <= answer < TIME_ERROR)


def test_trust_that_comes_late_files_what_waited_and_a_crash_in_between_loses_nothing(
    start: Callable[..., Process],
) -> None:
    terminal = start(trust="never")
    terminal.vote(4, "1970-01-01 00:05:00")
    assert terminal.do("tick") is False
    assert terminal.sheets() == {}
    terminal = start(trust="never")
    terminal.do("face 4")
    terminal.do("trust always")
    terminal.set("2026-03-24 13:30:00")
    assert terminal.do("tick") is True
    terminal.do("face 1")
    terminal.do("leave")
    found = terminal.sheets()
    assert sum(found[Table.FACES].values()) == 2
    assert {cell for _, cell in found[Table.FACES]} == {"1", "4"}


def test_after_a_crash_in_the_same_boot_the_clock_is_still_trusted(start: Callable[..., Process]) -> None:
    terminal = start(trust="always")
    terminal.set("2026-03-24 13:30:00")
    terminal.do("tick")
    terminal = start(trust="never")
    terminal.vote(4, "2026-03-25 13:30:00")
    assert terminal.do("tick") is True
    assert terminal.sheets()[Table.FACES] == Counter({("2026-03-25", "4"): 1})


def test_boots_that_never_were_trusted_go_to_the_last_trusted_hour(start: Callable[..., Process]) -> None:
    terminal = start(boot="boot-1", trust="always")
    terminal.set("2026-03-24 13:30:00")
    terminal.do("tick")
    for boot in ("boot-2", "boot-3"):
        terminal = start(boot=boot, trust="never")
        terminal.vote(4, "1970-01-01 00:05:00")
        terminal.do("tick")
    first = terminal.sheets(estimated=True)
    assert first[Table.FACES] == Counter({("2026-03-24", "4"): 1}), "as soon as its boot is over"
    assert first[Table.PATTERN] == Counter({("2026-03", "4:2-14"): 1})
    terminal = start(boot="boot-4", trust="always")
    terminal.set("2026-05-01 13:30:00")
    terminal.do("tick")
    assert terminal.sheets(estimated=True)[Table.FACES] == Counter({("2026-03-24", "4"): 2})
