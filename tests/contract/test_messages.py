"""Messages: what is sent is read, and whatever else arrives is refused with a reason, never anything worse."""

from contextlib import suppress
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from contract.errors import RefusedError
from contract.examples import EXAMPLES, SHEETS, WireMessage
from contract.messages import (
    MAX_BYTES,
    Acks,
    Hello,
    Presence,
    SheetsEnvelope,
    SheetsMessage,
    SurveyMessage,
    decode,
    decode_sheet,
    encode,
)
from contract.topics import Kind
from tests.contract.strategies import json_values, messages

AnyMessage = type[WireMessage] | type[SheetsEnvelope]

KINDS: list[AnyMessage] = [SheetsMessage, SheetsEnvelope, Hello, Acks, Presence, SurveyMessage]
FIRST: dict[AnyMessage, WireMessage] = {type(some[0].message): some[0].message for some in EXAMPLES.values()}


def fields(kind: AnyMessage) -> dict[str, Any]:
    """The fields of a good message of this kind."""
    example = FIRST[SheetsMessage if kind is SheetsEnvelope else kind]
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(example))
    return found


def reason(raw: bytes, kind: AnyMessage) -> str:
    with pytest.raises(RefusedError) as refused:
        decode(raw, kind)
    return str(refused.value)


@given(messages)
def test_what_is_sent_is_read(message: WireMessage) -> None:
    assert decode(encode(message), type(message)) == message


@given(messages, st.dictionaries(st.text(min_size=1).map("x-{}".format), json_values, max_size=3))
def test_unknown_fields_are_ignored(message: WireMessage, more: dict[str, object]) -> None:
    raw = msgspec.json.encode({**more, **msgspec.json.decode(encode(message))})
    assert decode(raw, type(message)) == message


def test_unknown_fields_are_ignored_in_sheets_too() -> None:
    message = fields(SheetsMessage)
    message["sheets"][0]["weather"] = {"rain": [True]}
    assert decode(msgspec.json.encode(message), SheetsMessage) == SHEETS


def test_an_envelope_leaves_its_sheets_as_they_came() -> None:
    message = fields(SheetsMessage)
    message["sheets"].insert(0, {"table": "votes"})
    bad, *good = decode(msgspec.json.encode(message), SheetsEnvelope).sheets
    assert bytes(bad) == b'{"table":"votes"}'
    assert [decode_sheet(one) for one in good] == SHEETS.sheets


def test_64_kib_are_taken_and_not_one_byte_more() -> None:
    raw = msgspec.json.encode(fields(Presence))
    whole = raw + b" " * (MAX_BYTES - len(raw))
    assert decode(whole, Presence) == FIRST[Presence]
    for kind in KINDS:
        assert reason(whole + b" ", kind) == f"message has {MAX_BYTES + 1} bytes; at most {MAX_BYTES} are allowed"


def test_nothing_longer_is_sent() -> None:
    sheets = SHEETS.sheets * (MAX_BYTES // 100)
    with pytest.raises(RefusedError, match=f"at most {MAX_BYTES} are allowed"):
        encode(SheetsMessage(v=1, installation=SHEETS.installation, sheets=sheets))


@pytest.mark.parametrize("kind", KINDS)
def test_invalid_utf8_is_refused_wherever_it_is(kind: AnyMessage) -> None:
    good = msgspec.json.encode(fields(kind))
    assert reason(b"\xff", kind) == "is not UTF-8 at byte 0"
    assert reason(good[:-1] + b',"unread":"\xc3\x28"}', kind) == f"is not UTF-8 at byte {len(good) + 10}"
    assert reason(good[:-1] + b',"unread":"\xed\xa0\x80"}', kind).startswith("is not UTF-8")
    assert reason(good.decode().encode("utf-16"), kind) == "is not UTF-8 at byte 0"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_deep_nesting_is_refused(kind: AnyMessage, pair: str) -> None:
    opening = b'{"x":' if pair == "{}" else b"["
    deep = opening * 10_000 + b"1" + pair[1].encode() * 10_000
    assert reason(b'{"x":' + deep[: MAX_BYTES - 10], kind) == "is nested too deep"
    assert reason(msgspec.json.encode(fields(kind))[:-1] + b',"x":' + deep[:50_000], kind) == "is nested too deep"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2, "Invalid enum value 2 - at `$.v`"),
        (0, "Invalid enum value 0 - at `$.v`"),
        (True, "Expected `int`, got `bool` - at `$.v`"),
        (1.0, "Expected `int`, got `float` - at `$.v`"),
        ("1", "Expected `int`, got `str` - at `$.v`"),
        (None, "Expected `int`, got `null` - at `$.v`"),
    ],
)
def test_another_version_is_refused(kind: AnyMessage, value: object, words: str) -> None:
    assert reason(msgspec.json.encode(fields(kind) | {"v": value}), kind) == words


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_is_needed_is_named(kind: AnyMessage) -> None:
    needed = {field.name for field in msgspec.structs.fields(kind) if field.required}
    for name in needed:
        without = {key: value for key, value in fields(kind).items() if key != name}
        assert reason(msgspec.json.encode(without), kind) == f"Object missing required field `{name}`"


