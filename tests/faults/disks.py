"""The disks of a site: small file systems of their own, that fill up, become read-only, tear and rot.

Where mounting is not allowed they are directories, and cannot be filled or be read-only.
"""

import os
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from tests.polling import eventually

NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child")
"""What a program is started with so that it may mount, and that all it has started ends with it."""
MOUNTING = "FJES_FAULTS_MAY_MOUNT"
"""The environment's word for having been started like that."""
_PAGE = 4096


class Disk:
    """One disk, with one database on it."""

    def __init__(self, directory: Path, name: str, size: str) -> None:
        self.directory = directory
        self.database = directory / name
        self.is_small = bool(os.environ.get(MOUNTING))
        directory.mkdir(parents=True)
        if self.is_small:
            _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory))

    @property
    def _ballast(self) -> Path:
        return self.directory / "ballast"

    def fill(self) -> None:
        """Leaves not a byte of room."""
        with self._ballast.open("wb", buffering=0) as out, suppress(OSError):
            while True:
                out.write(bytes(_PAGE))

    def protect(self) -> None:
        """Read-only, once nobody has a file on it open any more: whoever was killed, or is looking."""
        line = ["mount", "-o", "remount,ro", str(self.directory)]
        eventually(lambda: not subprocess.run(line, stderr=subprocess.DEVNULL).returncode, "the disk stays in use")

    def heal(self) -> None:
        """There is room, and it may be written to."""
        if self.is_small:
            _mount("-o", "remount,rw", str(self.directory))
            self._ballast.unlink(missing_ok=True)

    def rot(self, chance: random.Random) -> str:
        """Overwrites some pages of the database, so that SQLite sees it when it reads them. Says what was done."""
        pages = max(1, self.database.stat().st_size // _PAGE)
        chosen = sorted({chance.randrange(pages) for _ in range(chance.randint(1, 3))})
        with self.database.open("r+b") as file:
            for page in chosen:
                file.seek(page * _PAGE)
                file.write(chance.choice([bytes(_PAGE), b"\xff" * _PAGE, chance.randbytes(_PAGE)]))
        return f"pages {chosen} of {pages} overwritten"

    def tear(self, chance: random.Random) -> str:
        """Cuts off the end of the write-ahead log, as a disk that lies about what is on it, at a power cut."""
        log = Path(f"{self.database}-wal")
        size = log.stat().st_size if log.exists() else 0
        left = chance.randrange(size + 1)
        if size:
            os.truncate(log, left)
        Path(f"{self.database}-shm").unlink(missing_ok=True)  # it is memory, and does not outlive a power cut
        return f"log cut from {size} to {left} bytes"

    def cut(self, chance: random.Random) -> str:
        """Cuts off the end of the database itself."""
        size = self.database.stat().st_size
        left = chance.randrange(1, size)
        os.truncate(self.database, left)
        return f"database cut from {size} to {left} bytes"

    def wipe(self) -> None:
        for file in self.directory.iterdir():
            file.unlink()

    def copy_to(self, target: Path) -> None:
        """All files, of a machine that is off."""
        target.mkdir(parents=True, exist_ok=True)
        for file in target.iterdir():
            file.unlink()
        for file in self.directory.iterdir():
            shutil.copy(file, target)

    def copy_from(self, source: Path) -> None:
        self.wipe()
        for file in source.iterdir():
            shutil.copy(file, self.directory)

    def empty_log(self) -> None:
        """Brings all of the write-ahead log into the database, which may be in use."""
        with closing(sqlite3.connect(self.database)) as db:
            eventually(lambda: not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0], "the log is held")


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)
