"""The contract as an AsyncAPI 3 document, generated from the very types that the code uses.

`python -m contract.asyncapi` writes it beside this module; a test says when that was forgotten.
"""

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from contract.examples import EXAMPLES, TERMINAL, Example, WireMessage
from contract.guide import guide
from contract.ids import TERMINAL as TERMINAL_PATTERN
from contract.messages import MAX_BYTES, Acks, Hello, Presence, SheetsMessage, SurveyMessage
from contract.periods import FORMS, Granularity
from contract.sheets import CELLS
from contract.topics import Kind, topic

FILE = Path(__file__).with_name("asyncapi.json")
VERSION = "1"
"""The `v` of every message, and of the topics."""

Json = dict[str, Any]


class Channel(Struct, frozen=True):
    """One topic: what travels on it, and which way as the terminal sees it."""

    body: type[WireMessage]
    action: Literal["send", "receive"]
    retain: bool
    title: str
    summary: str
    reply: Kind | None = None


CHANNELS: Mapping[Kind, Channel] = {
    Kind.SHEETS: Channel(
        SheetsMessage,
        "send",
        retain=False,
        title="Sheets",
        summary="The counts that the terminal has released and that nobody has acknowledged yet.",
        reply=Kind.ACKS,
    ),
    Kind.HELLO: Channel(
        Hello,
        "send",
        retain=False,
        title="Hello",
        summary="On every connect, from a terminal that remembers: what do you have of me?",
        reply=Kind.ACKS,
    ),
    Kind.ACKS: Channel(
        Acks,
        "receive",
        retain=False,
        title="Acknowledgements",
        summary="Which revision of which sheet is on the collector's disk and need not be sent again.",
    ),
    Kind.PRESENCE: Channel(
        Presence,
        "send",
        retain=True,
        title="Presence",
        summary="Whether the terminal is there and well. An empty message makes the site forget the terminal.",
    ),
    Kind.SURVEY: Channel(
        SurveyMessage,
        "receive",
        retain=True,
        title="Survey",
        summary="What to ask, in which languages, with which answers, and from which day on.",
    ),
}


def document() -> Json:
    """The whole document, as JSON values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "fjes: the wire between terminals and the collector",
            "version": VERSION,
            "description": guide(),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _server()},
        "channels": {kind.value: _channel(kind, channel) for kind, channel in CHANNELS.items()},
        "operations": {_operation_id(kind): _operation(kind, channel) for kind, channel in CHANNELS.items()},
        "components": {
            "parameters": {"terminal": _terminal()},
            "messages": {kind.value: _message(kind, channel) for kind, channel in CHANNELS.items()},
            "schemas": _schemas(),
        },
    }


def render() -> str:
    """The document's text, always the same for the same contract."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _server() -> Json:
    return {
        "host": "127.0.0.1:1883",
        "protocol": "mqtt",
        "protocolVersion": "3.1.1",
        "description": "Any MQTT 3.1.1 broker; `broker.host` and `broker.port` of the site's fjes.toml say where it "
        "is. Only QoS 1, retained messages and the last will are used.",
    }


def _terminal() -> Json:
    return {
        "description": f"Id of one terminal: a slug of 1 to 63 characters, `^{TERMINAL_PATTERN}$`.",
        "examples": [TERMINAL],
    }


def _channel(kind: Kind, channel: Channel) -> Json:
    return {
        "address": topic("{terminal}", kind),
        "title": channel.title,
        "summary": channel.summary,
        "servers": [{"$ref": "#/servers/broker"}],
        "parameters": {"terminal": {"$ref": "#/components/parameters/terminal"}},
        "messages": {kind.value: {"$ref": f"#/components/messages/{kind}"}},
    }


def _operation_id(kind: Kind) -> str:
    return f"{CHANNELS[kind].action}{kind.value.capitalize()}"


def _operation(kind: Kind, channel: Channel) -> Json:
    verb = "sends" if channel.action == "send" else "receives"
    operation: Json = {
        "action": channel.action,
        "title": f"The terminal {verb}: {channel.title}",
        "summary": channel.summary,
        "channel": {"$ref": f"#/channels/{kind}"},
        "messages": [{"$ref": f"#/channels/{kind}/messages/{kind}"}],
        "bindings": {"mqtt": {"qos": 1, "retain": channel.retain, "bindingVersion": "0.2.0"}},
    }
    if channel.reply:
        operation["reply"] = {
            "channel": {"$ref": f"#/channels/{channel.reply}"},
            "messages": [{"$ref": f"#/channels/{channel.reply}/messages/{channel.reply}"}],
        }
    return operation


def _message(kind: Kind, channel: Channel) -> Json:
    return {
        "name": kind.value,
        "title": channel.title,
        "summary": channel.summary,
        "description": f"{inspect.getdoc(channel.body)}\n\nAt most {MAX_BYTES} bytes; unknown fields are ignored.",
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{channel.body.__name__}"},
        "examples": [_example(example) for example in EXAMPLES[kind]],
        "x-max-bytes": MAX_BYTES,
    }


def _example(example: Example) -> Json:
    payload = msgspec.json.decode(msgspec.json.encode(example.message))
    return {"name": example.name, "summary": example.summary, "payload": payload}


def _schemas() -> Json:
    bodies = [channel.body for channel in CHANNELS.values()]
    _, schemas = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    schemas["Sheet"] |= _sheet_rules()
    tidied: Json = _tidy(dict(sorted(schemas.items())))
    return tidied


def _sheet_rules() -> Json:
    """What Sheet checks beyond its fields' types: the form of the period, and the cells of each table."""
    written = "|".join(
        FORMS[granularity].pattern for granularity in (Granularity.HOUR, Granularity.DAY, Granularity.MONTH)
    )
    cells = [
        {
            "if": {"properties": {"table": {"const": table.value}}},
            "then": {"properties": {"counts": {"propertyNames": {"pattern": f"^(?:{cell.pattern})$"}}}},
        }
        for table, cell in CELLS.items()
    ]
    return {"allOf": [{"properties": {"period": {"pattern": f"^(?:{written})$"}}}, *cells]}


def _tidy(value: Any) -> Any:  # noqa: ANN401
    """Docstrings without their indent, and patterns that every regular expression engine knows.

    `(?!\\n)` only mends that Python's `$` also matches before a last line break.
    """
    if isinstance(value, dict):
        return {key: _tidy_field(key, inner) for key, inner in value.items()}
    return [_tidy(inner) for inner in value] if isinstance(value, list | tuple) else value


def _tidy_field(key: str, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and key == "description":
        return inspect.cleandoc(value)
    if isinstance(value, str) and key == "pattern":
        return value.removesuffix(r"(?!\n)")
    return _tidy(value)


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
