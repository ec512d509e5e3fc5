"""That the search for traces of visits finds them, in whatever form they are left, and takes nothing else for one."""

import sqlite3
import struct
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contract.messages import Presence, SurveyMessage, encode
from locales.catalogue import default_survey
from tests.e2e.traces import Instant, Search, Visit
from tests.fakes.clock import OSLO

AT = 1774357531.25
"""2026-03-24 13:05:31.25 UTC, 14:05 in Oslo."""
UP = 23556.5
VISITS = [
    Visit(Instant(AT - 0.5, UP - 0.5, UP + 99.5), Instant(AT + 0.5, UP + 0.5, UP + 100.5)),
    Visit(Instant(AT + 3600, UP + 3600, UP + 3700), Instant(AT + 3601, UP + 3601, UP + 3701)),
]
SEARCH = Search(VISITS)
UTC_TIME = datetime.fromtimestamp(AT, UTC)
LOCAL = UTC_TIME.astimezone(OSLO)


def uuid6() -> uuid.UUID:
    ticks = round(AT * 1e7) + 0x01B21DD213814000
    return uuid.UUID(f"{ticks >> 12:012x}6{ticks & 0xFFF:03x}8000000000000000")


def uuid1() -> uuid.UUID:
    ticks = round(AT * 1e7) + 0x01B21DD213814000
    return uuid.UUID(fields=(ticks & 0xFFFFFFFF, (ticks >> 32) & 0xFFFF, (ticks >> 48) | 0x1000, 0x80, 0, 0))


TEXTS = {
    "a log's line": f'{{"event": "press", "timestamp": "{UTC_TIME.isoformat()}"}}',
    "local time": f"pressed at {LOCAL:%Y-%m-%d %H:%M:%S}",
    "minutes": f"{LOCAL:%Y-%m-%dT%H:%M}",
    "a time alone": f"{LOCAL:%H:%M:%S}",
    "minutes alone": f"at {UTC_TIME:%H:%M}.",
    "compact": f"{UTC_TIME:%Y%m%dT%H%M%SZ}",
    "a mail's or web's date": f"{UTC_TIME:%a, %d %b %Y %H:%M:%S} GMT",
    "seconds": f"{AT:.0f}: press",
    "seconds with a fraction": f"[{AT}]",
    "milliseconds": f'"t":{AT * 1000:.0f},',
    "microseconds": f"{AT * 1e6:.0f}",
    "nanoseconds": f"{AT * 1e9:.0f}",
    "seconds since boot": f"[{UP:.6f}] touch",
    "seconds since boot, with sleep": f"{UP + 100.123}",
    "nanoseconds since boot": f"{UP * 1e9:.0f}",
    "hexadecimal": f"id-{int(AT):08x}",
    "a name, version 1": str(uuid1()),
    "a name, version 1, short": uuid1().hex,
    "a name, version 6": str(uuid6()),
    "a name, version 7": str(uuid.UUID(int=(int(AT * 1000) << 80) | (7 << 76) | (8 << 60) | 5)),
}
NUMBERS = {
    f"{name}, {order}": struct.pack(order + form, value)
    for order in "<>"
    for name, form, value in (
        ("32 bits of seconds", "I", int(AT)),
        ("64 bits of seconds", "q", int(AT)),
        ("milliseconds", "q", int(AT * 1e3)),
        ("microseconds", "q", int(AT * 1e6)),
        ("nanoseconds", "q", int(AT * 1e9)),
        ("a double", "d", AT),
        ("a double of milliseconds", "d", AT * 1e3),
        ("a double since boot", "d", UP + 100),
        ("nanoseconds since boot", "q", int(UP * 1e9)),
    )
} | {"48 bits of milliseconds": int(AT * 1e3).to_bytes(6, "big")}


@pytest.mark.parametrize("trace", TEXTS.values(), ids=TEXTS.keys())
def test_a_time_in_a_text_is_found(trace: str) -> None:
    assert list(SEARCH.raw("log", f"something before {trace} and after\n".encode()))


@pytest.mark.parametrize("trace", NUMBERS.values(), ids=NUMBERS.keys())
def test_a_time_in_binary_is_found(trace: bytes) -> None:
    assert list(SEARCH.raw("file", b"\0\x03" + trace + b"\0\x07"))


ROWS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "seconds": lambda db: db.execute("INSERT INTO one VALUES (?)", (int(AT),)),
    "milliseconds": lambda db: db.execute("INSERT INTO one VALUES (?)", (int(AT * 1000),)),
    "a Julian day": lambda db: db.execute("INSERT INTO one VALUES (?)", (AT / 86400 + 2440587.5,)),
    "a float since boot": lambda db: db.execute("INSERT INTO one VALUES (?)", (UP,)),
    "a text": lambda db: db.execute("INSERT INTO one VALUES (?)", (f"{LOCAL:%H:%M:%S}",)),
    "what was deleted": lambda db: [
        db.execute("INSERT INTO one VALUES (?)", (UTC_TIME.isoformat(),)),
        db.execute("DELETE FROM one"),
    ],
}


