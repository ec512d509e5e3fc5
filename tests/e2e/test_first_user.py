"""The first user's year: a file with the totals of the yearly report, through a real broker, into figures."""

import csv
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from deploy.presses import COLUMNS
from tests.e2e.site import TERMINAL, Site
from tests.polling import PATIENCE

pytestmark = pytest.mark.e2e

HAPPIEST = {"social": 248, "help": 204, "health": 112, "talk": 93, "place": 43, "": 363}
HAPPY = {"social": 9, "help": 9, "health": 8, "talk": 5, "place": 2, "": 10}
VOTES = {4: HAPPIEST, 3: HAPPY, 2: {"wait": 1, "": 3}, 1: {"": 2}}
LANGUAGES = {"nb": 399, "en": 251, "th": 186, "ro": 178, "bg": 95, "es": 3}


def presses() -> Iterator[tuple[str, str, int, str]]:
    """1,112 presses on the working days of 2023."""
    days = [datetime(2023, 1, 2) + timedelta(days=day) for day in range(360)]
    times = itertools.cycle(day.replace(hour=12) for day in days if day.weekday() < 5)
    languages = itertools.chain.from_iterable(itertools.repeat(code, times) for code, times in LANGUAGES.items())
    votes = [(score, answer) for score, answers in VOTES.items() for answer, n in answers.items() for _ in range(n)]
    Random(2023).shuffle(votes)
    spoken = Random(2024).sample(list(languages), len(votes))
    for (score, answer), language, time in zip(votes, spoken, times, strict=False):
        yield time.isoformat(), language, score, answer


def replay(site: Site, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy", "--config", str(site.file), "replay", str(file), "--terminal", TERMINAL]
    return subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE)


def test_the_year_gives_its_figures_once(make_site: Callable[[str], Site], tmp_path: Path) -> None:
    file = tmp_path / "presses.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *presses()])
    site = make_site("small")
    site.start("broker")
    site.start("collector")
    assert replay(site, file).stdout == f"1112 votes counted for {TERMINAL}\n"

    again = replay(site, file)
    assert again.returncode == 1
    assert "was counted for stua-1 before; nothing was counted again" in again.stderr

    figures = site.figures("2023")
    assert figures["votes"] == 1112
    assert figures["scores"] == {"4": 1063, "3": 43, "2": 4, "1": 2}
    assert figures["satisfied"]["share"] == 0.9946
    assert figures["happy_index"] == round((1063 * 100 + 43 * 200 / 3 + 4 * 100 / 3) / 1112, 2)
    assert figures["answered_share"] == 0.66
    assert figures["answers"]["satisfied"] == {"social": 257, "help": 213, "health": 120, "talk": 98, "place": 45}
    assert figures["answers"]["unsatisfied"]["wait"] == "<5"
    assert figures["languages"]["es"] == "<5"
    hidden = [language for language, count in figures["languages"].items() if count == "<5"]
    assert len(hidden) > 1, "the votes' total would give one hidden language away"
    assert figures["languages"]["nb"] == 399
