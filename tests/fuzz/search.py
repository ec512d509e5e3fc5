"""The search for bytes that the collector cannot stand: in a process of its own, which such bytes may end."""

import subprocess
import sys
import tempfile
from pathlib import Path


def search(seconds: int = 60) -> int:
    """The status of the process, 0 when nothing was found; what was is printed."""
    with tempfile.TemporaryDirectory(prefix="fjes-fuzz-") as directory:
        status = subprocess.run([sys.executable, "-m", "tests.fuzz.guided", directory, f"{seconds}"]).returncode
        for pattern in ("crash-*", "timeout-*", "oom-*", "leak-*"):
            for file in Path(directory).glob(pattern):
                print(f"{file.name}: {file.read_bytes()!r}")
    return status
