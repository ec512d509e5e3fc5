"""The store's page for those who query it: its questions run as they are written, and have the right answers."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import collector.store
from collector.store.protocol import Placement
from collector.store.sqlite import SqliteStore
from contract.sheets import Table
from tests.collector.samples import a_sheet, received

README = Path(str(collector.store.__file__)).with_name("README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def db(store: SqliteStore, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two terminals, one of which counts by the hour, had two lives and was moved; opened as the page says."""
    hour = "2026-11-21T16+01:00"
    store.save(
        [
            received(a_sheet(1, {"4": 12, "1": 1})),
            received(a_sheet(1, {"3": 5}, period=hour), "gate"),
            received(a_sheet(1, {"2": 6}, period=hour), "gate", "second-life"),
            received(a_sheet(1, {"4": 9, "2": 2}, period="2026-10"), "gate"),
            received(a_sheet(1, {"4": 7}, period="2025-10-03"), "gate"),
            received(a_sheet(1, {"4:help": 8, "4:none": 4, "1:wait": 1}, Table.ANSWERS, "2026-11")),
            received(a_sheet(1, {"3:help": 5, "2": 6}, Table.ANSWERS, hour[:10]), "gate"),
        ]
    )
    store.place(Placement("gate", "oslo/bus", date(2026, 10, 1)))
    store.place(Placement("gate", "oslo/pro", date(2026, 11, 21)))
    with closing(sqlite3.connect(f"file:{tmp_path / 'fjes.db'}?mode=ro", uri=True)) as db:
        yield db


def answers(db: sqlite3.Connection, number: int) -> list[tuple[Any, ...]]:
    return db.execute(QUESTIONS[number]).fetchall()


def test_votes_of_each_face(db: sqlite3.Connection) -> None:
    assert answers(db, 0) == [("gate", "3", 5), ("gate", "2", 6), ("stua-1", "4", 12), ("stua-1", "1", 1)]


def test_the_satisfied_share_of_each_place_where_there_is_enough_to_say(db: sqlite3.Connection) -> None:
    assert answers(db, 1) == [
        ("oslo/bus", "2026", 11, 0.8182),
        ("oslo/pro", "2026", 11, 0.4545),
        ("stua-1", "2026", 13, 0.9231),
    ]


def test_answers_of_a_year(db: sqlite3.Connection) -> None:
    assert answers(db, 2) == [("satisfied", "help", 13), ("satisfied", "none", 4), ("unsatisfied", "wait", 1)]


def test_each_question_is_tried_here(db: sqlite3.Connection) -> None:
    assert len(QUESTIONS) == 3


def test_every_table_and_column_it_names_is_there(db: sqlite3.Connection) -> None:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    columns = {name for table in tables for _, name, *_ in db.execute(f"PRAGMA table_info([{table}])")}
    (head,) = re.findall(r"^\| terminal .*$", README, re.MULTILINE)
    assert {name.strip() for name in head.strip("|").split("|")} <= columns
    assert {"sheets", "totals", "placements"} <= tables
