"""Waiting until the operator, or systemd, says that it is enough."""

import signal
import threading
from types import FrameType


def stop_event() -> threading.Event:
    """An event that SIGTERM and SIGINT set. Main thread only."""
    enough = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        enough.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return enough
