"""Settings as TOML, for the files that fjes writes; Python reads TOML and does not write it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Sections of texts, numbers, lists and tables of these. None is left out."""
    return "\n".join("\n".join(_section(name, values)) + "\n" for name, values in sections.items())


def _section(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    given = {key: value for key, value in values.items() if value is not None}
    tables = {key: value for key, value in given.items() if _are_tables(value)}
    yield f"[{name}]"
    for key, value in given.items():
        if key not in tables:
            yield f"{_key(key)} = {_value(value)}"
    for key, rows in tables.items():
        for row in rows:
            yield f"\n[[{name}.{_key(key)}]]"
            yield from (f"{_key(cell)} = {_value(value)}" for cell, value in row.items())


def _are_tables(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):  # as JSON has it, but for the one control character that JSON leaves as it is
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    return str(value)
