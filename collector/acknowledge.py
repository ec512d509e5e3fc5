"""Acknowledgements: stored revisions into as few messages as hold them."""

from collections.abc import Iterator

from contract.messages import MAX_BYTES, Acks, Revisions, encode, entries_of
from contract.sheets import Table

_ROOM = MAX_BYTES - 1024
"""Bytes for revisions; the rest is for the fields around them."""
_LONGEST_TABLE = max(len(table) for table in Table)


def acks(installation: str, revisions: Revisions) -> Iterator[bytes]:
    """The answer to sheets: messages that each stand alone."""
    for share in split(revisions):
        yield encode(Acks(v=1, installation=installation, revisions=share))


def complete_acks(installation: str, revisions: Revisions, nonce: str) -> Iterator[bytes]:
    """The answer to a hello: a sheet that none of the parts lists is not in the store."""
    shares = split(revisions) or [{}]
    for part, share in enumerate(shares, 1):
        yield encode(
            Acks(
                v=1,
                installation=installation,
                revisions=share,
                complete=True,
                nonce=nonce,
                part=part,
                parts=len(shares),
            )
        )


def split(revisions: Revisions) -> list[Revisions]:
    """The revisions in shares that fit one message each."""
    shares: list[Revisions] = []
    room = 0
    for survey, table, period, revision in entries_of(revisions):
        # `"period":revision,` and, where they are new, `"survey":{"table":{}},`
        size = len(period) + len(str(revision)) + 4
        if not shares or table not in shares[-1].get(survey, {}):
            size += len(survey) + _LONGEST_TABLE + 12
        if not shares or size > room:
            shares.append({})
            room = _ROOM - len(survey) - _LONGEST_TABLE - 12
        room -= size
        shares[-1].setdefault(survey, {}).setdefault(table, {})[period] = revision
    return shares
