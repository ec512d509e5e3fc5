"""The bodies of the wire: JSON in UTF-8, at most 64 KiB, `"v": 1`. Unknown fields are ignored."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from contract.errors import RefusedError, describe
from contract.ids import InstallationId, SurveyId
from contract.opening import MOST_HOURS, OpenTime
from contract.sheets import PeriodText, Revision, Sheet, Table
from contract.survey import MESSAGES, Survey, Text

MAX_BYTES = 64 * 1024
MAX_PARTS = 4096
MAX_FAULTS = 10

Revisions = dict[SurveyId, dict[Table, dict[PeriodText, Revision]]]
Entry = tuple[str, Table, str, int]
"""Survey, table, period and revision of one sheet."""


def entries_of(revisions: Revisions) -> Iterator[Entry]:
    """The revisions one by one."""
    for survey, tables in revisions.items():
        for table, periods in tables.items():
            for period, revision in periods.items():
                yield survey, table, period, revision


def revisions_of(entries: Iterable[Entry]) -> Revisions:
    """The inverse of `entries_of`; where a sheet comes twice, the last counts."""
    revisions: Revisions = {}
    for survey, table, period, revision in entries:
        revisions.setdefault(survey, {}).setdefault(table, {})[period] = revision
    return revisions


Part = Annotated[int, Meta(ge=1, le=MAX_PARTS)]
Nonce = Annotated[str, Meta(max_length=64)]
Fault = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9-]{0,30}$(?!\n)",
        description="What is wrong, as `sound`. A collector takes those too that it has no words for.",
    ),
]


class SheetsMessage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Terminal to collector: sheets whose newest revision the collector has not acknowledged.

    All sheets of one release travel together. Where they do not fit in one message they are sent in `parts`
    that share a `batch`; the collector stores them when it has all of them.
    """

    v: Literal[1]
    installation: InstallationId
    sheets: Annotated[list[Sheet], Meta(min_length=1)]
    batch: Annotated[str, Meta(max_length=64, description="Names the parts that belong together.")] = ""
    part: Part = 1
    parts: Part = 1

    def __post_init__(self) -> None:
        _check_parts(self)


class SheetsEnvelope(Struct, frozen=True, kw_only=True):
    """A SheetsMessage whose sheets are not decoded yet, so that a bad one does not take the others with it."""

    v: Literal[1]
    installation: InstallationId
    sheets: Annotated[list[Raw], Meta(min_length=1)]
    batch: Annotated[str, Meta(max_length=64)] = ""
    part: Part = 1
    parts: Part = 1

    def __post_init__(self) -> None:
        _check_parts(self)


class Hello(Struct, frozen=True, kw_only=True):
    """Terminal to collector, on every connect: tell me what you have of this installation."""

    v: Literal[1]
    installation: InstallationId
    since: Annotated[date, Meta(description="The terminal keeps no sheet of an earlier day than this.")]
    nonce: Annotated[Nonce, Meta(description="Comes back in the answer, so that an old answer is not mistaken.")]


class Acks(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Collector to terminal: the revisions that are on the collector's disk.

    After sheets: those of the sheets sent. With `complete`: all that the store has since the hello's day, in
    `parts`, so that a sheet that is not listed in any part is not in the store. With `ask_hello`: the collector has
    come, or come back, and may have another store than before; say hello again, for each installation that is kept.
    """

    v: Literal[1]
    installation: InstallationId
    revisions: Revisions
    complete: bool = False
    ask_hello: bool = False
    nonce: Annotated[Nonce, Meta(description="The hello's, in its answer.")] = ""
    part: Part = 1
    parts: Part = 1

    def __post_init__(self) -> None:
        _check_parts(self)


class Presence(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Terminal to all, retained, and its last will with `online` false."""

    v: Literal[1]
    online: bool
    installation: InstallationId | None = None
    software: Annotated[str, Meta(max_length=64)] = ""
    survey: SurveyId | None = None
    owed: Annotated[int, Meta(ge=0, description="Released sheets that are not acknowledged yet.")] = 0
    clock: Literal["trusted", "untrusted"] = "trusted"
    faults: Annotated[
        tuple[Fault, ...],
        Meta(
            max_length=MAX_FAULTS,
            description="What is wrong with the terminal itself, for operators: `sound` (no sound device), `voices` (a "
            "language has lost its recordings), `screen` (drawn without a graphics card), `disk` (votes cannot be "
            "kept), `damaged` (the tally was damaged and begun anew; the old file was moved aside).",
        ),
    ] = ()


class SurveyMessage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Collector to terminal, retained: the survey to show, and from which local day on."""

    v: Literal[1]
    survey: Survey
    since: date
    messages: Annotated[
        Annotated[tuple[Text, ...], Meta(max_length=MESSAGES)] | None,
        Meta(
            description='"You said, we did": what the managers tell visitors while nobody is at the terminal, each in '
            "some of the survey's languages. A terminal that cannot show them leaves them out. Without it, the "
            "terminal tells its own; with an empty list, none.",
        ),
    ] = None
    opening: Annotated[
        Annotated[tuple[OpenTime, ...], Meta(max_length=MOST_HOURS)] | None,
        Meta(
            description="When the place is open; at other times a terminal may rest its screen. Without it, the "
            "terminal's own hours hold; with an empty list, it is always open.",
        ),
    ] = None


def _check_parts(message: SheetsMessage | SheetsEnvelope | Acks) -> None:
    """Raises ValueError, so that nobody waits for a part that cannot come, or joins what does not belong together."""
    if message.part > message.parts:
        raise ValueError(f"part {message.part} of {message.parts}")
    if message.parts > 1 and not isinstance(message, Acks) and not message.batch:
        raise ValueError("parts need a batch that names them")


Message = TypeVar("Message", bound=SheetsMessage | SheetsEnvelope | Hello | Acks | Presence | SurveyMessage)

_encoder = msgspec.json.Encoder()
_decode_sheet = msgspec.json.Decoder(Sheet).decode


def encode(message: SheetsMessage | Hello | Acks | Presence | SurveyMessage) -> bytes:
    """The message's bytes. Raises RefusedError above 64 KiB."""
    raw = _encoder.encode(message)
    check_size(raw)
    return raw


def check_size(raw: bytes) -> None:
    if len(raw) > MAX_BYTES:
        raise RefusedError(f"message has {len(raw)} bytes; at most {MAX_BYTES} are allowed")


def decode(raw: bytes, kind: type[Message]) -> Message:
    """The message in `raw`. Raises RefusedError that says what does not hold and where."""
    check_size(raw)
    try:
        raw.decode()  # msgspec looks at the encoding of those texts only that it keeps
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(describe(raw, error)) from error


def decode_sheet(raw: bytes | Raw) -> Sheet:
    """One sheet of a SheetsEnvelope. Raises RefusedError."""
    try:
        return _decode_sheet(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(describe(bytes(raw), error)) from error
