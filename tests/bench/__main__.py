"""`make bench`, or `python -m tests.bench NAME…` for some of the benches.

A goal that is missed is said and is no failure: the machine may be busy.
"""

import sys
import tempfile
from importlib import import_module
from pathlib import Path

from deploy.logs import set_up_logs
from tests.bench.report import Figure, head, verdict

BENCHES = (
    "touch",
    "idle",
    "start",
    "soak",
    "page",
    "collector",
    "hostile",
    "connect",
    "refill",
    "fuzz_messages",
    "requests",
    "streams",
    "year",
    "pages",
    "deciding",
    "paper",
)


def main(*names: str) -> None:
    if unknown := set(names) - set(BENCHES):
        sys.exit(f"no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    set_up_logs("bench", only_trouble=True)
    print(head(), flush=True)
    figures: list[Figure] = []
    for name in names or BENCHES:
        with tempfile.TemporaryDirectory(prefix=f"fjes-bench-{name}-") as directory:
            for figure in import_module(f"tests.bench.{name}").measure(Path(directory)):
                figures.append(figure)
                print(figure.line(), flush=True)
    print(f"\n{verdict(figures)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
