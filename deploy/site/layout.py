"""Where in the broker's directory each of its files is."""

from pathlib import Path

from msgspec import Struct

COLLECTOR = "_collector"
"""The name that the collector signs on with; a terminal's name cannot begin so."""


class BrokerFiles(Struct, frozen=True):
    """The files of one site's broker, in a directory (absolute)."""

    directory: Path

    @property
    def configuration(self) -> Path:
        return self.directory / "mosquitto.conf"

    @property
    def acl(self) -> Path:
        return self.directory / "acl"

    @property
    def passwords(self) -> Path:
        """Hashes, which mosquitto reads."""
        return self.directory / "passwords"

    @property
    def ca(self) -> Path:
        """The authority's certificate, which everybody may have."""
        return self.directory / "ca.crt"

    @property
    def ca_key(self) -> Path:
        """The authority's key: who has it can be the broker to every terminal. No program that runs reads it."""
        return self.directory / "ca.key"

    @property
    def server(self) -> Path:
        return self.directory / "server.crt"

    @property
    def server_key(self) -> Path:
        return self.directory / "server.key"

    @property
    def own(self) -> Path:
        """A directory for the operator's own lines."""
        return self.directory / "conf.d"

    @property
    def state(self) -> Path:
        """What mosquitto itself writes."""
        return self.directory / "state"

    @property
    def pid(self) -> Path:
        return self.state / "mosquitto.pid"

    @property
    def lock(self) -> Path:
        return self.directory / ".lock"

    def password(self, collector: str) -> Path:
        """The password of one collector."""
        return self.directory / f"{collector.removeprefix('_')}.password"


def collectors(count: int) -> list[str]:
    """Names for so many collectors of one site."""
    return [COLLECTOR, *(f"{COLLECTOR}-{number}" for number in range(2, count + 1))]
