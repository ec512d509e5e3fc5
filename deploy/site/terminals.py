"""`fjes terminal`: lets a terminal in, shuts one out, gives one another password, moves one, and lists them all."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from collector.store.protocol import ReadStore, Standing, Store, StoreError
from collector.store.reading import SqliteReadStore
from dashboard.places import Places
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.site.accounts import Accounts, new_password, reload
from deploy.site.broker import UNTOLD, broker_files
from deploy.site.bundle import write_bundle
from deploy.site.register import check_place, check_terminal, open_store, place


class Known(Struct, frozen=True):
    """What is known of one terminal. `standing` is None where the register is empty; `online` where it never came."""

    id: str
    place: str
    standing: str | None
    online: bool | None
    owed: int = 0
    faults: tuple[str, ...] = ()


def run_add(
    configuration: Configuration, terminal: str, where: str | None, since: date | None, bundle: Path | None
) -> None:
    """Registers, places, makes a password, tells the broker, writes the bundle. Raises Problem.

    Said again after it was cut short, it goes on; for a terminal that is in already, it is refused.
    """
    check_terminal(terminal)
    accounts = _accounts(configuration)
    with _store(configuration) as store:
        if store.registered().get(terminal) is Standing.ALLOWED and terminal in accounts.names():
            raise Problem(f"{terminal} is in already; `fjes terminal rotate {terminal}` makes another bundle for it")
        if where is not None:
            check_place(where)
        password = _make_bundle(configuration, accounts, terminal, bundle)
        if where is not None:
            place(store, terminal, where, since or _today(configuration))
        store.register(terminal)
    _let_in(accounts, terminal, password)


def run_rotate(configuration: Configuration, terminal: str, bundle: Path | None) -> None:
    """A new password and bundle; with the old one, the terminal is cut off. Raises Problem."""
    check_terminal(terminal)
    accounts = _accounts(configuration)
    with _store(configuration) as store:
        if store.registered().get(terminal) is not Standing.ALLOWED:
            raise Problem(f"{terminal} is not let in; `fjes terminal add {terminal}` does that")
    _let_in(accounts, terminal, _make_bundle(configuration, accounts, terminal, bundle))


def run_revoke(configuration: Configuration, terminal: str) -> None:
    """Takes its password away, cuts it off, and has the collector refuse it. Its counts stay. Raises Problem."""
    check_terminal(terminal)
    accounts = _accounts(configuration)
    with _store(configuration) as store:
        registered = terminal in store.registered()
        if not registered and terminal not in accounts.names():
            raise Problem(_unknown(store, terminal))
        accounts.remove(terminal)  # first of all: from here on nobody can sign on with it
        told = reload(accounts.files)
        if registered:
            store.revoke(terminal)
    print(f"{terminal} can sign on no more" + (", and is cut off" if told else f". {UNTOLD}"))


def run_move(configuration: Configuration, terminal: str, where: str, since: date | None) -> None:
    """From a day on it stands elsewhere. Raises Problem."""
    since = since or _today(configuration)
    with _store(configuration) as store:
        if store.registered() and terminal not in store.registered():
            raise Problem(_unknown(store, terminal))
        place(store, terminal, where, since)
    print(f"{terminal} is at {where} since {since}")


def run_list(configuration: Configuration, *, as_json: bool) -> None:
    """Prints what is known of each terminal, and leaves the store as it is. Raises Problem."""
    try:
        with closing(SqliteReadStore.open(_file(configuration))) as store:
            known = list(_all_known(store, _today(configuration)))
    except StoreError as error:
        raise Problem(str(error)) from error
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(known)).decode())
        return
    for line in _table(known):
        print(line)


def _make_bundle(configuration: Configuration, accounts: Accounts, terminal: str, bundle: Path | None) -> str:
    """The password in it. It comes before the account: a password that got lost on the way would let nobody in."""
    bundle = bundle or Path(f"{terminal}.tar.gz")
    password = new_password()
    write_bundle(bundle, configuration, accounts.files, terminal, password)
    print(f"made  {bundle}: unpack it on {terminal}, and nowhere else")
    return password


def _let_in(accounts: Accounts, terminal: str, password: str) -> None:
    accounts.set(terminal, password)
    if not reload(accounts.files):
        print(UNTOLD)


def _accounts(configuration: Configuration) -> Accounts:
    """Raises Problem when there is no broker, or the settings do not tell of it."""
    accounts = Accounts(broker_files(configuration))
    accounts.names()
    if not configuration.settings.broker.ca:
        raise Problem("broker.ca is not set: put the lines into fjes.toml that `fjes broker init` shows")
    return accounts


def _store(configuration: Configuration) -> AbstractContextManager[Store]:
    return open_store(_file(configuration))


def _file(configuration: Configuration) -> Path:
    return configuration.path(configuration.settings.collector.store)


def _today(configuration: Configuration) -> date:
    return datetime.now(configuration.timezone).date()


def _unknown(store: ReadStore, terminal: str) -> str:
    return f"there is no terminal {terminal}; known are: {', '.join(store.registered()) or 'none'}"


def _all_known(store: ReadStore, today: date) -> Iterator[Known]:
    places, standings, presences = Places.of(store), store.registered(), store.presences()
    for terminal in sorted({*store.terminals(), *standings}):
        presence = presences.get(terminal)
        standing = standings.get(terminal, "stranger") if standings else None
        about = (presence.online, presence.owed, presence.faults) if presence else (None,)
        yield Known(terminal, places.at(terminal, today), standing, *about)


def _table(known: Sequence[Known]) -> Iterator[str]:
    """A line each, in columns."""
    rows = [("terminal", "place", "standing", "online", "owed", "faults")]
    words = {True: "yes", False: "no", None: "never"}
    rows += [
        (one.id, one.place, one.standing or "-", words[one.online], str(one.owed), " ".join(one.faults))
        for one in known
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
