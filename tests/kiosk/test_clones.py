"""A disk that was copied while its terminal was off: both go on, and the store has every vote once."""

import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.messages import revisions_of
from contract.sheets import CROSSINGS, PROFILES, Sheet, Table, Vote
from kiosk.moment import Known, Provisional
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO
from tests.kiosk.samples import HAPPY, TUESDAY, press


class Store:
    """The newest revision of each sheet."""

    def __init__(self) -> None:
        self._sheets: dict[tuple[str, Table, str], Sheet] = {}

    def take(self, tally: Tally) -> None:
        """All that is owed; the same revision with other counts would be refused, and is lost."""
        for installation, sheets in tally.owed().items():
            for sheet in sheets:
                before = self._sheets.setdefault((installation, sheet.table, sheet.period), sheet)
                assert before.revision != sheet.revision or before.counts == sheet.counts, "nobody can say who is right"
                if sheet.revision > before.revision:
                    self._sheets[installation, sheet.table, sheet.period] = sheet

    def answer(self, tally: Tally) -> None:
        """The answers to hellos for all that is kept."""
        for name in tally.kept_since():
            tally.compare(
                name, revisions_of(sheet.entry for (owner, *_), sheet in self._sheets.items() if owner == name)
            )

    @property
    def votes(self) -> int:
        """In each of the four tables, which have as many all the time."""
        sums = Counter[Table]()
        for sheet in self._sheets.values():
            sums[sheet.table] += sheet.total
        (votes,) = {sums[table] for table in (Table.FACES, *CROSSINGS)}
        return votes


@pytest.fixture
def store() -> Store:
    return Store()


def make_tally(path: Path, machine: str = "machine") -> Tally:
    tally = Tally(path, Filing(OSLO, PROFILES["small"]), release=5, machine=machine, hold=CROSSINGS)
    tally.start()
    return tally


@pytest.fixture(params=[0, 1, 2])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The disk of a terminal that is off, with two votes that were released, and three that were not.

    It was started so often before, and nobody ever answered it.
    """
    path = tmp_path / "tally.db"
    for _ in range(request.param):
        make_tally(path).close()
    tally = make_tally(path)
    press(tally, times=2)
    let_go(tally)
    press(tally, times=3)
    tally.close()
    return path


@pytest.fixture
def copy(path: Path) -> Path:
    return Path(shutil.copy(path, path.with_name("clone.db")))


def go_on(tally: Tally, store: Store, *, heard_before: bool) -> None:
    """A vote, and a release that reaches the store."""
    if heard_before:
        store.answer(tally)
    press(tally)
    if not heard_before:
        store.answer(tally)
    let_go(tally)
    store.take(tally)


def let_go(tally: Tally) -> None:
    """As at the end of the day, but by score alone."""
    tally.release_if_due(Known(TUESDAY.local + timedelta(days=1)), idle=True)


@pytest.mark.parametrize("original_first", [True, False])
@pytest.mark.parametrize("heard_before", [True, False])
def test_what_was_not_released_when_the_disk_was_copied_is_there_once(
    path: Path, copy: Path, store: Store, original_first: bool, heard_before: bool
) -> None:
    both = [make_tally(path), make_tally(copy, machine="another")]
    for tally in both if original_first else reversed(both):
        go_on(tally, store, heard_before=heard_before)
    assert store.votes == 2 + 3 + 1 + 1


def test_both_are_heard_before_either_sends(path: Path, copy: Path, store: Store) -> None:
    original, clone = make_tally(path), make_tally(copy, machine="another")
    for tally in (original, clone):
        store.answer(tally)
        press(tally)
    for tally in (clone, original):
        let_go(tally)
        store.take(tally)
    assert store.votes == 2 + 3 + 1 + 1


def test_an_original_that_restarts_before_its_release_goes_on_above_the_clone(
    path: Path, copy: Path, store: Store
) -> None:
    original = make_tally(path)
    store.answer(original)
    press(original)
    original.close()
    clone = make_tally(copy, machine="another")
    go_on(clone, store, heard_before=True)
    go_on(make_tally(path), store, heard_before=True)
    assert store.votes == 2 + 3 + 1 + 1 + 1


def test_a_disk_that_only_moved_loses_nothing(path: Path, store: Store) -> None:
    go_on(make_tally(path, machine="another"), store, heard_before=True)
    assert store.votes == 2 + 3 + 1


def test_an_older_image_that_ran_alone_before_it_was_heard_loses_nothing(path: Path, copy: Path, store: Store) -> None:
    """The image's votes that the disk went on with are there once, and those of either life after it."""
    go_on(make_tally(path), store, heard_before=True)
    image = make_tally(copy)
    press(image, times=4)
    image.close()
    go_on(make_tally(copy), store, heard_before=True)
    assert store.votes == 2 + 3 + 1 + 4 + 1


def test_what_was_counted_by_a_start_that_nobody_answered_is_there_once(path: Path, store: Store) -> None:
    for _ in range(3):
        tally = make_tally(path)
        press(tally)
        let_go(tally)
        press(tally)
        tally.close()
    go_on(make_tally(path), store, heard_before=True)
    assert store.votes == 2 + 3 + 6 + 1


@pytest.mark.parametrize("released_since", [0, 1, 2])
def test_a_disk_that_lost_its_last_moments_is_noticed(path: Path, store: Store, released_since: int) -> None:
    """As a card that has not written what it said it had, or the image of a disk in use."""
    tally = make_tally(path)
    go_on(tally, store, heard_before=True)
    press(tally, times=3)
    older = Path(shutil.copy(path, path.with_name("older.db")))
    shutil.copy(f"{path}-wal", f"{older}-wal")
    for _ in range(released_since):
        go_on(tally, store, heard_before=True)
    tally.close()
    go_on(make_tally(older), store, heard_before=True)
    assert store.votes == 2 + 3 + 1 + (3 + released_since if released_since else 3) + 1


@pytest.mark.parametrize("moved", [True, False])
def test_what_waits_for_a_clock_is_there_once(path: Path, copy: Path, store: Store, moved: bool) -> None:
    """Both machines get a clock, as does one whose disk was put back, and each files it."""
    started = make_tally(path)
    store.answer(started)
    press(started, moment=Provisional("boot-7", 60.0), times=4)
    started.close()
    shutil.copy(path, copy)
    now = datetime(2026, 3, 24, 16, tzinfo=OSLO)
    for tally in (make_tally(path), make_tally(copy, machine="another" if moved else "machine")):
        tally.trust("boot-8", now - timedelta(hours=1), now)
        go_on(tally, store, heard_before=True)
        tally.close()
    assert store.votes == 2 + 3 + 4 + 1 + 1


def test_a_change_of_mind_about_what_was_noted_takes_nothing_back(path: Path, store: Store) -> None:
    """The disk was opened anew while the visitor was there, and turns out to have been rolled back."""
    tally = make_tally(path)
    store.answer(tally)
    press(tally)
    tally._drop()
    tally.record(Change("visit@1", TUESDAY, HAPPY, Vote(4, "th", "none")))
    tally.compare(tally.installation, {"visit@1": {Table.FACES: {"2026-03-24": 1000}}})
    tally.release()
    assert all(count >= 0 for sheets in tally.owed().values() for sheet in sheets for count in sheet.counts.values())
