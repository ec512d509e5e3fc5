"""From bytes to sheets, or to a refusal with its reason. Pure, and never raises, whatever the bytes."""

from collections.abc import Callable

from msgspec import Struct

from collector.store.protocol import Received, Refusal
from collector.wire import Message
from contract.errors import RefusedError
from contract.messages import Hello, Presence, SheetsEnvelope, decode, decode_sheet
from contract.sheets import check_against_survey
from contract.survey import Survey
from contract.topics import Kind, parse_topic, topic

MOST_REFUSALS = 100
"""Bad sheets of one message that are quarantined one by one; the others are only counted."""
LONGEST_TEXT = 500

SurveyOf = Callable[[str], Survey | None]


class Opened(Struct, frozen=True):
    """A message that holds what the contract asks of it as a whole."""

    terminal: str
    body: SheetsEnvelope | Hello | Presence | None
    """None is an empty presence: the terminal is to be forgotten."""


class Reading(Struct, frozen=True):
    """What became of the sheets of one message."""

    received: list[Received]
    refusals: list[Refusal]


def nobody(_terminal: str) -> None:
    """Refuses nobody."""


def open_message(message: Message, refuses: Callable[[str], str | None] = nobody) -> Opened | Refusal:
    """Terminal and body of a message. Its sheets are not read yet; nothing is, of a terminal that `refuses` names."""
    try:
        terminal, kind = parse_topic(message.topic)
        if reason := refuses(terminal):
            raise RefusedError(reason)
        match kind:
            case Kind.SHEETS:
                return Opened(terminal, decode(message.payload, SheetsEnvelope))
            case Kind.HELLO:
                return Opened(terminal, decode(message.payload, Hello))
            case Kind.PRESENCE if not message.payload:
                return Opened(terminal, None)
            case Kind.PRESENCE:
                return Opened(terminal, decode(message.payload, Presence))
            case _:
                raise RefusedError(f"{kind} messages come from the collector, not to it")
    except RefusedError as error:
        return _refusal(message.topic, str(error), message.payload)


def read_sheets(terminal: str, envelope: SheetsEnvelope, survey_of: SurveyOf) -> Reading:
    """The good sheets of a message, and a refusal for each bad one, which takes no other with it."""
    name = topic(terminal, Kind.SHEETS)
    received: list[Received] = []
    refusals: list[Refusal] = []
    more = 0
    for number, raw in enumerate(envelope.sheets, 1):
        try:
            sheet = decode_sheet(raw)
            survey = survey_of(sheet.survey)
            if survey is None:
                raise RefusedError(f"survey {sheet.survey} is not known here: publish it, then the sheet is taken")
            check_against_survey(sheet, survey)
        except RefusedError as error:
            if len(refusals) < MOST_REFUSALS:
                refusals.append(_refusal(name, f"sheet {number}: {error}", bytes(raw)))
            else:
                more += 1
        else:
            received.append(Received(terminal, envelope.installation, sheet))
    if more:
        reason = f"{more} more sheets of the same message were refused"
        refusals.append(Refusal(name, reason, b"", more))
    return Reading(received, refusals)


def _refusal(topic: str, reason: str, payload: bytes) -> Refusal:
    return Refusal(topic[:LONGEST_TEXT], reason[:LONGEST_TEXT], payload)
