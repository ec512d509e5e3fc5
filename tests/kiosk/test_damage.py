"""A disk that goes wrong under a running terminal, for real: bytes overwritten, an I/O error, no room, read-only."""

import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from contract.sheets import PROFILES, RELEASE, Sheet, Table, Vote
from kiosk.errors import DamagedError, DiskError
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO, FakeClock
from tests.kiosk.samples import HAPPY, TUESDAY, make_tally, press, released, spoil

HEADER = (0, 100)


class Watched(Tally):
    """A tally whose clock and reports the test holds."""

    def __init__(self, path: Path, profile: str = "small") -> None:
        self.clock = FakeClock()
        self.told = 0
        super().__init__(
            path,
            Filing(OSLO, PROFILES[profile]),
            release=RELEASE[profile],
            machine="machine",
            damaged=self._tell,
            monotonic=self.clock.monotonic,
        )

    def _tell(self) -> None:
        self.told += 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tally.db"


@pytest.fixture
def start(path: Path) -> Iterator[Callable[..., Watched]]:
    tallies = []

    def start(profile: str = "small") -> Watched:
        tallies.append(Watched(path, profile))
        tallies[-1].start()
        return tallies[-1]

    yield start
    for tally in tallies:
        tally.close()


def aside(path: Path) -> list[Path]:
    return list(path.parent.glob("tally.db.damaged-????????"))


def faces(tally: Tally) -> list[dict[str, int]]:
    """The counts of the faces' sheets, once all is released."""
    tally.release()
    return [sheet.counts for sheets in tally.owed().values() for sheet in sheets if sheet.table is Table.FACES]


def change(before: Vote | None, after: Vote | None) -> Change:
    return Change("visit@1", TUESDAY, before, after)


def attempt(work: Callable[[], object]) -> None:
    """The recorder's way: a first attempt may find the damage."""
    try:
        work()
    except DamagedError:
        work()


@pytest.mark.parametrize("where", [HEADER, (4096, None)])
def test_a_file_spoilt_while_it_is_open_is_moved_aside_and_the_next_attempt_works(
    start: Callable[..., Watched], path: Path, where: tuple[int, int | None]
) -> None:
    tally = start()
    press(tally, times=3)
    before = tally.installation
    spoil(path, *where)
    with capture_logs() as logs:
        with pytest.raises(DamagedError, match=r"cannot use .*tally\.db: (database disk image|file is not)"):
            press(tally)
        press(tally, Vote(1, "nb"))
    assert [line["event"] for line in logs] == ["disk-damaged"]
    assert Path(logs[0]["moved_to"]) in aside(path)
    assert tally.told == 1
    assert tally.installation != before
    assert faces(tally) == [{"1": 1}]


def test_text_that_is_no_sheet_is_damage_too(start: Callable[..., Watched], path: Path) -> None:
    """SQLite keeps no checksums: what it takes for good may be nonsense."""
    tally = start()
    released(tally)
    assert tally._db is not None
    tally._db.execute("UPDATE sheets SET counts = '{\"4\":x}', released = '[]' WHERE tbl = 'faces'")
    with pytest.raises(DamagedError):
        tally.owed()
    press(tally, Vote(1, "nb"))
    assert (tally.told, faces(tally)) == (1, [{"1": 1}])


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE sheets SET tbl = 'fcaes' WHERE tbl = 'faces'",
        "UPDATE sheets SET period = '2026-13' WHERE tbl = 'faces'",
        "UPDATE sheets SET noted_counts = '' WHERE tbl = 'faces'",
        "UPDATE sheets SET counts = '{\"5\":1}' WHERE tbl = 'faces'",
        "UPDATE life SET trusted = 'soon'",
        "UPDATE life SET forgotten = '2026'",
        "INSERT INTO provisional VALUES ('boot', 'visit@1', 'fcaes', 0, '4', '', 1)",
        "ALTER TABLE sheets RENAME COLUMN revision TO revisoin",
        "ALTER TABLE trial RENAME COLUMN writes TO wirtes",
        "DROP TABLE provisional",
    ],
)
def test_nonsense_is_found_at_the_start(start: Callable[..., Watched], path: Path, spoilt: str) -> None:
    tally = start()
    released(tally)
    assert tally._db is not None
    tally._db.execute(spoilt)
    tally.close()
    again = start()
    assert (again.told, len(aside(path))) == (1, 1)
    press(again)
    assert faces(again) == [{"4": 1}]


def test_a_disk_that_is_whole_is_never_moved_aside(start: Callable[..., Watched], path: Path) -> None:
    tally = start("busy")
    press(tally, times=9)
    tally.record(change(HAPPY, Vote(1, "th")))
    tally.release()
    press(tally, Vote(2, "nb", suspect=True))
    tally.close()
    assert start("busy").told == 0
    assert aside(path) == []


