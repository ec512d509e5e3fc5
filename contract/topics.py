"""The topics of the wire: `fjes/v1/<terminal>/<kind>`."""

import re
from enum import StrEnum
from functools import lru_cache

from contract.errors import RefusedError
from contract.ids import TERMINAL

PREFIX = "fjes/v1"
_TOPIC = re.compile(rf"{PREFIX}/({TERMINAL})/([a-z]+)")


class Kind(StrEnum):
    SHEETS = "sheets"
    HELLO = "hello"
    ACKS = "acks"
    PRESENCE = "presence"
    SURVEY = "survey"


def topic(terminal: str, kind: Kind) -> str:
    """The topic of one terminal, or with terminal "+" the filter for all of them."""
    return f"{PREFIX}/{terminal}/{kind}"


@lru_cache(maxsize=8192)  # a collector reads a terminal's topics again and again
def parse_topic(text: str) -> tuple[str, Kind]:
    """Terminal and kind of a topic. Raises RefusedError for any other topic."""
    match = _TOPIC.fullmatch(text)
    if not match or match[2] not in set(Kind):
        raise RefusedError(f"topic {text!r} is not {PREFIX}/<terminal>/<kind>")
    return match[1], Kind(match[2])