@pytest.mark.parametrize("name", ["revision", "counts"])
@pytest.mark.parametrize("value", [True, 1.0, 1.5, "1", None, [], -1, 2**64, 10**30])
def test_a_number_is_a_whole_number_and_nothing_like_it(name: str, value: object) -> None:
    message = fields(SheetsMessage)
    message["sheets"][1][name] = {"4": value} if name == "counts" else value
    assert f"at `$.sheets[1].{name}" in reason(msgspec.json.encode(message), SheetsMessage)


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (SheetsMessage, {"sheets": []}, "of length >= 1 - at `$.sheets`"),
        (SheetsEnvelope, {"sheets": []}, "of length >= 1 - at `$.sheets`"),
        (SheetsMessage, {"sheets": {}}, "Expected `array`, got `object` - at `$.sheets`"),
        (SheetsMessage, {"sheets": [1]}, "Expected `object`, got `int` - at `$.sheets[0]`"),
        (SheetsMessage, {"installation": "short"}, "$.installation"),
        (SheetsMessage, {"installation": "0b5f7c1e\n"}, "$.installation"),
        (SheetsMessage, {"installation": "0B5F7C1E"}, "$.installation"),
        (SheetsMessage, {"batch": "b", "part": 3, "parts": 2}, "part 3 of 2"),
        (SheetsEnvelope, {"batch": "b", "part": 3, "parts": 2}, "part 3 of 2"),
        (SheetsMessage, {"part": 1, "parts": 2}, "parts need a batch that names them"),
        (SheetsEnvelope, {"part": 1, "parts": 2}, "parts need a batch that names them"),
        (SheetsMessage, {"batch": "b", "part": 0}, "Expected `int` >= 1 - at `$.part`"),
        (SheetsMessage, {"batch": "b", "parts": 4097}, "Expected `int` <= 4096 - at `$.parts`"),
        (Acks, {"part": 3, "parts": 2}, "part 3 of 2"),
        (Acks, {"revisions": {"visit@1": {"votes": {}}}}, "Invalid enum value 'votes'"),
        (Acks, {"revisions": {"visit@1": {"faces": {"2026-11": 0}}}}, "Expected `int` >= 1"),
        (Acks, {"revisions": {"visit": {}}}, "at `key` in `$.revisions`"),
        (Hello, {"since": "21.11.2026"}, "Invalid RFC3339 encoded date - at `$.since`"),
        (Hello, {"since": "2026-02-29"}, "Invalid RFC3339 encoded date - at `$.since`"),
        (Hello, {"nonce": "n" * 65}, "of length <= 64 - at `$.nonce`"),
        (Presence, {"online": 1}, "Expected `bool`, got `int` - at `$.online`"),
        (Presence, {"owed": -1}, "Expected `int` >= 0 - at `$.owed`"),
        (Presence, {"clock": "wrong"}, "Invalid enum value 'wrong' - at `$.clock`"),
        (Presence, {"survey": "visit"}, "$.survey"),
        (Presence, {"faults": ["No sound"]}, "$.faults[0]"),
        (Presence, {"faults": ["a" * 32]}, "$.faults[0]"),
        (Presence, {"faults": [f"fault-{n}" for n in range(11)]}, "of length <= 10 - at `$.faults`"),
        (SurveyMessage, {"messages": [{"en": "a"}] * 4}, "of length <= 3 - at `$.messages`"),
        (SurveyMessage, {"messages": [{"en": "a" * 201}]}, "of length <= 200 - at `$.messages[0]"),
        (SurveyMessage, {"messages": [{"English": "a"}]}, "at `key` in `$.messages[0]`"),
        (SurveyMessage, {"opening": [{"days": "mon", "open": "9", "close": "16:00"}]}, "open '9' is no time of day"),
        (SurveyMessage, {"opening": [{"days": "mon", "open": "09:00", "close": "16:00"}] * 51}, "of length <= 50"),
        (SurveyMessage, {"survey": {}}, "missing required field `id` - at `$.survey`"),
    ],
)
def test_wrong_values_are_refused_with_their_place(kind: AnyMessage, change: dict[str, object], words: str) -> None:
    assert words in reason(msgspec.json.encode(fields(kind) | change), kind)


