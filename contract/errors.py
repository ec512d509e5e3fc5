"""The one error for input that does not hold what the contract asks."""

import json
import re

import msgspec

_BYTE_OFFSET = re.compile(r" \(byte [0-9]+\)$")


class RefusedError(ValueError):
    """Input was refused; the text says what is wrong and where, for a person to read."""


def describe(raw: bytes, error: Exception) -> str:
    """Words for a decoding error of `raw`; where it is not JSON, with line and column."""
    text = str(error)
    if isinstance(error, RecursionError):
        return "is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 at byte {error.start}"
    if not isinstance(error, msgspec.ValidationError):
        return _place(raw) + _BYTE_OFFSET.sub("", text)
    return text


def _place(raw: bytes) -> str:
    """Where the JSON breaks. The standard library's parser says it, as msgspec's offset may be some bytes late."""
    try:
        json.loads(raw)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}: "
    except (ValueError, RecursionError):
        pass
    return ""
