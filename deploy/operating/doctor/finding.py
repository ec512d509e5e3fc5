"""What the doctor says of one thing."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

_MOST = 10
"""Lines about the same thing; what more there is has one line together."""


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"
    """Worth a look; it may be right as it is."""
    BAD = "bad"
    """To be mended."""
    UNABLE = "unable"
    """Could not be looked at; shown as bad."""

    @property
    def shown(self) -> str:
        return str(Level.BAD if self is Level.UNABLE else self)


class Finding(Struct, frozen=True):
    level: Level
    text: str


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def look(text: str) -> Finding:
    return Finding(Level.LOOK, text)


def bad(text: str) -> Finding:
    return Finding(Level.BAD, text)


def all_or(found: Iterable[Finding], otherwise: str) -> Iterator[Finding]:
    """What was found, the worst first and at most ten; where nothing was, that all is well."""
    findings = sorted(found, key=lambda finding: finding.level is not Level.BAD)
    yield from findings[:_MOST]
    if more := findings[_MOST:]:
        worst = Level.BAD if any(finding.level is Level.BAD for finding in more) else Level.LOOK
        yield Finding(worst, f"and {len(more)} more like these")
    if not findings:
        yield ok(otherwise)
