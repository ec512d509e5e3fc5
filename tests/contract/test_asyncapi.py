"""The contract document: fresh, whole, in the form of AsyncAPI 3.0, and true of the code."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]

from contract.asyncapi import CHANNELS, FILE, document, render
from contract.errors import RefusedError
from contract.examples import EXAMPLES, SHEETS, WireMessage
from contract.ids import TERMINAL
from contract.messages import MAX_BYTES, SheetsMessage, check_size, decode, encode
from contract.periods import Granularity, Period
from contract.sheets import CROSSINGS, PROFILES, Sheet, Table, check_against_survey, coarse
from contract.topics import Kind, parse_topic, topic
from locales.catalogue import default_survey
from tests.contract.strategies import messages

DOCUMENT: dict[str, Any] = json.loads(FILE.read_bytes())
BODIES = {channel.body: kind for kind, channel in CHANNELS.items()}


def validator(kind: Kind) -> Draft7Validator:
    reference = DOCUMENT["components"]["messages"][kind]["payload"]["$ref"]
    schema = {"$ref": reference, "components": DOCUMENT["components"]}
    return Draft7Validator(schema, format_checker=FormatChecker())


VALIDATORS = {kind: validator(kind) for kind in Kind}


def walk(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Every key of the document with its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def resolve(reference: str) -> Any:  # noqa: ANN401
    value: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        value = value[step]
    return value


def test_the_file_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run python -m contract.asyncapi"


def test_it_is_json_that_any_reader_takes() -> None:
    assert json.loads(render()) == document()


def test_every_kind_of_topic_is_in_it_and_no_other() -> None:
    addresses = [channel["address"].format(terminal="stua-1") for channel in DOCUMENT["channels"].values()]
    assert [parse_topic(address)[1] for address in addresses] == list(Kind)
    assert list(DOCUMENT["channels"]) == list(DOCUMENT["components"]["messages"]) == list(Kind)
    for kind in Kind:
        assert DOCUMENT["channels"][kind]["address"] == topic("{terminal}", kind)


def test_every_reference_is_within_the_document() -> None:
    references = [value for key, value in walk(DOCUMENT) if key == "$ref"]
    assert references
    for reference in references:
        assert reference.startswith("#/")
        assert resolve(reference)
    assert not re.search(r"https?://", FILE.read_text(encoding="utf-8"))


def test_every_schema_is_used_and_a_schema() -> None:
    used = {value.rpartition("/")[2] for key, value in walk(DOCUMENT) if key == "$ref" and "/schemas/" in value}
    assert used == set(DOCUMENT["components"]["schemas"])
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_it_has_the_form_of_asyncapi_3() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert set(DOCUMENT) <= {
        "asyncapi",
        "info",
        "defaultContentType",
        "servers",
        "channels",
        "operations",
        "components",
    }
    assert {"title", "version"} <= set(DOCUMENT["info"]) <= {"title", "version", "description", "license"}
    for server in DOCUMENT["servers"].values():
        assert {"host", "protocol"} <= set(server)
        assert "://" not in server["host"]


def test_its_channels_have_their_parameters() -> None:
    for channel in DOCUMENT["channels"].values():
        assert set(channel) == {"address", "title", "summary", "servers", "parameters", "messages"}
        assert set(channel["parameters"]) == set(re.findall(r"{(\w+)}", channel["address"])) == {"terminal"}
        assert resolve(channel["servers"][0]["$ref"])["protocol"] == "mqtt"
    parameter = DOCUMENT["components"]["parameters"]["terminal"]
    assert set(parameter) == {"description", "examples"}
    assert all(re.fullmatch(TERMINAL, example) for example in parameter["examples"])


def test_its_operations_are_the_terminals() -> None:
    found = {
        operation["channel"]["$ref"].rpartition("/")[2]: (operation["action"], operation["bindings"]["mqtt"]["retain"])
        for operation in DOCUMENT["operations"].values()
    }
    assert found == {
        "sheets": ("send", False),
        "hello": ("send", False),
        "acks": ("receive", False),
        "presence": ("send", True),
        "survey": ("receive", True),
    }
    for operation in DOCUMENT["operations"].values():
        assert operation["bindings"]["mqtt"]["qos"] == 1
        for sent in (operation, operation.get("reply", operation)):
            (message,) = sent["messages"]
            assert message["$ref"].startswith(f"{sent['channel']['$ref']}/messages/")


def test_its_messages_say_what_they_are() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        assert message["contentType"] == "application/json"
        assert message["x-max-bytes"] == MAX_BYTES
        assert message["summary"].endswith((".", "?"))
        assert "    " not in message["description"]


@pytest.mark.parametrize("kind", Kind)
def test_every_example_is_read_by_the_code(kind: Kind) -> None:
    shown = DOCUMENT["components"]["messages"][kind]["examples"]
    assert [example["name"] for example in shown] == [example.name for example in EXAMPLES[kind]]
    for example, real in zip(shown, EXAMPLES[kind], strict=True):
        raw = json.dumps(example["payload"], ensure_ascii=False).encode()
        check_size(raw)
        assert decode(raw, CHANNELS[kind].body) == real.message
        assert json.loads(encode(real.message)) == example["payload"]


@pytest.mark.parametrize("kind", Kind)
def test_every_example_is_valid_by_its_schema(kind: Kind) -> None:
    for example in DOCUMENT["components"]["messages"][kind]["examples"]:
        VALIDATORS[kind].validate(example["payload"])


@settings(max_examples=50)
@given(messages)
def test_what_the_code_sends_is_valid_by_its_schema(message: WireMessage) -> None:
    VALIDATORS[BODIES[type(message)]].validate(json.loads(encode(message)))


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 0},
        {"revision": True},
        {"revision": "1"},
        {"table": "votes"},
        {"survey": "visit"},
        {"period": "2026-W47"},
        {"period": "2026"},
        {"period": "2026-11-21T16"},
        {"counts": {"5": 1}},
        {"counts": {"4:nb": 1}},
        {"counts": {"4": -1}},
        {"counts": {"4": 1.5}},
        {"counts": []},
        {"table": "pattern", "counts": {"4:2-24": 1}},
        {"table": "languages", "counts": {"4:norsk": 1}},
    ],
)
def test_what_the_code_refuses_of_a_sheet_its_schema_does_too(change: dict[str, object]) -> None:
    message = json.loads(encode(SHEETS))
    message["sheets"][0] |= change
    assert not VALIDATORS[Kind.SHEETS].is_valid(message)
    with pytest.raises(RefusedError):
        decode(msgspec.json.encode(message), SheetsMessage)


@pytest.mark.parametrize(("month", "votes", "suspect"), [("2026-11", 12, 2), ("2026-12", 5, 0)])
def test_the_sheets_of_the_example_are_of_profile_small_and_agree(month: str, votes: int, suspect: int) -> None:
    sums = dict.fromkeys(Table, 0)
    for sheet in of_month(month):
        check_against_survey(sheet, default_survey())
        assert Period.parse(sheet.period).granularity is PROFILES["small"][sheet.table]
        sums[sheet.table] += sheet.total
    assert sums == {**dict.fromkeys((Table.FACES, *CROSSINGS), votes), Table.SUSPECT: suspect}


def test_the_example_has_a_month_that_is_told_whole_and_one_by_score_alone() -> None:
    for sheet in SHEETS.sheets:
        if sheet.table in CROSSINGS:
            assert all(":" in cell for cell in sheet.counts) == (sheet.period == "2026-11")
            assert (sheet.counts == coarse(sheet.counts)) == (sheet.period == "2026-12")


def of_month(month: str) -> list[Sheet]:
    return [sheet for sheet in SHEETS.sheets if Period.parse(month).covers(Period.parse(sheet.period))]


def test_the_example_agrees_hour_by_day_and_face_by_face() -> None:
    sheets = of_month("2026-11")
    faces = {Period.parse(one.period).start: one.counts for one in sheets if one.table is Table.FACES}
    (pattern,) = (one.counts for one in sheets if one.table is Table.PATTERN)
    for day, counts in faces.items():
        for score, votes in counts.items():
            cells = [n for cell, n in pattern.items() if cell.startswith(f"{score}:{day.isoweekday()}-")]
            assert sum(cells) == votes


def test_the_guide_says_what_the_profiles_are() -> None:
    guide = DOCUMENT["info"]["description"]
    for table in Table:
        cells = f"{PROFILES['small'][table]} | {PROFILES['busy'][table]} |"
        assert any(line.startswith(f"| `{table}` |") and line.endswith(cells) for line in guide.splitlines())
    for hour in re.findall(r"`(\d{4}-\d\d-\d\dT[^`]*)`", guide):
        assert Period.parse(hour).granularity is Granularity.HOUR
