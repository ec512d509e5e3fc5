"""Who may send: by the store's register, and by the broker's accounts, which have to say the same.

It is newer than any backup. So a restore carries it over from what was there, and tells what it cannot know.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from collector.store.protocol import ReadStore, Standing, Store, StoreError
from collector.store.sqlite import SqliteStore
from contract.ids import TERMINAL
from deploy.errors import Problem
from deploy.operating.databases import DamagedProblem, copy_database
from deploy.site.layout import BrokerFiles


class Carried(Struct, frozen=True):
    """What came of it."""

    changed: tuple[str, ...]
    """A line for each terminal of which the backup says something else."""
    is_newest: bool
    """Whether nothing that was said since the backup is lost."""


def differences(standings: Mapping[str, Standing], accounts: Collection[str]) -> Iterator[str]:
    """Where register and accounts differ, and what to do; nothing where no terminal was ever added."""
    allowed = _allowed(standings)
    for terminal in sorted(allowed - {*accounts}):
        yield f"{terminal} may send, and has no account at the broker: fjes terminal rotate {terminal}"
    for terminal in sorted(_strangers(standings, accounts)):
        yield f"{terminal} may not send, and has an account at the broker: fjes terminal revoke {terminal}"


def carry_register(old: Path, restored: Path, room: Path) -> Carried:
    """Brings the restored store's schema up, and its register to what the old store says. Raises Problem."""
    try:
        with closing(SqliteStore.open(restored)) as store:
            if not old.exists():
                return Carried((), not store.registered())
            try:
                copy_database(old, room / "before")
                with closing(SqliteStore.open(room / "before")) as before:
                    changed = tuple(_carry(before, store))
                    return Carried(changed, bool(before.registered()) or not store.registered())
            except (DamagedProblem, StoreError):  # or of a newer fjes
                changed = ("what was there cannot be read, so the backup's is taken: look through fjes terminal list",)
                return Carried(changed, not store.registered())
    except StoreError as error:
        raise Problem(str(error)) from error


def carry_accounts(there: BrokerFiles, restored: BrokerFiles, standings: Mapping[str, Standing]) -> Carried:
    """Brings the restored password file to what the register and the one that is there say. Raises OSError.

    A terminal keeps the password that it has now, but where the backup has another authority: there, no bundle of now
    is good any more.
    """
    made = _accounts(restored)
    changed = []
    for terminal in sorted(_strangers(standings, made)):
        del made[terminal]
        changed.append(f"{terminal} may not send, so its account was not put back")
    has_authority = there.ca.exists() and restored.ca.exists() and there.ca.read_bytes() == restored.ca.read_bytes()
    is_newest = has_authority and there.passwords.exists()
    now = _accounts(there) if is_newest else {}
    for terminal in sorted(_allowed(standings) & now.keys()):
        if made.get(terminal) != now[terminal]:
            made[terminal] = now[terminal]
            changed.append(f"{terminal} keeps the password that it has now")
    text = "".join(f"{made[name]}\n" for name in sorted(made))
    restored.passwords.write_bytes(text.encode(errors="surrogateescape"))
    return Carried(tuple(changed), is_newest)


def _carry(before: ReadStore, store: Store) -> Iterator[str]:
    known, register = store.registered(), before.registered()
    for terminal, standing in register.items():
        if known.get(terminal) is not standing:
            store.register(terminal)
            if standing is Standing.REVOKED:
                store.revoke(terminal)
            yield f"{terminal} is {standing.value}, as it was until now"
    for terminal in sorted(_allowed(known) - register.keys()) if register else ():
        yield f"{terminal} is let in again; if it was forgotten since the backup: fjes terminal revoke {terminal}"
    for placement in before.placements():
        store.place(placement)


def _accounts(files: BrokerFiles) -> dict[str, str]:
    """The lines of a password file, by name."""
    text = files.passwords.read_text(encoding="utf-8", errors="surrogateescape")  # who knows where a backup is from
    return {line.split(":")[0]: line for line in text.splitlines()}


def _allowed(standings: Mapping[str, Standing]) -> set[str]:
    return {terminal for terminal, standing in standings.items() if standing is Standing.ALLOWED}


def _strangers(standings: Mapping[str, Standing], accounts: Collection[str]) -> set[str]:
    """Those that can sign on as a terminal and may not send. Collectors have names that no terminal can have."""
    terminals = {name for name in accounts if re.fullmatch(TERMINAL, name)}
    return terminals - _allowed(standings) if standings else set()
