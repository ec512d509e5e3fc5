"""How every process logs: one line an event, on standard error; readable on a screen, JSON elsewhere.

A terminal runs for years, and whoever read its log may be gone: a log that cannot be written stops nothing.
"""

import logging
import os
from contextlib import suppress
from typing import TextIO, cast

import structlog

STANDARD_ERROR = 2


class _Log:
    """Standard error, for as long as somebody takes it."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            os.write(STANDARD_ERROR, text.encode(errors="backslashreplace"))

    def flush(self) -> None:
        """Nothing is held back."""


def set_up_logs(process: str, *, only_trouble: bool = False) -> None:
    """Call once, at the start of a process. `process` is its role; `only_trouble` leaves out all but warnings."""
    _fill_standard_streams()

    def name_process(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"process": process, **event}

    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if os.isatty(STANDARD_ERROR)
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            name_process,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if only_trouble else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Log())),
        cache_logger_on_first_use=True,
    )


def _fill_standard_streams() -> None:
    """Where a stream was closed by the shell, the next file opened would get its number, and be written to."""
    for number in range(STANDARD_ERROR + 1):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