def test_a_fault_that_a_newer_terminal_has_is_taken() -> None:
    raw = msgspec.json.encode(fields(Presence) | {"faults": ["printer-jam"]})
    assert decode(raw, Presence).faults == ("printer-jam",)


def test_without_messages_a_survey_message_is_what_it_always_was() -> None:
    """An older terminal gets the bytes that it got before, and a newer one takes those of an older collector."""
    assert "messages" not in fields(SurveyMessage)
    message = decode(msgspec.json.encode(fields(SurveyMessage)), SurveyMessage)
    assert (message.messages, message.opening) == (None, None)


def test_broken_json_is_told_where() -> None:
    assert reason(b'{\n "v": 1,\n "online": yes}', Presence) == (
        "line 3, column 12: JSON is malformed: invalid character"
    )
    assert reason(b'{"v":1,"online":true', Presence) == "line 1, column 21: Input data was truncated"
    assert reason(b"", Presence) == "line 1, column 1: Input data was truncated"
    assert reason(b'{"v":NaN}', Presence) == "JSON is malformed: invalid character"
    assert reason(b'{"x":' + b"1" * 5000 + b",v}", Presence) == "JSON is malformed: object keys must be strings"


@given(st.binary(max_size=200), st.sampled_from(KINDS))
def test_any_bytes_are_refused(raw: bytes, kind: AnyMessage) -> None:
    assert reason(raw, kind)


@given(json_values, st.sampled_from(KINDS))
def test_any_json_is_refused(value: object, kind: AnyMessage) -> None:
    assert reason(msgspec.json.encode(value), kind)


@settings(max_examples=300)
@given(st.data(), st.sampled_from(KINDS))
def test_a_good_message_with_anything_in_it_is_read_or_refused(data: st.DataObject, kind: AnyMessage) -> None:
    message = fields(kind)
    replace_somewhere(data, message)
    with suppress(RefusedError):
        read = decode(msgspec.json.encode(message), kind)
        if isinstance(read, SheetsEnvelope):
            for raw in read.sheets:
                decode_sheet(raw)


@settings(max_examples=300)
@given(st.sampled_from(KINDS), st.integers(0, 5000), st.binary(max_size=3))
def test_a_good_message_with_broken_bytes_is_read_or_refused(kind: AnyMessage, at: int, noise: bytes) -> None:
    raw = msgspec.json.encode(fields(kind))
    at %= len(raw)
    with suppress(RefusedError):
        decode(raw[:at] + noise + raw[at + 1 :], kind)


def replace_somewhere(data: st.DataObject, value: Any) -> None:  # noqa: ANN401
    """Puts any JSON at some place within `value`."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = data.draw(st.sampled_from(keys))
        inner = value[key]
        if not (isinstance(inner, dict | list) and inner) or data.draw(st.booleans()):
            value[key] = data.draw(json_values)
            return
        value = inner


def test_every_kind_of_topic_has_a_message() -> None:
    assert set(EXAMPLES) == set(Kind)
