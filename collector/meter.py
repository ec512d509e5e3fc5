"""What the collector counts about its own work, for operators: plain numbers, read by whoever shows them.

None of them changes with a single vote where several are released together.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from contract.topics import PREFIX, Kind

OTHER = "other"
"""The kind of a message on a topic that is none of ours."""
_HEARD = {kind.value for kind in (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE)}
KINDS = (*sorted(_HEARD), OTHER)


class Meter:
    """Numbers since the start of the process. The worker's thread writes, any other may read."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
        """Messages taken up, by kind."""
        self.refused: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
        """Messages and single sheets that went to the quarantine, by kind of message."""
        self.batches = 0
        self.commits = 0
        self.commit_seconds = 0.0
        self.store_failures = 0
        """Attempts at the store that failed; each is made again."""

    def take(self, topic: str) -> None:
        self.taken[kind_of(topic)] += 1

    def refuse(self, topic: str, times: int = 1) -> None:
        self.refused[kind_of(topic)] += times

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Around one commit of sheets; one that fails is no commit."""
        began = perf_counter()
        yield
        self.commit_seconds += perf_counter() - began
        self.commits += 1


def kind_of(topic: str) -> str:
    """`sheets`, `hello` or `presence`; whatever else anybody sends to is `other`, so that kinds stay few."""
    kind = topic.rpartition("/")[2]
    return kind if kind in _HEARD and topic.startswith(f"{PREFIX}/") else OTHER