def test_a_vote_that_went_with_the_disk_is_counted_anew_as_it_is_now(start: Callable[..., Watched], path: Path) -> None:
    """Nothing of it had left the terminal: it is not lost, and nothing is taken back that is not there."""
    tally = start()
    press(tally)
    spoil(path)
    attempt(partial(tally.record, change(HAPPY, Vote(2, "th"))))
    tally.record(change(Vote(2, "th"), Vote(1, "th", "wait")))
    press(tally, Vote(3, "nb"))
    assert faces(tally) == [{"1": 1, "3": 1}]


def test_a_vote_that_had_left_the_terminal_is_not_counted_twice(start: Callable[..., Watched], path: Path) -> None:
    tally = start("busy")
    press(tally)
    spoil(path)
    attempt(partial(tally.record, change(HAPPY, Vote(2, "th"))))
    tally.record(change(Vote(2, "th"), Vote(1, "th", "wait")))
    assert faces(tally) == []
    press(tally, Vote(3, "nb"))
    tally.record(change(Vote(3, "nb"), Vote(4, "nb")))
    assert faces(tally) == [{"4": 1}]


def test_nothing_is_sent_from_a_disk_opened_anew_before_the_store_was_asked(
    start: Callable[..., Watched], path: Path
) -> None:
    tally = start()
    assert tally.starts == 1
    spoil(path)
    with pytest.raises(DamagedError):
        press(tally)
    press(tally)
    assert tally.starts == 2


def test_a_disk_that_goes_on_failing_is_opened_anew_now_and_then_only(
    start: Callable[..., Watched], path: Path
) -> None:
    tally = start()
    spoil(path)
    with pytest.raises(DamagedError):
        press(tally)
    press(tally)
    spoil(path)
    for _ in range(20):
        with pytest.raises(DiskError):
            press(tally)
    assert len(aside(path)) == 1
    tally.clock.advance(10)
    press(tally)
    assert len(aside(path)) == 2


def test_damaged_files_do_not_fill_the_disk(path: Path) -> None:
    for _ in range(13):
        path.write_bytes(b"this is no database" * 1000)
        make_tally(path).close()
    assert len(aside(path)) == 10


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """What is written past it fails with EFBIG, which for SQLite is an I/O error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_after_an_io_error_the_disk_is_opened_anew_with_all_it_has(start: Callable[..., Watched], path: Path) -> None:
    tally = start()
    released(tally)
    before = tally.installation
    with no_file_longer_than(4096), pytest.raises(DiskError, match="disk I/O error") as raised:
        press(tally)
    assert not isinstance(raised.value, DamagedError), "whether the vote is on disk is not known: it is not tried again"
    press(tally)
    assert (tally.told, tally.starts, tally.installation) == (0, 2, before)
    assert faces(tally) == [{"4": 2}]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_bytes_are_spoilt_votes_are_soon_kept_again(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """As the terminal does it: a vote, the looks that the tick and the publisher take at all there is, a vote."""
    path = tmp_path_factory.mktemp("disk") / "tally.db"
    tally = Watched(path)
    tally.start()
    press(tally, times=2)
    tally.release()
    size = path.stat().st_size
    first = data.draw(st.just(0) | st.integers(100, size - 1))
    spoil(path, first, data.draw(st.integers(max(first + 1, 100), size)))
    works: list[Callable[[], object]] = [
        lambda: press(tally, Vote(1, "nb")),
        lambda: tally.release_if_due(TUESDAY, idle=True),
        lambda: tally.forget(TUESDAY.local.date()),
        tally.owed,
    ]
    with suppress(DamagedError):
        press(tally, Vote(2, "nb"))
    for work in works * 2:
        attempt(work)
        tally.clock.advance(10)
    owed = faces(tally)
    tally.close()
    again = Watched(path)
    again.start()
    assert faces(again) == owed or again.told, "what nothing has read since, as a table's name, is found at a start"
    assert sum(counts["1"] for counts in owed) in (1, 2)
    again.close()


class TestRealFileSystem:
    """On a small file system of its own, in a name space where mounting is allowed."""

    def run(self, directory: Path) -> dict[str, Any]:
        command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "tests.kiosk.small_disk"]
        done = subprocess.run([*command, str(directory)], capture_output=True, text=True, timeout=60)
        if "unshare" in done.stderr:
            pytest.skip(f"no name space to mount in: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def test_full_and_read_only_disks_refuse_votes_and_take_them_again_when_they_can(self, tmp_path: Path) -> None:
        told = self.run(tmp_path)
        assert told["full"] == "database or disk is full"
        assert told["probe when full"] == "database or disk is full"
        assert told["start when read-only"].startswith(("attempt to write a readonly database", "unable to open"))
        assert told["faces"] == told["taken"] > 0
        assert told["aside"] == 0


def test_sums_stay_equal_whatever_was_spoilt(start: Callable[..., Watched], path: Path) -> None:
    tally = start()
    press(tally, times=3)
    spoil(path)
    for score in (1, 2, 3):
        attempt(partial(tally.record, change(None, Vote(score, "nb"))))
    tally.release()
    sums = Counter[Table]()
    owed: list[Sheet] = [sheet for sheets in tally.owed().values() for sheet in sheets]
    for sheet in owed:
        sums[sheet.table] += sheet.total
    assert set(sums.values()) == {3}
