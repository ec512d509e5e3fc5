"""Who may sign on to the broker: mosquitto's password file, and how mosquitto hears that it has changed."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import Problem
from deploy.site.files import SECRET, give_to_broker, write
from deploy.site.layout import BrokerFiles

_BYTES = 32
"""Of chance in a password: none is guessed, however fast the hash is."""


def new_password() -> str:
    return secrets.token_urlsafe(_BYTES)


class Accounts:
    """The password file. Each change is on disk on return, and mosquitto knows of it once `reload` has told it."""

    def __init__(self, files: BrokerFiles) -> None:
        self.files = files

    def names(self) -> list[str]:
        """Sorted. Raises Problem when there is no broker."""
        return sorted(line.split(":")[0] for line in self._lines())

    def set(self, name: str, password: str) -> None:
        """Adds an account, or gives it another password. Raises Problem."""
        hashed = _hash(name, password)
        with self._alone():
            self._write([*self._without(name), hashed])

    def remove(self, name: str) -> None:
        """Raises Problem when there is no broker."""
        with self._alone():
            self._write(self._without(name))

    def make(self) -> None:
        """An empty file, where there is none."""
        if not self.files.passwords.exists():
            self._write([])

    def _lines(self) -> list[str]:
        try:
            return self.files.passwords.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError as error:
            raise Problem(f"there is no broker in {self.files.directory}: say `fjes broker init` first") from error
        except OSError as error:
            raise Problem(f"{self.files.passwords}: {error.strerror}") from error

    def _without(self, name: str) -> list[str]:
        return [line for line in self._lines() if line.split(":")[0] != name]

    def _write(self, lines: list[str]) -> None:
        write(self.files.passwords, "".join(f"{line}\n" for line in sorted(lines)).encode(), SECRET)
        give_to_broker(self.files.passwords)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at a time would each write what the other had not."""
        try:
            lock = self.files.lock.open("w")
        except OSError as error:
            raise Problem(f"{self.files.lock}: {error.strerror}") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def reload(files: BrokerFiles) -> bool:
    """Tells a running mosquitto to read its files anew, and to cut off who may no longer sign on.

    False when it could not be told: it does not run, or as another user.
    """
    try:
        process = int(files.pid.read_text())
        name = Path(f"/proc/{process}/comm").read_text().strip()
        if name != "mosquitto":  # it ended without removing its file, and the number is another's now
            return False
        os.kill(process, signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return True


def _hash(name: str, password: str) -> str:
    """A line for the password file, by the tool that comes with mosquitto; no password is on a command line."""
    program = shutil.which("mosquitto_passwd")
    if program is None:
        raise Problem("there is no program mosquitto_passwd, which comes with mosquitto: apt install mosquitto")
    with tempfile.TemporaryDirectory(prefix="fjes-") as directory:
        file = Path(directory) / "password"
        file.touch(SECRET)
        file.write_text(f"{name}:{password}\n", encoding="utf-8")
        done = subprocess.run([program, "-U", str(file)], capture_output=True, text=True)
        if done.returncode:
            raise Problem(f"mosquitto_passwd: {done.stderr.strip() or f'status {done.returncode}'}")
        return file.read_text(encoding="utf-8").strip()
