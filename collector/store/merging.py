"""What becomes of sheets that come in beside those that are stored: the rules of every store, without its disk."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct, field

from collector.store.protocol import Received, Refusal
from contract.messages import Revisions
from contract.sheets import Counts, Sheet, Table
from contract.topics import Kind, topic

SHEET_BYTES = 400
"""What a sheet takes in a store beside its counts, at most: its name, twice, and the pages' share."""
ROOM = 128 * 1024 * 1024
"""Bytes that the sheets of one terminal may take; the largest that is honest, every hour of 20 years, is half of it."""

Name = tuple[str, str, str, Table, str]
"""Terminal, installation, survey, table and period of one sheet."""
Stored = dict[Name, tuple[int, str]]
"""Revision, and counts in JSON, of sheets."""

decode_counts = msgspec.json.Decoder(Counts).decode


class Merged(Struct):
    """What the store is to hold: of all sheets that came in, and of them the ones that are new or newer."""

    known: Stored
    fresh: dict[Name, Sheet] = field(default_factory=dict)
    growth: dict[str, int] = field(default_factory=dict)
    """Bytes by terminal that the fresh ones take more than what they replace."""
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def revisions(self) -> dict[tuple[str, str], Revisions]:
        """Those of `known`, by terminal and installation."""
        found: dict[tuple[str, str], Revisions] = {}
        for (terminal, installation, survey, table, period), (revision, _) in self.known.items():
            revisions = found.setdefault((terminal, installation), {})
            revisions.setdefault(survey, {}).setdefault(table, {})[period] = revision
        return found


def merge(received: Iterable[Received], stored: Stored) -> Merged:
    """The newest revision of each sheet; a second copy of a revision with other counts is refused."""
    merged = Merged(dict(stored))
    known = merged.known
    for one in received:
        name, sheet = name_of(one), one.sheet
        revision, counts = known.get(name, (0, ""))
        if sheet.revision > revision:
            fresh = text(sheet.counts)
            growth = len(fresh) - len(counts) + (0 if revision else SHEET_BYTES)
            merged.growth[one.terminal] = merged.growth.get(one.terminal, 0) + growth
            known[name] = sheet.revision, fresh
            merged.fresh[name] = sheet
        elif sheet.revision == revision and not _same(sheet.counts, counts):
            merged.refusals.append(_conflict(one, decode_counts(counts)))
    return merged


def without_others(received: Iterable[Received], owners: Mapping[str, str]) -> tuple[list[Received], list[Refusal]]:
    """The sheets of installations that are no other terminal's, and a refusal for each installation that is.

    `owners` has the installations of the store; one that is not there belongs to the first of these that names it.
    """
    owner_of = dict(owners)
    others: dict[tuple[str, str], list[Received]] = {}
    kept: list[Received] = []
    for one in received:
        owner = owner_of.setdefault(one.installation, one.terminal)
        if owner == one.terminal:
            kept.append(one)
        else:
            others.setdefault((one.terminal, one.installation), []).append(one)
    return kept, [
        _refused(sheets, f"installation {installation} is not this terminal's: {owner_of[installation]} has it")
        for (_, installation), sheets in others.items()
    ]


def without_greedy(
    received: Iterable[Received], stored: Stored, greedy: Mapping[str, int]
) -> tuple[Merged, list[Refusal]]:
    """Merges again, without what is new of terminals that take too much room: `greedy`, with their bytes."""
    kept: list[Received] = []
    left_out: dict[str, list[Received]] = {}
    for one in received:
        if one.terminal in greedy:
            revision, _ = stored.get(name_of(one), (0, ""))
            if one.sheet.revision > revision:
                left_out.setdefault(one.terminal, []).append(one)
        else:
            kept.append(one)
    return merge(kept, stored), [
        _refused(sheets, f"the terminal's sheets take {greedy[terminal]:,} bytes, and {ROOM:,} are its room")
        for terminal, sheets in left_out.items()
    ]


def name_of(one: Received) -> Name:
    return one.terminal, one.installation, one.sheet.survey, one.sheet.table, one.sheet.period


def text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _same(counts: Counts, stored: str) -> bool:
    """Whether both hold the same votes; a cell that nobody chose may be written or left out."""
    return text(counts) == stored or _votes(counts) == _votes(decode_counts(stored))


def _votes(counts: Counts) -> Counts:
    return {cell: votes for cell, votes in counts.items() if votes}


def _conflict(one: Received, stored: Counts) -> Refusal:
    sheet, before = one.sheet, sum(stored.values())
    change = f"shrank from {before} to {sheet.total}" if sheet.total < before else "changed"
    totals = "" if sheet.total < before else f" (stored: {before} votes, received: {sheet.total})"
    reason = (
        f"survey {sheet.survey}, table {sheet.table}, period {sheet.period}, revision {sheet.revision}:"
        f" counts {change} without a new revision{totals}"
    )
    return _refused([one], reason)


def _refused(sheets: list[Received], reason: str) -> Refusal:
    """One refusal of a terminal's sheets, with the first to look at."""
    first = sheets[0]
    return Refusal(topic(first.terminal, Kind.SHEETS), reason, msgspec.json.encode(first.sheet), len(sheets))
