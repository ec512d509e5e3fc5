"""Files of the broker: whole or as they were, for their owner, and named when they cannot be written."""

import os
import stat
from pathlib import Path

import pytest

from deploy.errors import Problem
from deploy.site.files import OPEN, SECRET, give_to_broker, make_directory, write
from tests.provisioned import is_root


@pytest.mark.parametrize("mode", [OPEN, SECRET])
def test_a_file_has_its_content_and_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    before = os.umask(0o077)
    try:
        for content in (b"first", b"second, and longer"):
            write(file, content, mode)
            assert file.read_bytes() == content
            assert stat.S_IMODE(file.stat().st_mode) == mode
    finally:
        os.umask(before)
    assert list(tmp_path.iterdir()) == [file]


def test_a_secret_is_never_readable_to_others_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    monkeypatch.setattr("os.fsync", lambda handle: modes.append(stat.S_IMODE(os.fstat(handle).st_mode)))
    write(tmp_path / "secret", b"secret", SECRET)
    assert modes[0] == SECRET


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write(file, b"first", OPEN)

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Problem, match="file: No space left on device"):
        write(file, b"second", OPEN)
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"nothing/file: No such file or directory"):
        write(tmp_path / "nothing" / "file", b"", OPEN)
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="file/inner: Not a directory"):
        make_directory(tmp_path / "file" / "inner", 0o755)


@pytest.mark.skipif(not is_root(), reason="only root can give files away")
def test_the_owner_of_a_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file, b"first", SECRET)
    assert file.stat().st_uid == 0
    give_to_broker(file)
    owner = file.stat().st_uid
    assert owner != 0
    write(file, b"second", SECRET)
    assert file.stat().st_uid == owner
    write(file, b"third", SECRET, keep_owner=False)
    assert file.stat().st_uid == 0
