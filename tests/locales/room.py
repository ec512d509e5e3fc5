"""A copy of the catalogues that a test may add to, as an operator adds a language."""

import shutil
from pathlib import Path

import pytest

import locales
from locales import catalogue as module

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"X-Reviewed: \\n"\n'
SHIPPED = Path(locales.__path__[0])


class Room:
    """The folder of the catalogues, read anew after each change."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._directory = directory
        for language in module.languages("kiosk"):
            shutil.copytree(SHIPPED / language / "LC_MESSAGES", directory / language / "LC_MESSAGES")
        shutil.copy(SHIPPED / "visit.json", directory)
        forget()
        monkeypatch.setattr(module, "files", lambda _package: directory)

    def file(self, language: str) -> Path:
        return self._directory / language / "LC_MESSAGES" / "kiosk.po"

    def write(self, text: str | bytes, language: str = "so") -> Path:
        """Puts a catalogue where fjes looks for it."""
        file = self.file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        forget()
        return file


def forget() -> None:
    """What was read before is read anew."""
    for cached in vars(module).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
