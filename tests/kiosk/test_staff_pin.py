"""The staff's PIN and its file: easy ones are refused, only the hash is kept, and the file is whole and private."""

import os
from pathlib import Path

import pytest

from kiosk.staff.pin import PinError, check_new_pin, matches, write_pin
from tests.kiosk.staff import PIN

EASY = [
    *("0000", "1111", "999999", "1234", "4321", "0123", "7890", "9876", "123456789012", "2468", "8642"),
    *("1212", "9090", "123123", "45674567", "1984", "2024", "2580", "0852"),
]


@pytest.mark.parametrize("pin", EASY)
def test_what_anybody_would_try_first_is_refused_kindly(pin: str) -> None:
    with pytest.raises(PinError, match="please choose another"):
        check_new_pin(pin)


@pytest.mark.parametrize("pin", ["", "123", "1357924680135", "12a4", "12 4", "-729", "７２９４", "7294\n", "seven"])
def test_what_is_no_pin_is_refused(pin: str) -> None:
    with pytest.raises(PinError, match="4 to 12 digits"):
        check_new_pin(pin)


@pytest.mark.parametrize("pin", [PIN, "0007", "1397", "90210", "729416", "314159265358"])
def test_others_are_taken(pin: str) -> None:
    check_new_pin(pin)


def test_the_right_pin_matches_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    write_pin(file, PIN)
    assert matches(file, PIN)
    assert not any(matches(file, other) for other in ("", "7293", "72940", "0000", "7294 "))


def test_only_a_salted_hash_is_kept_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    before = os.umask(0)
    try:
        for file in files:
            write_pin(file, PIN)
    finally:
        os.umask(before)
    hashes = [file.read_text() for file in files]
    assert hashes[0] != hashes[1]
    assert all(text.startswith("$argon2id$v=19$m=7168,t=5,p=1$") for text in hashes)
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_a_refused_pin_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    write_pin(file, PIN)
    with pytest.raises(PinError):
        write_pin(file, "1234")
    assert matches(file, PIN)


def test_a_disk_that_fails_leaves_the_old_one_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pin"
    write_pin(file, PIN)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_pin(file, "729416")
    assert list(tmp_path.iterdir()) == [file]
    assert matches(file, PIN)


def test_a_file_without_a_hash_says_what_to_run(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    for raw in (b"", b"7294\n", b"$argon2id$v=19$m=7168", b"\xff\xfe"):
        file.write_bytes(raw)
        with pytest.raises(PinError, match="fjes pin"):
            matches(file, PIN)
    with pytest.raises(FileNotFoundError):
        matches(tmp_path / "none", PIN)
