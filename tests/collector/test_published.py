"""The file of what was published: written by one process, followed by another, and never changed afterwards."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from collector.store.protocol import StoreError
from collector.store.publications import Publication
from collector.store.published import SCHEMA, PublishedFile, PublishedReader, read_published
from contract.opening import OpenTime
from locales.catalogue import default_survey

ONE = default_survey()
TWO = replace(ONE, question=dict.fromkeys(ONE.languages, "And now?"))
TODAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)
TEA = {"nb": "Te!", "en": "Tea!"}
HOURS = (OpenTime("mon-fri", "09:00", "16:00"), OpenTime("sat", "22:00", "02:00"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "published.db"


def test_what_is_published_is_read_again(path: Path) -> None:
    file = PublishedFile.open(path)
    one = file.publish("oslo", TODAY, ONE, [TEA], HOURS, known={})
    two = file.publish("", MONDAY, TWO, known={ONE.id: ONE})
    back = file.publish("oslo", MONDAY, None, known={})
    assert (one.survey, two.survey) == (ONE, replace(TWO, id="visit@2"))
    assert (one.messages, one.opening, two.messages, two.opening) == ((TEA,), HOURS, (), None)
    file.close()
    assert PublishedFile.open(path).publications() == [one, two, back]
    assert read_published(path) == [one, two, back]
    assert set(PublishedFile.open(path).surveys()) == {"visit@1", "visit@2"}


def test_the_same_words_again_are_no_new_version(path: Path) -> None:
    file = PublishedFile.open(path)
    for since in (TODAY, MONDAY):
        assert file.publish("", since, TWO, known={ONE.id: ONE}).survey == replace(TWO, id="visit@2")
    assert list(file.surveys()) == ["visit@2"]


def test_a_file_of_its_own_version_is_published_as_that_or_not_at_all(path: Path) -> None:
    file = PublishedFile.open(path)
    five = replace(TWO, id="visit@5")
    assert file.publish("", TODAY, five, known={}, renumber=False).survey == five
    with pytest.raises(StoreError, match=r"another survey visit@5 already: give the changed one the id visit@6"):
        file.publish("", TODAY, replace(ONE, id="visit@5"), known={}, renumber=False)
    with pytest.raises(StoreError, match=r"another survey visit@1 already"):
        file.publish("", TODAY, replace(TWO, id="visit@1"), known={ONE.id: ONE}, renumber=False)
    assert len(file.publications()) == 1


def test_a_published_survey_is_never_changed(path: Path) -> None:
    PublishedFile.open(path).publish("", TODAY, ONE, known={})
    db = sqlite3.connect(path)
    for change in ("UPDATE surveys SET survey = '{}'", "DELETE FROM surveys"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            db.execute(change)
    db.close()


def test_what_is_to_come_can_be_called_off_and_nothing_else(path: Path) -> None:
    file = PublishedFile.open(path)
    now, then = (file.publish("", since, ONE, known={}) for since in (TODAY, MONDAY))
    assert not file.call_off(now.id, TODAY)
    assert not file.call_off(then.id, MONDAY)
    assert file.call_off(then.id, TODAY)
    assert not file.call_off(then.id, TODAY)
    assert file.publications() == [now]
    assert file.publish("", MONDAY, ONE, known={}).id > then.id, "a number is never given twice"


def test_a_reader_is_told_of_each_change_once_and_makes_no_file(path: Path) -> None:
    reader = PublishedReader(path)
    assert reader.look() == []
    assert reader.look() is None
    assert not path.exists()
    file = PublishedFile.open(path)
    assert reader.look() == []
    one = file.publish("", TODAY, ONE, known={})
    assert reader.look() == [one]
    assert reader.look() is None
    two = file.publish("", MONDAY, TWO, known={})
    assert reader.look() == [one, two]
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    reader.close()


def test_a_reader_notices_that_another_file_was_put_in_its_place(path: Path, tmp_path: Path) -> None:
    PublishedFile.open(path).publish("", TODAY, ONE, known={})
    reader = PublishedReader(path)
    assert reader.look()
    other = tmp_path / "other.db"
    restored = PublishedFile.open(other).publish("oslo", TODAY, TWO, known={})
    other.rename(path)
    assert reader.look() == [restored]
    path.unlink()
    assert reader.look() == []
    reader.close()


def test_an_empty_file_that_was_made_for_it_is_nothing_yet(path: Path) -> None:
    path.touch()
    reader = PublishedReader(path)
    assert reader.look() == []
    PublishedFile.open(path).publish("", TODAY, ONE, known={})
    assert [one.survey for one in reader.look() or ()] == [ONE]
    reader.close()


def test_what_is_no_such_file_is_told(path: Path, tmp_path: Path) -> None:
    path.write_text("rubbish " * 100)
    for read in (lambda: PublishedFile.open(path), lambda: read_published(path)):
        with pytest.raises(StoreError, match=r"published\.db.*not a database"):
            read()
    with pytest.raises(StoreError, match="is no file"):
        PublishedFile.open(tmp_path)
    newer = tmp_path / "newer.db"
    PublishedFile.open(newer)
    db = sqlite3.connect(newer)
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    for read in (lambda: PublishedFile.open(newer), lambda: read_published(newer)):
        with pytest.raises(StoreError, match="upgrade fjes"):
            read()


def test_two_who_publish_at_once_get_two_versions(path: Path) -> None:
    ours, theirs = PublishedFile.open(path), PublishedFile.open(path)
    three = replace(ONE, question=dict.fromkeys(ONE.languages, "And then?"))
    published: list[Publication] = [
        ours.publish("", TODAY, TWO, known={ONE.id: ONE}),
        theirs.publish("", TODAY, three, known={ONE.id: ONE}),
    ]
    assert [one.survey and one.survey.id for one in published] == ["visit@2", "visit@3"]
