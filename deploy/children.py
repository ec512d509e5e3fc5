"""Programs that another one starts: none outlives it, and each is ended by its process id."""

import ctypes
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
PATIENCE = 5.0
"""Seconds that a child may take to end before it is killed."""


class Children:
    """The children of this process, ended in the reverse order of their start."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Starts a program; what it prints goes to the log. It does not hear Ctrl-C itself."""
        out: IO[bytes]
        with self.log.open("ab") as out:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                pass_fds=pass_fds,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, and no other thread holds a lock
            )
        self._children.append((name, child))
        return child

    def ended(self) -> list[tuple[str, int]]:
        """Name and exit status of those that ended by themselves; each is told once."""
        gone = [(name, child) for name, child in self._children if child.poll() is not None]
        self._children = [one for one in self._children if one not in gone]
        return [(name, child.returncode) for name, child in gone]

    def stop(self) -> None:
        """Ends all that run, gently first."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        self._children.clear()


def _end_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
