"""A server's directory for the tests of what operators do: settings, store, people, the broker's files."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from collector.store.protocol import Received
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from contract.sheets import Sheet, Table
from deploy.configuration import Configuration, read_settings
from locales.catalogue import default_survey

VISIT = default_survey().id


class Server:
    """A server where nothing runs."""

    def __init__(self, directory: Path, more: str = "") -> None:
        self.directory = directory
        self.file = directory / "fjes.toml"
        self.file.write_text(more)
        self.store = directory / "fjes.db"
        self.backups = directory / "backups"

    @property
    def configuration(self) -> Configuration:
        return read_settings(self.file)

    def open(self) -> SqliteStore:
        return SqliteStore.open(self.store)

    def save(self, *received: Received) -> None:
        with closing(self.open()) as store:
            assert store.save(received).refusals == []

    def sheets(self) -> list[Received]:
        """All that there are."""
        return sheets_in(self.store)

    def make_people(self) -> Path:
        """Somebody else's database, which is kept too."""
        people = self.directory / "fjes-people.db"
        with closing(sqlite3.connect(people)) as db:
            db.executescript("CREATE TABLE people (name); INSERT INTO people VALUES ('kari')")
        return people

    def make_broker(self) -> Path:
        broker = self.directory / "broker"
        (broker / "conf.d").mkdir(parents=True)
        (broker / "state").mkdir()
        for name, content, mode in (
            ("ca.crt", "certificate", 0o644),
            ("ca.key", "secret", 0o600),
            ("conf.d/own.conf", "# mine", 0o644),
            ("mosquitto.pid", "17", 0o644),
            ("state/mosquitto.db", "what waits", 0o600),
        ):
            (broker / name).write_text(content)
            (broker / name).chmod(mode)
        return broker


def sheets_in(path: Path) -> list[Received]:
    with closing(SqliteReadStore.open(path)) as store:
        return list(store.sheets(store.terminals(), Table, date.min, date.max))


def a_month(
    votes: int, period: str = "2026-11", revision: int = 1, terminal: str = "stua-1", installation: str = ""
) -> list[Received]:
    """The sheets of one month, in which all tables agree, with a faces sheet for its first day."""
    counts = {
        Table.FACES: (f"{period}-01", {"4": votes}),
        Table.PATTERN: (period, {"4:6-14": votes}),
        Table.ANSWERS: (period, {"4:help": votes}),
        Table.LANGUAGES: (period, {"4:nb": votes}),
    }
    name = installation or f"life-of-{terminal}"
    return [
        Received(terminal, name, Sheet(VISIT, table, when, revision, cells)) for table, (when, cells) in counts.items()
    ]


def people_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT name FROM people")]
