"""The register in the store: which terminals are the site's own, and where each stands."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from collector.store.protocol import Placement, Store, StoreError
from collector.store.sqlite import SqliteStore
from contract.ids import PLACE, TERMINAL
from deploy.errors import Problem

_LONGEST_PLACE = 255


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The store, made when it is not there. Raises Problem, also for what goes wrong meanwhile."""
    is_new = not path.exists()
    try:
        store = SqliteStore.open(path)
        try:
            if is_new and os.geteuid() == 0:  # the collector, which is not root, is to write to it
                owner = path.parent.stat()
                for file in path.parent.glob(f"{path.name}*"):
                    os.chown(file, owner.st_uid, owner.st_gid)
            yield store
        finally:
            store.close()
    except StoreError as error:
        raise Problem(str(error)) from error


def place(store: Store, terminal: str, where: str, since: date) -> None:
    """From a local day on the terminal stands at a place; before that, it stood where it stood. Raises Problem."""
    check_terminal(terminal)
    check_place(where)
    store.place(Placement(terminal, where, since))


def check_place(where: str) -> None:
    """Raises Problem."""
    if len(where) > _LONGEST_PLACE or not re.fullmatch(PLACE, where):
        raise Problem(f"{where!r} is no place; expected a-z, 0-9 and '-' from large to small, as oslo/pro/stua")


def check_terminal(terminal: str) -> None:
    """Raises Problem."""
    if not re.fullmatch(TERMINAL, terminal):
        raise Problem(f"{terminal!r} is no name of a terminal; expected a-z, 0-9 and '-', as stua-1")
