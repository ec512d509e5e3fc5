"""What the doctor's tests do to a store, and what one of its checks then says."""

from contextlib import closing
from datetime import UTC, datetime

import msgspec

from collector.store.protocol import Received
from collector.store.reading import SqliteReadStore
from contract.messages import Presence
from contract.sheets import Sheet, Table
from deploy.operating.doctor import case
from deploy.operating.doctor.finding import Finding
from deploy.operating.doctor.round import SERVER
from tests.deploy.operated import VISIT, Server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOFTWARE = "fjes 0.1.0"


def found(server: Server, check: str, now: datetime = NOW) -> list[Finding]:
    """What one check says."""
    with closing(SqliteReadStore.open(server.store)) as store:
        return list(dict(SERVER)[check](case.Server.of(server.configuration, server.store, store, now)))


def texts(findings: list[Finding]) -> list[str]:
    return [f"{finding.level}  {finding.text}" for finding in findings]


def tell(server: Server, terminal: str = "stua-1", **facts: object) -> None:
    presence = msgspec.convert({"v": 1, "online": True, "software": SOFTWARE, **facts}, Presence)
    with closing(server.open()) as store:
        store.set_presences({terminal: presence})


def register(server: Server, *terminals: str) -> None:
    with closing(server.open()) as store:
        for terminal in terminals:
            store.register(terminal)


def faces(period: str, votes: int = 1, terminal: str = "stua-1", *, estimated: bool = False) -> Received:
    return Received(terminal, f"life-of-{terminal}", Sheet(VISIT, Table.FACES, period, 1, {"4": votes}, estimated))
