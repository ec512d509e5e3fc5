"""Many seeds, some at a time: each in a process, and where that can be had a mount name space, of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import msgspec

from tests.faults.disks import MOUNTING, NAMESPACE
from tests.faults.programs import environment
from tests.faults.seed import Result

AT_A_TIME = 2
"""For each processor: a site waits for most of its time."""
_PATIENCE = 900.0
"""Seconds after which a seed is given up."""


@cache
def may_mount() -> bool:
    """Whether name spaces can be had in which mounting is allowed."""
    try:
        command = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def run_seed(seed: int, presses: int, directory: Path) -> Result:
    """Runs one seed in a process of its own. What it keeps of a failure is in `directory`."""
    before = list(NAMESPACE) if may_mount() else []
    words = [sys.executable, "-m", "tests.faults.seed", str(seed), str(presses), str(directory)]
    env = {**environment(), **({MOUNTING: "1"} if before else {})}
    try:
        done = subprocess.run([*before, *words], capture_output=True, text=True, env=env, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        return Result(seed, 0, {}, 0, 0, _PATIENCE, f"no end after {_PATIENCE:g} s")
    try:
        result = msgspec.json.decode(done.stdout.splitlines()[-1], type=Result)
    except (IndexError, msgspec.MsgspecError):
        return Result(seed, 0, {}, 0, 0, 0.0, f"ended with {done.returncode}: {done.stderr}")
    if not result.problem:
        shutil.rmtree(directory)
    return result


class Pool:
    """Runs seeds in their order, some at a time, under a directory."""

    def __init__(self, seeds: Iterable[int], presses: int, directory: Path) -> None:
        self._threads = ThreadPoolExecutor(max_workers=AT_A_TIME * (os.cpu_count() or 1))
        self._results: dict[int, Future[Result]] = {
            seed: self._threads.submit(run_seed, seed, presses, directory / f"seed-{seed}") for seed in seeds
        }

    def result(self, seed: int) -> Result:
        return self._results[seed].result()

    def __iter__(self) -> Iterator[Result]:
        for future in self._results.values():
            yield future.result()

    def stop(self) -> None:
        """Begins no other seed, and waits for those that run."""
        self._threads.shutdown(wait=True, cancel_futures=True)
