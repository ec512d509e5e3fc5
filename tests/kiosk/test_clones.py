"""A disk that was copied while its terminal was off: both go on, and the store has every vote once."""

import shutil
from pathlib import Path

import pytest

from contract.messages import revisions_of
from contract.sheets import Sheet, Table
from kiosk.tally import Tally
from tests.kiosk.samples import make_tally, press


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
    def faces(self) -> int:
        return sum(sheet.total for sheet in self._sheets.values() if sheet.table is Table.FACES)


@pytest.fixture
def store() -> Store:
    return Store()


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
    tally.release()
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
    tally.release()
    store.take(tally)


@pytest.mark.parametrize("original_first", [True, False])
@pytest.mark.parametrize("heard_before", [True, False])
def test_what_was_not_released_when_the_disk_was_copied_is_there_once(
    path: Path, copy: Path, store: Store, original_first: bool, heard_before: bool
) -> None:
    both = [make_tally(path), make_tally(copy, machine="another")]
    for tally in both if original_first else reversed(both):
        go_on(tally, store, heard_before=heard_before)
    assert store.faces == 2 + 3 + 1 + 1


def test_both_are_heard_before_either_sends(path: Path, copy: Path, store: Store) -> None:
    original, clone = make_tally(path), make_tally(copy, machine="another")
    for tally in (original, clone):
        store.answer(tally)
        press(tally)
    for tally in (clone, original):
        tally.release()
        store.take(tally)
    assert store.faces == 2 + 3 + 1 + 1


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
    assert store.faces == 2 + 3 + 1 + 1 + 1


def test_a_disk_that_only_moved_loses_nothing(path: Path, store: Store) -> None:
    go_on(make_tally(path, machine="another"), store, heard_before=True)
    assert store.faces == 2 + 3 + 1


def test_an_older_image_that_ran_alone_before_it_was_heard_loses_nothing(path: Path, copy: Path, store: Store) -> None:
    """The image's votes that the disk went on with are there once, and those of either life after it."""
    go_on(make_tally(path), store, heard_before=True)
    image = make_tally(copy)
    press(image, times=4)
    image.close()
    go_on(make_tally(copy), store, heard_before=True)
    assert store.faces == 2 + 3 + 1 + 4 + 1


def test_what_was_counted_by_a_start_that_nobody_answered_is_there_once(path: Path, store: Store) -> None:
    for _ in range(3):
        tally = make_tally(path)
        press(tally)
        tally.release()
        press(tally)
        tally.close()
    go_on(make_tally(path), store, heard_before=True)
    assert store.faces == 2 + 3 + 6 + 1
