"""The staff's PIN: which ones are refused, and the hash of it in a file of its own."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from kiosk.staff.files import write_whole
from locales.files import read_file

SHORTEST, LONGEST = 4, 12
"""Digits of a PIN."""

_COLUMN = ("2580", "0852")
"""The middle keys of a pad, from top to bottom: after runs and years what people choose most."""
_LARGEST = 1_000
"""Bytes of the file."""
_MOST_KIBIBYTES, _MOST_PASSES = 64 * 1024, 16
"""Of a hash that is tried at all; one that asks for more would take the terminal's memory or its day."""


class PinError(Exception):
    """This PIN cannot be taken; the text says kindly why."""


@cache
def _hasher() -> PasswordHasher:
    """argon2id with 7 MiB and five passes: of OWASP's choices of one strength the one that takes the least memory
    (Password Storage Cheat Sheet). The C library keeps that much for good after the second PIN.

    Against somebody who has the file no cost protects four digits; against somebody at the pad the throttle does.
    """
    return PasswordHasher(time_cost=5, memory_cost=7 * 1024, parallelism=1)


def check_new_pin(pin: str) -> None:
    """Raises PinError when a PIN is not one, or among the first that anybody would try."""
    if not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
        raise PinError(f"a PIN has {SHORTEST} to {LONGEST} digits and nothing else")
    if _is_easy(pin):
        raise PinError("that one is among the first that anybody would try; please choose another")


def _is_easy(pin: str) -> bool:
    """Equal steps, as 0000, 1234 and 9630; one pattern again and again; a year; or straight down the pad."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeats = any(pin == pin[:part] * (len(pin) // part) for part in range(1, len(pin) // 2 + 1))
    is_year = len(pin) == 4 and pin[:2] in ("19", "20")
    return len(steps) == 1 or repeats or is_year or pin in _COLUMN


def write_pin(file: Path, pin: str) -> None:
    """Keeps the hash of a PIN that was found good. Raises PinError and OSError."""
    check_new_pin(pin)
    write_whole(file, f"{_hasher().hash(pin)}\n".encode())


def matches(file: Path, pin: str) -> bool:
    """Whether this is the PIN; takes some 20 to 200 ms. Raises OSError, and PinError for a file that holds no hash."""
    try:
        known = read_file(file, _LARGEST).decode("ascii").strip()
        asked = extract_parameters(known)
        if asked.memory_cost > _MOST_KIBIBYTES or asked.time_cost > _MOST_PASSES:
            raise InvalidHashError
        return _hasher().verify(known, pin)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError, UnicodeDecodeError) as error:
        raise PinError(f"{file} holds no PIN; set one with: fjes pin") from error
