"""What the doctor looks at: one server's store, or one terminal's disk, at one moment."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from collector.store.protocol import ReadStore, Standing
from contract.messages import Presence
from deploy.configuration import Configuration
from deploy.operating.lock import lock_of
from kiosk.tally.disk import tally_of


class Server(Struct, frozen=True):
    """A store, open, and what it has of every terminal that may send."""

    configuration: Configuration
    path: Path
    store: ReadStore
    now: datetime
    """Aware, local."""
    register: Mapping[str, Standing]
    presences: Mapping[str, Presence]
    terminals: tuple[str, ...]
    """Those that may send: in the register, or, where there is none, heard of in any way."""

    @classmethod
    def of(cls, configuration: Configuration, path: Path, store: ReadStore, now: datetime) -> "Server":
        register = store.registered()
        allowed = [name for name, standing in register.items() if standing is Standing.ALLOWED]
        known = allowed if register else store.terminals()
        return cls(configuration, path, store, now, register, store.presences(), tuple(sorted(known)))

    @property
    def lock(self) -> Path:
        """Held while a collector runs."""
        return lock_of(self.path)


class Device(Struct, frozen=True):
    """A terminal's own directory."""

    configuration: Configuration
    directory: Path
    now: datetime
    """Aware, local, by a clock that may be wrong."""

    @property
    def tally(self) -> Path:
        return tally_of(self.directory, self.configuration.settings.terminal.id)

    @property
    def lock(self) -> Path:
        """Held while a terminal runs."""
        return self.directory / "lock"
