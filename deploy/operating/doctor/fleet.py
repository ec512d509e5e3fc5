"""The doctor on the terminals themselves, as they have told the collector how they are."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from collector.store.protocol import Standing
from contract.messages import Presence
from contract.sheets import Table
from dashboard.alerts.terminals import GRAVE
from deploy.operating.admission import differences
from deploy.operating.doctor.case import Server
from deploy.operating.doctor.finding import Finding, all_or, bad, look, ok
from deploy.operating.words import many
from deploy.site.accounts import Accounts
from deploy.site.layout import BrokerFiles

MUCH = 20
"""Sheets that a terminal which is connected may owe for a moment: those of a day that has just ended."""
_REASONS = 3


def check_register(server: Server) -> Iterator[Finding]:
    """Who may send, and who never has."""
    if not server.register:
        yield look("no terminal was ever added, so every one is heard: fjes terminal add")
        return
    sheets = server.store.sheets(server.terminals, (Table.FACES,), date.min, date.max)
    heard = {one.terminal for one in sheets} | set(server.presences)
    revoked = sum(standing is Standing.REVOKED for standing in server.register.values())
    yield from all_or(
        (
            look(f"{terminal} was added and has never connected")
            for terminal in server.terminals
            if terminal not in heard
        ),
        f"{many(len(server.terminals), 'terminal')} may send, {revoked} may not any more",
    )


def check_accounts(server: Server) -> Iterator[Finding]:
    """Who may send can sign on to the broker, and no one else can."""
    configuration = server.configuration
    files = BrokerFiles(configuration.path(configuration.settings.broker.directory))
    if not files.passwords.exists():
        yield ok("there are none: the broker is another's, or asks nobody who they are")
        return
    yield from all_or(
        map(bad, differences(server.register, Accounts(files).names())), "all who may send can sign on, and no others"
    )


def check_connections(server: Server) -> Iterator[Finding]:
    """Terminals that are away, and sheets that wait for the collector's word."""
    yield from all_or(_connections(server), "every terminal is connected and owes nothing")


def check_faults(server: Server) -> Iterator[Finding]:
    """What terminals say is wrong with them."""
    told = ((terminal, fault) for terminal, presence in _told(server) for fault in presence.faults)
    yield from all_or(
        (bad(f"{terminal}: {fault}") if fault in GRAVE else look(f"{terminal}: {fault}") for terminal, fault in told),
        "no terminal tells of a fault",
    )


def check_versions(server: Server) -> Iterator[Finding]:
    """Terminals with another version of fjes than this machine."""
    here = f"fjes {version('fjes')}"
    others = ((terminal, presence.software) for terminal, presence in _told(server) if presence.software)
    yield from all_or(
        (look(f"{terminal} runs {software}, and this is {here}") for terminal, software in others if software != here),
        f"all run {here}",
    )


def check_quarantine(server: Server) -> Iterator[Finding]:
    """What could not be counted, and the newest reasons why."""
    refusals = server.store.refusals()
    if not refusals.newest:
        yield ok("nothing was ever refused" if not refusals.total else f"nothing is kept of {refusals.total} refusals")
        return
    yield look(
        f"{many(refusals.total, 'message')} could not be counted, ever; newest of the {len(refusals.newest)} kept:"
    )
    times = Counter({(one.topic, one.reason): 0 for one in refusals.newest})
    for one in refusals.newest:
        times[one.topic, one.reason] += one.times
    for (topic, reason), number in list(times.items())[:_REASONS]:
        yield look(f"{number} × {topic!r}: {reason}")


def _told(server: Server) -> list[tuple[str, Presence]]:
    return [(name, server.presences[name]) for name in server.terminals if name in server.presences]


def _connections(server: Server) -> Iterator[Finding]:
    for terminal, presence in _told(server):
        owes = f"owes {many(presence.owed, 'sheet')}"
        if not presence.online:
            yield look(f"{terminal} is not connected" + (f", and {owes}" if presence.owed else ""))
        elif presence.owed > MUCH:
            yield look(f"{terminal} is connected and {owes}: does the collector answer?")
