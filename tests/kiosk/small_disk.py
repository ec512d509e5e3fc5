"""A tally on a small tmpfs that fills up and is made read-only: `python -m tests.kiosk.small_disk DIRECTORY`.

To be run where mounting is allowed. Prints what happened as JSON.
"""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from contract.sheets import Table
from kiosk.errors import DiskError
from kiosk.moment import Known
from kiosk.tally import Tally
from tests.kiosk.samples import TUESDAY, make_tally, press


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def problem(attempt: object) -> str:
    """What SQLite says against it; empty when it works."""
    assert callable(attempt)
    try:
        attempt()
    except DiskError as error:
        return str(error).rpartition(": ")[2]
    return ""


def fill(tally: Tally, filler: Path) -> tuple[int, str]:
    """Takes all room but a little, and votes until there is none: votes taken, and what was said in the end."""
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(4096))
    for taken in range(2000):
        if said := problem(lambda taken=taken: press(tally, moment=Known(TUESDAY.local + timedelta(days=taken)))):
            return taken, said
    return 2000, ""


def main(directory: str) -> None:
    mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", directory)
    path, filler = Path(directory, "tally.db"), Path(directory, "filler")
    tally = make_tally(path)
    press(tally)
    taken, full = fill(tally, filler)
    told: dict[str, object] = {"full": full, "probe when full": problem(tally.probe)}
    filler.unlink()
    assert not problem(tally.probe)
    press(tally)

    tally.close()
    mount("-o", "remount,ro", directory)
    told["start when read-only"] = problem(lambda: make_tally(path))
    mount("-o", "remount,rw", directory)
    tally = make_tally(path)
    press(tally)

    tally.release()
    told["taken"] = taken + 3
    told["faces"] = sum(s.total for sheets in tally.owed().values() for s in sheets if s.table is Table.FACES)
    told["aside"] = len(list(Path(directory).glob("*.damaged-*")))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
