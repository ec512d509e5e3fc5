"""Whatever the bytes, intake gives sheets or reasons: nothing raises, and a bad sheet takes no good one with it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.intake import MOST_REFUSALS, Opened, Reading, open_message, read_sheets
from collector.store.protocol import Refusal
from collector.wire import Message
from contract.messages import Hello, Presence, SheetsEnvelope
from contract.sheets import Table
from contract.survey import Survey
from contract.topics import Kind
from tests.collector.samples import (
    INSTALLATION,
    SURVEY,
    TERMINAL,
    a_sheet,
    hello,
    presence,
    raw_message,
    sheets_message,
)

GOOD = sheets_message(a_sheet(), a_sheet(2, {"4:help": 3}, Table.ANSWERS, "2026-11"))
TOPIC = GOOD.topic


def survey_of(name: str) -> Survey | None:
    return {SURVEY.id: SURVEY}.get(name)


def read(message: Message) -> Reading:
    """All that becomes of a sheets message."""
    match open_message(message):
        case Opened(terminal, SheetsEnvelope() as envelope):
            return read_sheets(terminal, envelope, survey_of)
        case Refusal() as refusal:
            return Reading([], [refusal])
        case _:
            return Reading([], [])


def body(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """A good sheets message as JSON values, with some of them changed."""
    sheets = [msgspec.to_builtins(a_sheet())]
    return {"v": 1, "installation": INSTALLATION, "sheets": sheets, **changes}


def sheet(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**msgspec.to_builtins(a_sheet()), **changes}


def test_a_good_message_gives_its_sheets() -> None:
    reading = read(GOOD)
    assert [one.sheet for one in reading.received] == [
        a_sheet(),
        a_sheet(2, {"4:help": 3}, Table.ANSWERS, "2026-11"),
    ]
    assert {(one.terminal, one.installation) for one in reading.received} == {(TERMINAL, INSTALLATION)}
    assert reading.refusals == []


def test_unknown_fields_are_ignored() -> None:
    reading = read(raw_message(body(mood="fine", sheets=[sheet(weather="rain")])))
    assert (len(reading.received), reading.refusals) == (1, [])


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "Input data was truncated"),
        (b'{"v": 1,\n "installation": oops}', "line 2, column 18"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        (b'{"v":1,"installation":"installation-1","sheets":[{"a":"\xff"}]}', "not UTF-8 at byte 55"),
        (b"[" * 60_000, "Expected `object`"),
        (b'{"v":1,"installation":"installation-1","sheets":[' + b"[" * 60_000, "nested too deep"),
        (b" " * 65_537, "message has 65537 bytes; at most 65536 are allowed"),
        (msgspec.json.encode(body(v=2)), "$.v"),
        (msgspec.json.encode(body(v="1")), "$.v"),
        (msgspec.json.encode(body(installation="short")), "$.installation"),
        (msgspec.json.encode(body(sheets=[])), "$.sheets"),
        (msgspec.json.encode(body(sheets={})), "$.sheets"),
        (msgspec.json.encode(body(part=3, parts=2)), "part 3 of 2"),
        (msgspec.json.encode(body(parts=5000)), "$.parts"),
    ],
)
def test_a_bad_message_is_refused_whole(payload: bytes, reason: str) -> None:
    (refusal,) = read(Message(TOPIC, payload)).refusals
    assert reason in refusal.reason
    assert refusal.payload == payload
    assert refusal.topic == TOPIC


@pytest.mark.parametrize(
    "topic",
    ["", "fjes/v1/BAD/sheets", "fjes/v1/a b/sheets", "fjes/v1/-a/hello", "fjes/v2/a/sheets", "fjes/v1/a/votes"],
)
def test_a_bad_topic_is_refused(topic: str) -> None:
    assert "is not fjes/v1/<terminal>/<kind>" in read(Message(topic, GOOD.payload)).refusals[0].reason


def test_a_collectors_own_message_is_refused() -> None:
    (refusal,) = read(Message("fjes/v1/stua-1/acks", b"{}")).refusals
    assert refusal.reason == "acks messages come from the collector, not to it"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (17, "Expected `object`"),
        (sheet(table="votes"), "$.table"),
        (sheet(survey="visit"), "$.survey"),
        (sheet(survey="visit@2"), "survey visit@2 is not known here"),
        (sheet(period="2026-11-31"), "period '2026-11-31' does not exist"),
        (sheet(period="2026-W47"), "a sheet is over an hour, a day or a month"),
        (sheet(period="21.11.2026"), "has the wrong form"),
        (sheet(period="２０２６-11"), "has the wrong form"),
        (sheet(period="2026-11-21T10+01:75"), "no place has this UTC offset"),
        (sheet(revision=0), "$.revision"),
        (sheet(revision=2**64), "$.revision"),
        (sheet(counts={"5": 1}), "'5' is not a cell of faces"),
        (sheet(counts={" (byte x": 1}), "' (byte x' is not a cell of faces"),
        (sheet(counts={"4": -1}), "$.counts"),
        (sheet(counts={"4": 1.5}), "$.counts"),
        (sheet(counts={"4": True}), "$.counts"),
        (sheet(table="answers", counts={"4:wait": 1}), "'4:wait': survey visit@1 has no such answer"),
        (sheet(table="languages", counts={"4:xx": 1}), "'4:xx': survey visit@1 has no such language"),
    ],
)
def test_a_bad_sheet_is_refused_alone(bad: object, reason: str) -> None:
    reading = read(raw_message(body(sheets=[sheet(), bad, sheet(revision=2)])))
    assert [one.sheet.revision for one in reading.received] == [1, 2]
    (refusal,) = reading.refusals
    assert refusal.reason.startswith("sheet 2: ")
    assert reason in refusal.reason
    assert refusal.topic == TOPIC
    assert refusal.payload == msgspec.json.encode(bad)


def test_thousands_of_bad_sheets_are_bounded_and_counted() -> None:
    reading = read(raw_message(body(sheets=[1] * 20_000)))
    assert len(reading.refusals) == MOST_REFUSALS + 1
    assert reading.refusals[-1].reason == "19900 more sheets of the same message were refused"


def test_a_long_topic_is_kept_short() -> None:
    (refusal,) = read(Message("x" * 60_000, b"")).refusals
    assert len(refusal.topic) == len(refusal.reason) == 500


def test_hello_and_presence_are_opened() -> None:
    opened = open_message(hello())
    assert isinstance(opened, Opened)
    assert isinstance(opened.body, Hello)
    opened = open_message(presence())
    assert isinstance(opened, Opened)
    assert isinstance(opened.body, Presence)


def test_an_empty_presence_forgets() -> None:
    assert open_message(Message("fjes/v1/stua-1/presence", b"")) == Opened("stua-1", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
FIELDS = st.sampled_from(["survey", "table", "period", "revision", "counts", "estimated"])
TOPICS = st.text() | st.sampled_from([f"fjes/v1/stua-1/{kind}" for kind in Kind])


@given(TOPICS, st.binary())
def test_no_bytes_raise(topic: str, payload: bytes) -> None:
    read(Message(topic, payload))


@given(TOPICS, JSON)
def test_no_json_raises(topic: str, value: object) -> None:
    read(Message(topic, msgspec.json.encode(value)))


@given(FIELDS, JSON)
def test_no_field_of_a_sheet_raises_or_takes_the_others_along(field: str, value: object) -> None:
    reading = read(raw_message(body(sheets=[sheet(**{field: value}), sheet(revision=9)])))
    assert len(reading.received) + len(reading.refusals) == 2
    assert reading.received[-1].sheet.revision == 9


@given(st.integers(0, len(GOOD.payload) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_no_mutation_of_a_good_message_raises(at: int, put: bytes, cut: int) -> None:
    reading = read(Message(TOPIC, GOOD.payload[:at] + put + GOOD.payload[at + cut :]))
    assert reading.received or reading.refusals
