"""The server's own complaints: told once in a while with how many there were, and not what a reader sent."""

import logging

from structlog.testing import capture_logs

from dashboard.sparing import EVERY_SECONDS, SparingHandler
from tests.fakes.clock import FakeClock


def test_many_complaints_of_a_kind_are_one_line() -> None:
    clock = FakeClock()
    handler = SparingHandler(clock.monotonic)
    with capture_logs() as logs:
        for line in ("rubbish from %s", "rubbish from %s", "another\nkind", "rubbish from %s"):
            handler.handle(logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, line, ("10.0.0.7",), None))
        clock.advance(EVERY_SECONDS)
        handler.handle(
            logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, "rubbish from %s", ("10.0.0.7",), None)
        )
    assert [(line["said"], line["count"]) for line in logs] == [
        ("rubbish from %s", 1),
        ("another", 1),
        ("rubbish from %s", 3),
    ]
    assert "10.0.0.7" not in str(logs)