@pytest.mark.parametrize("leave", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_time_in_a_database_is_found(
    tmp_path: Path, leave: Callable[[sqlite3.Connection], object], journal: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "some.db", isolation_level=None)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE one (cell)")
        leave(db)
        assert {trace.where.split(",")[0].removesuffix("-wal") for trace in SEARCH.files(tmp_path)} == {"some.db"}


def test_a_file_that_was_written_during_a_visit_is_found(tmp_path: Path) -> None:
    start = Instant.now()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").touch()
    while Instant.now().wall < start.wall + 0.02:
        time.sleep(0.005)
    search = Search([Visit(start, Instant.now())])
    assert [trace.where for trace in search.files(tmp_path)] == ["deep/file"] * 2
    assert list(search.files(tmp_path, but=lambda file: file.parent.name == "deep")) == []


@pytest.mark.parametrize("name", ["file", "some.db"])
def test_a_file_that_goes_meanwhile_is_none(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "some.db")) as db:
        db.execute("CREATE TABLE one (cell)")
    (tmp_path / "file").write_bytes(b"text")

    def remove(file: Path) -> bool:
        if file.name == name:
            file.unlink()
        return True

    assert list(SEARCH.files(tmp_path, but=remove)) == []


def test_a_database_is_whole_while_others_write(tmp_path: Path) -> None:
    """What is in the write-ahead log is at any moment partly in the file too."""
    with closing(sqlite3.connect(tmp_path / "some.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE one (cell)")
        db.execute("BEGIN")
        db.executemany("INSERT INTO one VALUES (?)", [("x" * 4000,)] * 200)
        assert list(SEARCH.files(tmp_path)) == []
        db.execute("COMMIT")
        db.execute("INSERT INTO one VALUES (?)", (AT,))
        assert "some.db, table one" in {trace.where for trace in SEARCH.files(tmp_path)}


def test_between_the_pages_of_a_database_are_sums_and_no_times(tmp_path: Path) -> None:
    """Eight bytes of a write-ahead log's head, or across two pages, are some time; the same bytes in a page are one."""
    time_of_visit = struct.pack("<q", int(UP * 1e9))
    size = 512
    head = struct.pack(">IIIIIIII", 0x377F0682, 3007000, size, 0, 1, 2, 3, 4)
    page = b"\x0d" + bytes(size - 1)
    for where, raw in {
        "head": head[:16] + time_of_visit + head[24:] + bytes(24) + page,
        "frame": head + bytes(16) + time_of_visit + page,
        "across": head + bytes(24) + page[:-4] + time_of_visit + bytes(20) + page,
    }.items():
        (tmp_path / f"{where}.db-wal").write_bytes(raw)
    assert list(SEARCH.files(tmp_path)) == []
    (tmp_path / "page.db-wal").write_bytes(head + bytes(24) + page + bytes(24) + page[:-8] + time_of_visit)
    assert {trace.where for trace in SEARCH.files(tmp_path)} == {"page.db-wal"}


def test_what_is_no_trace_is_taken_for_none(tmp_path: Path) -> None:
    """Periods, what happened between visits, names made by chance, texts, and numbers that are others."""
    other = AT + 1800
    between = datetime.fromtimestamp(other, UTC)
    texts = [
        "2026-03-24 2026-03 2026-03-24T14+01:00 2026-03-24T14:00 4:2-14 2-14",
        f"{between.isoformat()} {other} {int(other)} {between.astimezone(OSLO):%H:%M:%S}",
        f"{uuid.UUID(int=0x1234, version=4)} {UP + 1800:.6f} 12.5 1005 23556 127.0.0.1:51234",
        encode(SurveyMessage(v=1, survey=default_survey(), since=LOCAL.date())).decode(),
        encode(Presence(v=1, online=True, installation=uuid.UUID(int=77, version=4).hex)).decode(),
    ]
    raw = "\n".join(texts).encode() + struct.pack("<IqdI", int(other), int(other * 1000), other, 77)
    (tmp_path / "file").write_bytes(raw)
    assert list(SEARCH.files(tmp_path)) == []


def test_letters_are_no_number() -> None:
    """Four of them are the time of some second in a lifetime, and a survey is full of them."""
    letters = b"den som kom i g"
    at = float(int.from_bytes(letters[5:9], "big"))
    visit = Visit(Instant(at, 1, 1), Instant(at + 1, 2, 2))
    assert list(Search([visit]).raw("survey", letters)) == []
    assert list(Search([visit]).raw("survey", b"\0" + letters[5:9] + b"\0"))


def test_every_visit_is_looked_for_on_its_own_day() -> None:
    before = (UTC_TIME - timedelta(days=30)).isoformat()
    assert list(SEARCH.raw("log", before.encode())), "the time of day is enough: it may be of another's calendar"
