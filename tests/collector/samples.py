"""Sheets and messages that the collector's tests are made of."""

from typing import Any

import msgspec

from collector.store.protocol import Received
from collector.wire import Message
from contract.messages import Hello, Presence, SheetsMessage, encode
from contract.sheets import Counts, Sheet, Table
from contract.survey import Survey
from contract.topics import Kind, topic
from locales.catalogue import default_survey

TERMINAL = "stua-1"
INSTALLATION = "installation-1"
SURVEY: Survey = default_survey()


def a_sheet(
    revision: int = 1,
    counts: Counts | None = None,
    table: Table = Table.FACES,
    period: str = "2026-11-21",
    survey: str = SURVEY.id,
) -> Sheet:
    return Sheet(survey, table, period, revision, {"4": 3, "1": 1} if counts is None else counts)


def received(sheet: Sheet, terminal: str = TERMINAL, installation: str = INSTALLATION) -> Received:
    return Received(terminal, installation, sheet)


def sheets_message(
    *sheets: Sheet,
    terminal: str = TERMINAL,
    installation: str = INSTALLATION,
    **fields: Any,  # noqa: ANN401
) -> Message:
    body = SheetsMessage(v=1, installation=installation, sheets=list(sheets), **fields)
    return Message(topic(terminal, Kind.SHEETS), encode(body))


def raw_message(body: object, terminal: str = TERMINAL, kind: Kind = Kind.SHEETS) -> Message:
    """A message of any JSON, good or bad."""
    return Message(topic(terminal, kind), msgspec.json.encode(body))


def hello(since: str = "2026-01-01", nonce: str = "n1", terminal: str = TERMINAL) -> Message:
    body = msgspec.convert({"v": 1, "installation": INSTALLATION, "since": since, "nonce": nonce}, Hello, strict=False)
    return Message(topic(terminal, Kind.HELLO), encode(body))


def presence(online: bool = True, terminal: str = TERMINAL, retained: bool = False) -> Message:
    body = Presence(v=1, online=online, installation=INSTALLATION, software="fjes 0.1.0", survey=SURVEY.id)
    return Message(topic(terminal, Kind.PRESENCE), encode(body), retained)
