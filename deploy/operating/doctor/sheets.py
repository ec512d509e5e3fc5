"""The doctor on what was counted: sums that must be equal, silence, clocks that were wrong, disks that were copied."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from collector.store.protocol import Received, Refusal
from contract.periods import Granularity, Period
from contract.sheets import Table
from deploy.operating.doctor.case import Server
from deploy.operating.doctor.finding import Finding, all_or, bad, look, ok
from deploy.operating.words import many

LAW = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
"""Tables whose sums over a month are equal."""
SILENT_DAYS = 5
"""Days on which others counted votes and a terminal none."""
ALONE_DAYS = 14
"""Days without a vote at a site's only terminal."""
RECENT = timedelta(days=92)
MUCH = 0.05
"""The part of all votes whose time was guessed."""
_TAKEN = re.compile(r"installation ([a-z0-9-]+) is not this terminal's: ([a-z0-9-]+) has it")
"""Why a store with a register refuses what comes from a copied disk."""


def check_sums(server: Server) -> Iterator[Finding]:
    """The conservation law: over any month `faces`, `pattern`, `answers` and `languages` of a terminal are equal.

    Of a terminal that has never sent some of these tables, as one of four buttons, the others are compared.
    """
    sums: dict[tuple[str, str, str], Counter[Table]] = defaultdict(Counter)
    sends: dict[str, set[Table]] = defaultdict(set)
    for one in _all(server, LAW):
        sheet = one.sheet
        sums[one.terminal, sheet.period[:7], sheet.survey][sheet.table] += sheet.total
        sends[one.terminal].add(sheet.table)
    broken = (
        _broken(server, terminal, month, survey, {table: found[table] for table in LAW if table in sends[terminal]})
        for (terminal, month, survey), found in sorted(sums.items())
    )
    yield from all_or(
        (finding for finding in broken if finding),
        f"the sums of all tables agree: {many(len(sums), 'month')} of {many(len(sends), 'terminal')}",
    )


def check_totals(server: Server) -> Iterator[Finding]:
    """What pages are summed from is what the sheets say."""
    wrong = server.store.wrong_totals()
    if wrong:
        yield bad(f"{many(wrong, 'total')} of the store disagree with its sheets, so pages are wrong: restore a backup")
    else:
        yield ok("the totals that pages are made of agree with the sheets")


def check_gaps(server: Server) -> Iterator[Finding]:
    """Terminals that count nothing any more, though others do, or though it is long ago."""
    today = server.now.date()
    days: dict[str, set[date]] = defaultdict(set)
    for one in server.store.sheets(server.terminals, (Table.FACES,), today - RECENT, today + timedelta(days=1)):
        if one.sheet.total:
            days[one.terminal].add(_last_day(Period.parse(one.sheet.period), today))
    active = set().union(*days.values())
    yield from all_or(
        (finding for terminal in server.presences if (finding := _silent(terminal, days, active, today))),
        "no terminal has fallen silent" if days else "no votes in the last three months",
    )


def check_clocks(server: Server) -> Iterator[Finding]:
    """Clocks that are not trusted now, counts in the future, and how many votes had to be filed by a guess."""
    yield from all_or(_clocks(server), "every clock is trusted, and nothing is of the future")


def check_clones(server: Server) -> Iterator[Finding]:
    """Signs that two terminals go on from copies of one disk."""
    terminals: dict[str, set[str]] = defaultdict(set)
    for one in _all(server, (Table.FACES, Table.SUSPECT)):
        terminals[one.installation].add(one.terminal)
    shared = (
        bad(f"{' and '.join(sorted(names))} send as one installation, {installation}: a disk was copied")
        for installation, names in sorted(terminals.items())
        if len(names) > 1
    )
    refusals = server.store.refusals().newest
    taken = {(_terminal(one), found[1], found[2]) for one in refusals if (found := _TAKEN.fullmatch(one.reason))}
    copies = (_copy(server, *names) for names in sorted(taken))
    refused = Counter(_terminal(one) for one in refusals if _is_conflict(one.reason))
    conflicts = (
        look(f"{terminal}: {many(number, 'sheet')} came with other counts under the same revision: is its disk a copy?")
        for terminal, number in sorted(refused.items())
    )
    yield from all_or([*shared, *copies, *conflicts], "no sign of a copied disk")


def _copy(server: Server, terminal: str, installation: str, owner: str) -> Finding:
    """What is worth a look afterwards is bad while the terminal says that it is still so."""
    text = f"{terminal} sent as the installation that {owner} has, {installation}, and was refused: a disk was copied"
    presence = server.presences.get(terminal)
    is_so = terminal in server.terminals and presence is not None and presence.installation == installation
    return bad(text) if is_so else look(text)


def _is_conflict(reason: str) -> bool:
    return "without a new revision" in reason


def _terminal(refusal: Refusal) -> str:
    return refusal.topic.split("/")[2]


def _all(server: Server, tables: tuple[Table, ...]) -> Iterator[Received]:
    """Of every terminal that ever was, also of those that may not send any more."""
    return server.store.sheets(server.store.terminals(), tables, date.min, date.max)


def _broken(server: Server, terminal: str, month: str, survey: str, sums: dict[Table, int]) -> Finding | None:
    if len(set(sums.values())) <= 1:
        return None
    text = f"{terminal} {month} {survey}: " + ", ".join(f"{table} {number}" for table, number in sums.items())
    presence = server.presences.get(terminal)
    if presence is not None and presence.owed:
        return look(f"{text}; it owes {many(presence.owed, 'sheet')}, which may mend this")
    return bad(text)


def _last_day(period: Period, today: date) -> date:
    return period.start.date() if period.granularity is not Granularity.MONTH else min(period.end.date(), today)


def _silent(terminal: str, days: dict[str, set[date]], active: set[date], today: date) -> Finding | None:
    own = days.get(terminal)
    if not own:
        return look(f"{terminal} has no votes in the last three months") if active else None
    last = max(own)
    others = sum(day > last for day in active)
    if others >= SILENT_DAYS:
        return look(f"{terminal} has no votes since {last}; others had on {others} days since")
    if len(days) == 1 and (today - last).days > ALONE_DAYS:
        return look(f"{terminal} has no votes since {last}")
    return None


def _clocks(server: Server) -> Iterator[Finding]:
    today = server.now.date()
    for terminal in server.terminals:
        presence = server.presences.get(terminal)
        if presence is not None and presence.clock == "untrusted":
            yield look(f"{terminal} does not know the time: its votes wait for a clock that is set")
    future = server.store.sheets(server.terminals, Table, today + timedelta(days=2), date.max)
    for terminal, number in Counter(one.terminal for one in future).items():
        yield bad(f"{terminal} has {many(number, 'sheet')} of the future: its clock was ahead")
    votes: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    for one in server.store.sheets(server.terminals, (Table.FACES,), today - RECENT, date.max):
        votes[one.terminal] += one.sheet.total
        guessed[one.terminal] += one.sheet.total if one.sheet.estimated else 0
    for terminal, number in sorted(guessed.items()):
        if number > MUCH * votes[terminal]:
            yield look(f"{terminal}: the time of up to {number / votes[terminal]:.0%} of its votes was guessed")
