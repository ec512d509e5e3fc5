"""The settings as a table: name, type, default and help, for the README and for error messages."""

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from deploy.settings import Settings


class Row(Struct, frozen=True):
    """One line of the settings table."""

    key: str
    type: str
    default: str
    help: str


def settings_table() -> list[Row]:
    """Every setting there is, in the order of the file."""
    return list(_rows(Settings, ""))


def _rows(section: type[Struct], prefix: str) -> Iterator[Row]:
    hints = typing.get_type_hints(section, include_extras=True)
    for info in msgspec.structs.fields(section):
        key, (kind, note) = f"{prefix}{info.encode_name}", _bare(hints[info.name])
        if isinstance(kind, type) and issubclass(kind, Struct):
            yield from _rows(kind, f"{key}.")
        elif (parts := typing.get_args(kind)) and isinstance(parts[0], type) and issubclass(parts[0], Struct):
            yield from _rows(parts[0], f"{key}[].")
        else:
            default = "" if info.default in (msgspec.NODEFAULT, None) else _toml(info.default)
            yield Row(key, _type_name(kind), default, note)


def _bare(hint: Any) -> tuple[Any, str]:  # noqa: ANN401
    """The type within all Annotated, and the outermost description."""
    note = ""
    while typing.get_origin(hint) is Annotated:
        hint, *notes = typing.get_args(hint)
        note = note or next((n.description for n in reversed(notes) if isinstance(n, Meta) and n.description), "")
    return hint, note


def _type_name(kind: Any) -> str:  # noqa: ANN401
    kind, _ = _bare(kind)
    if typing.get_origin(kind) is Literal:
        return " or ".join(f"`{_toml(choice)}`" for choice in typing.get_args(kind))
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return _type_name(typing.get_args(kind)[0])
    if typing.get_origin(kind) is tuple:
        return f"list of {_type_name(typing.get_args(kind)[0])}"
    if typing.get_origin(kind) is dict:
        return "texts by language"
    return {str: "text", bool: "`true` or `false`", int: "whole number", float: "number"}[kind]


def _toml(value: object) -> str:
    """A default as it is written in TOML."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml, value))}]"
    return msgspec.json.encode(value).decode()


def as_markdown() -> str:
    """The table as it stands in the README."""
    lines = ["| setting | what it takes | default | what it is |", "|---|---|---|---|"]
    for row in settings_table():
        lines.append(f"| `{row.key}` | {row.type} | {f'`{row.default}`' if row.default else ''} | {row.help} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
