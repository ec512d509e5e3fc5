"""The SQLite file of people, its own beside the store: an append-only list of migrations, made with sqlite-utils.

persons   id (never given twice), name as written, key (the name as it is compared), password (argon2 hash or null),
          one_time_until (a password that must be changed, in seconds since 1970; else null), openid (a subject, or an
          e-mail address until its subject is known), generation (grows whenever all sessions of the person end)
grants    person, place ("" is everything), role
audit     id, time (UTC), who (a name; "" is the command line), act, whom, place, detail; only ever added to
tries     key (an HMAC, not a name), wrong, last: wrong passwords that are not forgotten yet
secrets   name, secret: what this page signs its forms with
drafts    place, draft (JSON), edition (grows with each change), who: what managers write and have not published yet
mailings  id, person, place ("" is everything), length (of the periods), language, email, sent (the newest period that
          was mailed, or was over when they asked): the reports that people have asked to be mailed to them
tokens    id, person, generation (the person's, when it was made), kind (`api`, `wall`), name, place ("" is all of the
          person's), until (a day; "" for none), hash (of the secret): what programs and wall screens come in with
visits    period (a day, month or year), place ("" is everything), visits: how many there were
whole_months  the same of months of which every day is in `visits`: their sums, so that no page adds up days
alerts    id, kind, place, subject (what at the place), period ("" where it is of none), said (JSON: its numbers, all of
          them shown on the page too), since, ended (null while it lasts), told (whether it was sent), acknowledged
          (null, or when), who and comment

No column holds a network address, a browser, or when somebody looked at what.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from dashboard.people.errors import PeopleError

if TYPE_CHECKING:
    from sqlite_utils import Database

_SECRET_BYTES = 32


def _first(db: "Database") -> None:
    db.execute(
        "CREATE TABLE persons (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE,"
        " password TEXT, one_time_until INTEGER, openid TEXT UNIQUE, generation INTEGER NOT NULL DEFAULT 0) STRICT"
    )
    db.table("grants").create(
        {"person": int, "place": str, "role": str},
        pk=("person", "place"),
        not_null=("role",),
        foreign_keys=[("person", "persons", "id")],
        strict=True,
    )
    words = ("time", "who", "act", "whom", "place", "detail")
    db.table("audit").create({"id": int, **dict.fromkeys(words, str)}, pk="id", not_null=words, strict=True)
    for act in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
        )
    db.table("tries").create({"key": str, "wrong": float, "last": float}, pk="key", strict=True)
    db.table("secrets").create({"name": str, "secret": bytes}, pk="name", strict=True)
    db.table("secrets").insert({"name": "forms", "secret": token_bytes(_SECRET_BYTES)})


def _second(db: "Database") -> None:
    """Drafts of what terminals are to show."""
    columns = {"place": str, "draft": str, "edition": int, "who": str}
    db.table("drafts").create(columns, pk="place", not_null=("draft", "edition", "who"), strict=True)


def _third(db: "Database") -> None:
    """Reports by mail. They go with the person."""
    db.execute(
        "CREATE TABLE mailings (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES persons (id) ON DELETE"
        " CASCADE, place TEXT NOT NULL, length TEXT NOT NULL, language TEXT NOT NULL, email TEXT NOT NULL,"
        " sent TEXT NOT NULL, UNIQUE (person, place, length)) STRICT"
    )


def _tokens(db: "Database") -> None:
    """Tokens for programs and wall screens. They go with the person."""
    db.execute(
        "CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES persons (id)"
        " ON DELETE CASCADE, generation INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
        " place TEXT NOT NULL, until TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT"
    )


def _visits(db: "Database") -> None:
    """How many visits there were."""
    for table in ("visits", "whole_months"):
        db.execute(
            f"CREATE TABLE {table} (period TEXT NOT NULL, place TEXT NOT NULL, visits INTEGER NOT NULL,"
            " PRIMARY KEY (period, place)) STRICT, WITHOUT ROWID"
        )


def _alerts(db: "Database") -> None:
    """What somebody should know of; one at a time of the same thing."""
    words = ("kind", "place", "subject", "period", "said", "since")
    columns = ", ".join(f"{word} TEXT NOT NULL" for word in words)
    db.execute(
        f"CREATE TABLE alerts (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns}, ended TEXT, told INTEGER NOT NULL"
        " DEFAULT 0, acknowledged TEXT, who TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '') STRICT"
    )
    db.execute("CREATE UNIQUE INDEX alerts_open ON alerts (kind, place, subject) WHERE ended IS NULL")


MIGRATIONS: "tuple[Callable[[Database], None], ...]" = (_first, _second, _third, _tokens, _visits, _alerts)
"""Migration n brings a file from schema n - 1 to n, `PRAGMA user_version`. Append; never change one."""


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Brings a file to the newest schema. Call within a write transaction. Raises PeopleError for a newer one."""
    schema = int(db.execute("PRAGMA user_version").fetchone()[0])
    if schema > len(MIGRATIONS):
        raise PeopleError(
            f"people {path} has schema {schema}, made by a newer fjes; this one knows {len(MIGRATIONS)}: upgrade fjes"
        )
    if schema < len(MIGRATIONS):
        from sqlite_utils import Database

        tables = Database(db, execute_plugins=False)
        for migration in MIGRATIONS[schema:]:
            migration(tables)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
