"""What is forgotten is gone from the file and its log, byte for byte; nothing else is; nothing comes back unsaid."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from collector.store.protocol import Placement, Refusal, Standing, Stay
from collector.store.reading import SqliteReadStore
from contract.messages import Presence
from deploy.command import main
from deploy.errors import Problem
from deploy.operating.backup import make_backup
from deploy.operating.forget import erase, run_forget
from deploy.operating.restore import restore
from tests.deploy.operated import Server, a_month

TODAY = date(2026, 11, 22)
MARK = 918_273_645
"""Votes of which nobody else has so many, so that their digits are found wherever they are."""


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    years = [f"{year}-{month:02}" for year in range(2010, 2026) for month in range(1, 13)]
    doomed = [one for period in years for one in a_month(MARK, period, terminal="doomed")]  # pages of its own
    server.save(*a_month(3, "2024-12"), *doomed, *a_month(4, "2025-01"), *a_month(5, "2026-11"))
    with closing(server.open()) as store:
        store.set_presences({"doomed": Presence(v=1, online=False, software="fjes 0.0.9-doomed")})
        store.place(Placement("doomed", "oslo/doomed", date(2020, 1, 1)))
        store.quarantine([Refusal("fjes/v1/doomed/sheets", "reason", b"doomed payload %d" % MARK)])
    return server


def forget(server: Server, terminal: str | None = None, year: int | None = None, today: date = TODAY) -> None:
    run_forget(server.configuration, terminal, year, sure=True, today=today)


def traces(server: Server, what: bytes) -> list[str]:
    """The files of the store that have these bytes anywhere."""
    return [file.name for file in server.directory.glob("fjes.db*") if what in file.read_bytes()]


def test_a_terminal_is_gone_to_its_last_byte(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    before = [one for one in server.sheets() if one.terminal != "doomed"]
    assert traces(server, b"doomed")
    assert traces(server, str(MARK).encode())
    forget(server, "doomed")
    assert server.sheets() == before
    assert traces(server, b"life-of-doomed") == []
    assert traces(server, str(MARK).encode()) == []
    assert traces(server, b"0.0.9-doomed") == []
    assert traces(server, b"oslo/doomed") == []
    assert capsys.readouterr().out.startswith(
        f"Deleted 768 sheets of terminal doomed from {server.store} and its log.\n"
    )


def test_years_are_gone_to_their_last_byte(server: Server) -> None:
    before = [one for one in server.sheets() if one.sheet.period >= "2025"]
    assert len(before) == 8 + 48
    forget(server, year=2025)
    assert server.sheets() == before
    for period in (b"2024-12", b"2010-03", b"2017-07"):
        assert traces(server, period) == []
    assert traces(server, b"2025-01"), "the search finds what is there"


def test_it_is_gone_also_while_collector_and_page_have_the_store_open(server: Server) -> None:
    with closing(server.open()) as collector, closing(SqliteReadStore.open(server.store)) as page:
        collector.save(a_month(6, "2026-11", revision=2))
        assert page.span([Stay("doomed")]) is not None
        forget(server, "doomed")
        assert traces(server, str(MARK).encode()) == []
        assert page.span([Stay("doomed")]) is None
        collector.save(a_month(7, "2026-11", revision=3))
        assert len(server.sheets()) == 12


def test_who_reads_without_an_end_is_told_of(server: Server) -> None:
    with closing(SqliteReadStore.open(server.store)) as page:
        page._db.execute("BEGIN")
        page.span([Stay("doomed")])
        with pytest.raises(Problem, match=r"another program reads it without an end, so traces are left in its log"):
            erase(server.store, patience=0.05)
    forget(server, "doomed")
    assert traces(server, str(MARK).encode()) == []


def test_a_reader_that_takes_its_time_is_waited_for(server: Server) -> None:
    page = SqliteReadStore.open(server.store)
    page._db.execute("BEGIN")
    page.span([Stay("doomed")])
    ending = threading.Timer(0.3, page._db.execute, ["COMMIT"])
    ending.start()
    forget(server, "doomed")
    ending.join()
    assert traces(server, str(MARK).encode()) == []
    page.close()


def test_backups_and_stores_kept_aside_that_still_have_it_are_named(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with_both, _, _ = make_backup(server.configuration, now=noon)
    restore(server.configuration, with_both, now=noon)
    aside = server.directory / "fjes.db.before-restore-20261122T120000Z"
    forget(server, "doomed")
    said = capsys.readouterr().out
    assert f"still in  {with_both}\n" in said
    assert f"still in  {aside}\n" in said
    without, _, _ = make_backup(server.configuration, now=noon + timedelta(seconds=1))
    broken = server.backups / "fjes-20261101T000000Z.tar.gz"
    broken.write_bytes(b"?")
    forget(server, year=2024)
    said = capsys.readouterr().out
    assert f"still in  {with_both}\n" in said
    assert f"still in  {broken}\n" in said, "nobody knows what is in it"
    assert str(without) not in said


def test_what_killed_backups_and_restores_left_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    left = [server.directory / ".fjes.db.restore-x1y2z3", server.backups / ".fjes-unfinished-x1y2z3"]
    aside = [server.directory / f"fjes.db.before-restore-20261122T120000Z{log}" for log in ("", "-shm", "-wal")]
    for directory in left:
        directory.mkdir(parents=True)
    for file in aside:
        file.touch()
    forget(server, "doomed")
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("still in")]
    assert told == [f"still in  {path}" for path in (*aside, *left)]


def test_the_last_month_would_be_sent_again_so_it_stays(server: Server) -> None:
    before = server.sheets()
    for today in (date(2025, 1, 1), date(2025, 2, 10)):
        with pytest.raises(
            Problem, match=r"for 40 days after its month .* would send the end of 2024 again.*2025-02-10$"
        ):
            forget(server, year=2025, today=today)
    with pytest.raises(Problem, match="would send the end of 2026 again"):
        forget(server, year=2027)
    assert server.sheets() == before
    forget(server, year=2025, today=date(2025, 2, 11))
    assert len(server.sheets()) < len(before)


def test_a_terminal_that_is_let_in_would_send_again(server: Server) -> None:
    with closing(server.open()) as store:
        store.register("doomed")
        store.register("stua-1")
    with pytest.raises(Problem, match=r"doomed is let in, .* nothing was deleted\. First: fjes terminal revoke doomed"):
        forget(server, "doomed")
    with closing(server.open()) as store:
        store.revoke("doomed")
    forget(server, "doomed")
    with closing(server.open()) as store:
        assert store.registered() == {"stua-1": Standing.ALLOWED}


def test_a_terminal_that_is_connected_would_send_again(server: Server) -> None:
    with closing(server.open()) as store:
        store.set_presences({"doomed": Presence(v=1, online=True)})
    with pytest.raises(Problem, match="doomed is connected, and would send again"):
        forget(server, "doomed")


def test_a_terminal_that_never_was_is_none_to_forget(server: Server) -> None:
    with pytest.raises(Problem, match="nothing of a terminal 'domed'; nothing was deleted"):
        forget(server, "domed")


@pytest.mark.parametrize("answer", ["", "y", "no", "yes please"])
def test_only_yes_is_yes(server: Server, answer: str) -> None:
    before = server.sheets()
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    with pytest.raises(Problem, match=r"^nothing was deleted$"):
        run_forget(server.configuration, None, 2025, sure=False, ask=ask, today=TODAY)
    assert server.sheets() == before
    assert asked == [f"Delete 724 sheets with {3 + 180 * MARK} votes of the years before 2025 for good? Type yes: "]
    run_forget(server.configuration, None, 2025, sure=False, ask=lambda _: " Yes\n", today=TODAY)
    assert len(server.sheets()) < len(before)


def test_without_anybody_to_answer_nothing_is_deleted(server: Server) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    with pytest.raises(Problem, match=r"^nothing was deleted$"):
        run_forget(server.configuration, None, 2025, sure=False, ask=nobody, today=TODAY)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--before", "25"], "'25' is not a year, as 2024"),
        (["--before", "2025-01"], "is not a year"),
        ([], "one of the arguments --terminal --before is required"),
        (["--before", "2025", "--terminal", "a"], "not allowed with"),
    ],
)
def test_what_it_is_to_forget_is_said_in_full(
    server: Server, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--config", str(server.file), "forget", *words])
    assert said in capsys.readouterr().err


def test_without_a_store_there_is_nothing_to_forget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(Server(tmp_path).file), "forget", "--before", "2020", "--yes"]) == 1
    assert "is not there yet" in capsys.readouterr().err


def test_other_stores_would_have_traces_without_the_care_taken(server: Server) -> None:
    """So that the search above is one that can fail: a plain DELETE leaves what it deleted in the file."""
    with closing(sqlite3.connect(server.store)) as db:
        db.execute("DELETE FROM sheets WHERE terminal = 'doomed'")
        db.commit()
    assert traces(server, str(MARK).encode())
