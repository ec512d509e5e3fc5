"""The SQLite schema, public: an append-only list of migrations, made with sqlite-utils.

sheets      one row per sheet, its newest revision
            terminal, installation, survey, "table", period   its name, with granularity the primary key
            granularity    `hour`, `day` or `month`, as the period is written
            period         local: `2026-11-21T16+01:00`, `2026-11-21` or `2026-11`; as text it sorts by its start
            revision       grows with each release that changed the sheet
            counts         JSON object, cell to votes, as in the contract: `{"4": 12, "3": 2}`
            estimated      1 when it holds votes whose time had to be guessed
totals      what the sheets of a terminal and table sum to, all installations together: by month, and hours by day
            terminal, "table", granularity (`day`, `month`), period
            counts         JSON object by survey: `{"visit": {"4": 12, "3": 2}}`; NULL where it is to be made anew.
                           Never read it without `coalesce` to the sheets themselves, as in summing.py
editions    month, and a random number that is another after each change of its sheets
presences   terminal, presence (JSON, the newest message)
placements  terminal, since (local day), place
registrations  the register: terminal, standing (`allowed`, `revoked`); where it is empty, everybody is heard
installations  installation, terminal that it was first stored under
holdings    terminal, bytes that its sheets take, which are bounded
surveys     id, survey (JSON, as published)
refusals    the quarantine: id (its number since the store began), topic, reason, payload

No column says when anything was received: with the time of a release, a sheet would say when visitors left.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from collector.store.protocol import StoreError

if TYPE_CHECKING:
    from sqlite_utils import Database


def _first(db: Database) -> None:
    db.table("sheets").create(
        {
            "terminal": str,
            "installation": str,
            "survey": str,
            "table": str,
            "period": str,
            "period_start": str,
            "revision": int,
            "counts": str,
            "estimated": int,
        },
        pk=("terminal", "installation", "survey", "table", "period"),
        not_null=("period_start", "revision", "counts", "estimated"),
        strict=True,
    ).create_index(["terminal", "table", "period_start"])
    db.table("presences").create({"terminal": str, "presence": str}, pk="terminal", strict=True)
    db.table("placements").create({"terminal": str, "since": str, "place": str}, pk=("terminal", "since"), strict=True)
    db.table("surveys").create({"id": str, "survey": str}, pk="id", strict=True)
    db.table("refusals").create({"id": int, "topic": str, "reason": str, "payload": bytes}, pk="id", strict=True)


def _second(db: Database) -> None:
    """The register, whose each installation is, and how much a terminal has stored."""
    db.table("registrations").create(
        {"terminal": str, "standing": str}, pk="terminal", not_null=["standing"], strict=True
    )
    db.table("installations").create(
        {"installation": str, "terminal": str}, pk="installation", not_null=["terminal"], strict=True
    ).create_index(["terminal"])
    db.table("holdings").create({"terminal": str, "bytes": int}, pk="terminal", not_null=["bytes"], strict=True)
    db.execute(
        "INSERT INTO installations SELECT installation, terminal FROM ("
        " SELECT installation, terminal, min(rowid) FROM sheets GROUP BY installation)"
    )
    db.execute("INSERT INTO holdings SELECT terminal, sum(400 + length(counts)) FROM sheets GROUP BY terminal")


def _third(db: Database) -> None:
    """Sheets in the order that they are read in, in half the room; and their totals, all of them still to be made.

    sqlite-utils makes no table WITHOUT ROWID.
    """
    db.execute("ALTER TABLE sheets RENAME TO sheets_before")
    db.execute(
        "CREATE TABLE sheets (terminal TEXT NOT NULL, [table] TEXT NOT NULL, granularity TEXT NOT NULL,"
        " period TEXT NOT NULL, installation TEXT NOT NULL, survey TEXT NOT NULL, revision INTEGER NOT NULL,"
        " counts TEXT NOT NULL, estimated INTEGER NOT NULL,"
        " PRIMARY KEY (terminal, [table], granularity, period, installation, survey)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "INSERT INTO sheets SELECT terminal, [table],"
        " CASE length(period) WHEN 7 THEN 'month' WHEN 10 THEN 'day' ELSE 'hour' END AS granularity,"
        " period, installation, survey, revision, counts, estimated FROM sheets_before"
        " ORDER BY terminal, [table], granularity, period, installation, survey"
    )
    db.execute("DROP TABLE sheets_before")
    db.execute(
        "CREATE TABLE totals (terminal TEXT NOT NULL, [table] TEXT NOT NULL, granularity TEXT NOT NULL,"
        " period TEXT NOT NULL, counts TEXT,"
        " PRIMARY KEY (terminal, [table], granularity, period)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX totals_to_make ON totals (granularity, period) WHERE counts IS NULL")
    db.execute(
        "INSERT INTO totals (terminal, [table], granularity, period)"
        " SELECT DISTINCT terminal, [table], 'month', substr(period, 1, 7) FROM sheets UNION ALL"
        " SELECT DISTINCT terminal, [table], 'day', substr(period, 1, 10) FROM sheets WHERE granularity = 'hour'"
    )
    db.execute("CREATE TABLE editions (month TEXT PRIMARY KEY, edition INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    db.execute(
        "INSERT INTO editions SELECT period, random() FROM (SELECT DISTINCT substr(period, 1, 7) AS period FROM sheets)"
    )


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_first, _second, _third)
"""Migration n brings a store from schema n - 1 to n, `PRAGMA user_version`. Append; never change one."""


def schema_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Brings the store to the newest schema. Call within a write transaction. Raises StoreError for a newer one."""
    refuse_newer(db, path)
    if schema_of(db) < len(MIGRATIONS):
        tables = _with_sqlite_utils(db)
        for migration in MIGRATIONS[schema_of(db) :]:
            migration(tables)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _with_sqlite_utils(db: sqlite3.Connection) -> Database:
    """sqlite-utils, without the pandas and numpy that it loads where they are installed: 45 MB for nothing here.

    https://github.com/simonw/sqlite-utils/blob/main/sqlite_utils/db.py, at its first imports
    """
    hidden = [name for name in ("numpy", "pandas") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is "not installed" to import
    try:
        from sqlite_utils import Database
    finally:
        for name in hidden:
            del sys.modules[name]
    return Database(db, execute_plugins=False)


def refuse_newer(db: sqlite3.Connection, path: Path) -> None:
    if (schema := schema_of(db)) > len(MIGRATIONS):
        raise StoreError(
            f"store {path} has schema {schema}, made by a newer fjes; this one knows {len(MIGRATIONS)}: upgrade fjes"
        )


def refuse_older(db: sqlite3.Connection, path: Path) -> None:
    if (schema := schema_of(db)) < len(MIGRATIONS):
        raise StoreError(
            f"store {path} has schema {schema}, but {len(MIGRATIONS)} is needed: the collector does that when it starts"
        )
