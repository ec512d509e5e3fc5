"""One seed, from its schedule to what came of it: `python -m tests.faults.seed SEED PRESSES DIRECTORY`.

The last line of standard output is the result, as JSON. Exit status 1 where presses and counts are apart; the
directory is then kept.
"""

import os
import sqlite3
import sys
import traceback
from pathlib import Path
from subprocess import SubprocessError
from time import monotonic

import msgspec
from msgspec import Struct

from tests.faults.disks import MOUNTING
from tests.faults.schedule import schedule
from tests.faults.site import ApartError, Site


class Result(Struct, frozen=True):
    """What came of a seed."""

    seed: int
    presses: int
    steps: dict[str, int]
    looks: int
    checks: int
    seconds: float
    problem: str = ""
    lost: int = 0
    doubled: int = 0


def main(seed: str, presses: str, directory: str) -> int:
    result = run(int(seed), int(presses), Path(directory))
    print(msgspec.json.encode(result).decode(), flush=True)
    return int(bool(result.problem))


def run(seed: int, presses: int, directory: Path) -> Result:
    """Runs the schedule. Where something is wrong, says what, and keeps what is on all disks."""
    began = monotonic()
    plan = schedule(seed, presses, mounts=bool(os.environ.get(MOUNTING)))
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "schedule.txt").write_text(f"{plan}\n")
    site = Site(plan, directory)
    problem, lost, doubled = "", 0, 0
    number = 0
    try:
        site.start()
        with (directory / "performed.txt").open("w", buffering=1) as performed:
            for number, step in enumerate(plan.steps, 1):
                performed.write(f"{monotonic() - began:7.2f} s {number:4} {step}\n")
                site.perform(step)
    except ApartError as error:
        problem, lost, doubled = f"step {number}: {error}", error.lost, error.doubled
    except (AssertionError, LookupError, OSError, ValueError, SubprocessError, sqlite3.Error):
        problem = f"step {number}: {traceback.format_exc()}"
    finally:
        site.stop()
    if problem:
        site.keep_disks(directory / "kept")
        (directory / "problem.txt").write_text("\n".join([problem, *site.notes, ""]))
    return Result(
        seed, site.presses, dict(site.done), site.looks, site.checks, monotonic() - began, problem, lost, doubled
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
