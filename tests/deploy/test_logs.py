"""Logs of a real process: one JSON object a line where nobody is looking, words on a screen."""

import json
import os
import pty
import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from deploy.logs import set_up_logs
set_up_logs("collector", only_trouble={only_trouble})
log = structlog.get_logger()
log.debug("not-shown")
log.info("started", place="Grønland")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
"""


def run(*, only_trouble: bool = False) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(only_trouble=only_trouble)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)


def test_every_event_is_one_line_of_json_on_standard_error() -> None:
    ran = run()
    assert ran.stdout == ""
    started, failed = (json.loads(line) for line in ran.stderr.splitlines())
    assert {"process": "collector", "level": "info", "event": "started", "place": "Grønland"}.items() <= started.items()
    assert started["timestamp"].endswith("Z")
    assert failed["level"] == "error"
    assert "ZeroDivisionError" in failed["exception"]
    assert "Grønland" in ran.stderr, "words stay readable"


def test_a_command_that_answers_logs_only_trouble() -> None:
    assert [json.loads(line)["event"] for line in run(only_trouble=True).stderr.splitlines()] == ["failed"]


def test_a_log_that_nobody_reads_any_more_stops_nothing() -> None:
    reader, log = os.pipe()
    os.close(reader)
    ran = subprocess.run([sys.executable, "-c", PROGRAM.format(only_trouble=False)], stderr=log, timeout=60)
    os.close(log)
    assert ran.returncode == 0


def test_no_file_takes_the_place_of_a_closed_log() -> None:
    program = f"{PROGRAM.format(only_trouble=False)}\nprint(open(__import__('os').devnull).fileno())"
    closing = ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-c", program]
    ran = subprocess.run(closing, stdout=subprocess.PIPE, text=True, timeout=60)
    assert ran.returncode == 0
    assert int(ran.stdout) > 2


@pytest.mark.e2e
def test_on_a_screen_it_is_words() -> None:
    screen, program_end = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", PROGRAM.format(only_trouble=False)], stderr=program_end) as running:
        os.close(program_end)
        assert running.wait(60) == 0
        said = os.read(screen, 100_000).decode()
    os.close(screen)
    first = said.splitlines()[0]
    assert "started" in first
    assert not first.startswith("{")
