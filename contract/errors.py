"""The one error for input that does not hold what the contract asks."""

import re

import msgspec

_BYTE_OFFSET = re.compile(r" \(byte ([0-9]+)\)$")


class RefusedError(ValueError):
    """Input was refused; the text says what is wrong and where, for a person to read."""


def describe(raw: bytes, error: Exception) -> str:
    """Words for a decoding error of `raw`, with line and column instead of msgspec's byte offset."""
    text = str(error)
    if isinstance(error, RecursionError):
        return "is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 at byte {error.start}"
    if not isinstance(error, msgspec.ValidationError) and (where := _BYTE_OFFSET.search(text)):
        message, before = text[: where.start()], raw[: int(where[1])]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        return f"line {line}, column {column}: {message}"
    return text
