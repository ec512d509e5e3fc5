"""Sheets into messages: all owed sheets of a survey's month stay together, so that its sums agree in the store."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import uuid4

import msgspec

from contract.messages import MAX_BYTES, SheetsMessage
from contract.periods import Granularity, Period
from contract.sheets import Sheet

_ROOM = MAX_BYTES - 512
"""Bytes for sheets in one message; the rest is for what is around them."""

_encode = msgspec.json.Encoder().encode


Month = tuple[str, str]
"""A month of local time and a survey."""


def month_of(sheet: Sheet) -> Month:
    """What sheets must travel together: those of one survey and one month of local time."""
    return str(Period.of(Granularity.MONTH, Period.parse(sheet.period).start)), sheet.survey


def by_month(sheets: Iterable[Sheet]) -> dict[Month, list[Sheet]]:
    """The sheets that must travel together, oldest month first."""
    months: dict[Month, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        months[month_of(sheet)].append(sheet)
    return dict(sorted(months.items()))


def pack(installation: str, sheets: Iterable[Sheet]) -> Iterator[list[SheetsMessage]]:
    """Batches of messages, oldest month first; a batch is one message, or the parts of one month that is too big."""
    together: list[Sheet] = []
    size = 0
    for group in by_month(sheets).values():
        more = sum(len(_encode(sheet)) + 1 for sheet in group)
        if together and size + more > _ROOM:
            yield _batch(installation, together)
            together, size = [], 0
        together += group
        size += more
    if together:
        yield _batch(installation, together)


def _batch(installation: str, sheets: list[Sheet]) -> list[SheetsMessage]:
    parts: list[list[Sheet]] = [[]]
    size = 0
    for sheet in sheets:
        more = len(_encode(sheet)) + 1
        if parts[-1] and size + more > _ROOM:
            parts.append([])
            size = 0
        parts[-1].append(sheet)
        size += more
    if len(parts) == 1:
        return [SheetsMessage(v=1, installation=installation, sheets=sheets)]
    batch = uuid4().hex
    return [
        SheetsMessage(v=1, installation=installation, sheets=part, batch=batch, part=number, parts=len(parts))
        for number, part in enumerate(parts, 1)
    ]
