"""A terminal for the keeper's tests, without a screen: `python tests/deploy/kept.py NOTES WAYS --kept PIPE`.

Each start takes the next of WAYS, which are separated by commas, the last one for good. It adds a line to NOTES with
its process id and its way, and then does what the way says.
"""

import os
import signal
import sys
from pathlib import Path
from time import sleep

from deploy.heartbeat import Heartbeat
from deploy.keeper import PROBLEM, RESTART


def main(notes: Path, ways: list[str], pipe: int) -> int:
    heartbeat = Heartbeat(pipe)
    heartbeat.start()
    done = len(notes.read_text().splitlines()) if notes.exists() else 0
    way = ways[min(done, len(ways) - 1)]
    signal.signal(signal.SIGTERM, lambda *_: end(notes, way))
    if "answer" in way:
        heartbeat.alive()
    with notes.open("a") as out:
        out.write(f"{os.getpid()} {way}\n")
    match way.rpartition("-")[2]:
        case "leave":
            return 0
        case "restart":
            return RESTART
        case "problem":
            heartbeat.tell("the screen is gone: plug it in")
            return PROBLEM
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "fail":
            raise RuntimeError("a mistake of ours")
        case "hang":
            sleep(600)
    while True:
        heartbeat.alive()
        sleep(0.01)


def end(notes: Path, way: str) -> None:
    if way.startswith("stubborn"):
        return
    with notes.open("a") as out:
        out.write(f"{os.getpid()} ended\n")
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2].split(","), int(sys.argv[4])))
