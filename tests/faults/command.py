"""`python -m tests.faults`: replays seeds, or runs many and prints what came of them all."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from tests.bench.report import Figure, Goal, at_most, head, verdict
from tests.faults.pool import Pool, may_mount
from tests.faults.schedule import schedule
from tests.faults.seed import Result

PRESSES = 5_300
"""Of a seed, about: some of the schedule's visitors do not vote, or are there when a terminal is killed."""
_MOST = 1_000_000
_KINDS = {
    "kill": "kill -9",
    "freeze": "frozen process",
    "forget": "broker that loses its state",
    "weather": "network that loses, doubles, delays, reorders",
    "cut": "network cut",
    "deafen": "half-open connection",
    "stick": "network that stands still",
    "fill": "disk full",
    "protect": "disk read-only",
    "tear": "torn database",
    "cut short": "database cut short",
    "rot": "corrupt database",
    "restore": "store restored from a backup",
    "clone": "cloned disk",
    "put back": "older image of a disk put back",
    "new card": "card replaced",
    "jump": "clock that jumps",
    "night of summer time": "clock across daylight saving",
    "distrust": "boot without trust in the clock",
}


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 where anything is lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("seed", nargs="*", type=int, help="seeds to replay")
    parser.add_argument("--seeds", type=int, default=0, help="run so many, from --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--presses", type=int, default=PRESSES, help="of one seed, about")
    parser.add_argument("--plan", action="store_true", help="only print the schedules")
    given = parser.parse_args(words)
    seeds = [*given.seed, *range(given.first, given.first + given.seeds)]
    if not may_mount():
        print("No name space to mount in: disks that are full or read-only are left out.")
    if given.plan:
        for seed in seeds:
            print(schedule(seed, given.presses, mounts=may_mount()))
        return 0
    return _run(seeds, given.presses, show=bool(given.seed))


def _run(seeds: Sequence[int], presses: int, *, show: bool) -> int:
    directory = Path(tempfile.mkdtemp(prefix="fjes-faults-"))
    began = monotonic()
    results: list[Result] = []
    pool = Pool(seeds, presses, directory)
    try:
        for result in pool:
            results.append(result)
            _tell(result, directory, presses, show=show)
    finally:
        pool.stop()
    _report(results, monotonic() - began)
    bad = [result.seed for result in results if result.problem]
    if bad:
        print(f"\nReplay with `python -m tests.faults --presses {presses} {' '.join(map(str, bad))}`.")
    else:
        directory.rmdir()
    return int(bool(bad))


def _tell(result: Result, directory: Path, presses: int, *, show: bool) -> None:
    if show or result.problem:
        print(schedule(result.seed, presses, mounts=may_mount()))
    if result.problem:
        print(f"seed {result.seed}: {result.problem}\nkept: {directory / f'seed-{result.seed}'}", flush=True)
    elif sys.stdout.isatty() or show:
        print(f"seed {result.seed}: {result.presses} presses, all counted, {result.seconds:.0f} s", flush=True)


def _report(results: Sequence[Result], seconds: float) -> None:
    steps: Counter[str] = Counter()
    for result in results:
        steps.update(result.steps)
    presses = sum(result.presses for result in results)
    enough = Goal("≥", _MOST) if len(results) >= 200 else None
    figures = [
        Figure("Faults: seeds", len(results), "seeds"),
        Figure("Faults: presses in all", presses, "presses", enough),
        *(Figure(f"Faults: {name}", steps[kind], "times") for kind, name in _KINDS.items()),
        Figure("Faults: looks at the sums meanwhile", sum(result.looks for result in results), "looks"),
        Figure("Faults: looks at what is acknowledged", sum(result.checks for result in results), "looks"),
        Figure("Faults: presses lost", sum(result.lost for result in results), "presses", at_most(0)),
        Figure("Faults: presses doubled", sum(result.doubled for result in results), "presses", at_most(0)),
        Figure("Faults: seeds with anything wrong", sum(bool(one.problem) for one in results), "seeds", at_most(0)),
        Figure("Faults: time", seconds / 60, "min", at_most(40)),
    ]
    print(head())
    for figure in figures:
        print(figure.line())
    print(verdict(figures))
