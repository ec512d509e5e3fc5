"""Places as lines of a table: a share, the interval that it lies in, and where on the line's scale both are."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.address import Address
from dashboard.intervals import Share
from dashboard.look import Look
from dashboard.overview.trend_lines import ticks
from dashboard.overview.view import Link
from dashboard.privacy import Beside, Chosen, Count
from dashboard.wording import Words

_TOPS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_WIDTH, _MARK = 1000, 8


@dataclass(frozen=True, slots=True)
class Spot:
    """One place; `begin` and `width` of the interval, and the mark `at` the share, are in thousandths of the scale."""

    link: Link
    count: Count | None
    share: Share | None
    rank: int | None = None
    at: int = 0
    begin: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Spots:
    """The lines, the names of the scale's two ends, and whether any place stands out."""

    lines: Sequence[Spot]
    ends: tuple[str, str]
    ranked: bool = False
    comparable: bool = False
    """Whether two places or more have votes enough to be compared."""


def places_beside(look: Look, address: Address, words: Words) -> Spots | None:
    """The places within, where the ways part, with their satisfied share; None where there is none."""
    beside = look.places_below
    if not beside:
        return None
    floor = ticks(min((one.satisfied.low for one in beside if one.satisfied), default=0.0))[0]
    ranked = [one.rank for one in beside if one.rank]
    return Spots(
        [_beside(one, floor, address) for one in beside],
        (words.percent(floor, 0), words.percent(1, 0)),
        ranked=max(ranked, default=1) > 1,
        comparable=len(ranked) > 1,
    )


def places_of_answer(places: Sequence[Chosen], address: Address, words: Words) -> Spots | None:
    """The places within, where the ways part, with how large a part of those who were asked there chose the answer."""
    if not places:
        return None
    highest = max((one.share.high for one in places if one.share), default=0.0)
    top = next(top for top in _TOPS if highest <= top)
    lines = [_drawn(Spot(_link(one.place or "", address), one.count, one.share), 0.0, top) for one in places]
    return Spots(lines, (words.percent(0, 0), words.percent(top, 0)))


def _beside(one: Beside, floor: float, address: Address) -> Spot:
    return _drawn(Spot(_link(one.place, address), one.votes, one.satisfied, one.rank), floor, 1.0)


def _link(place: str, address: Address) -> Link:
    return Link(place.rpartition("/")[2], address.in_place(place))


def _drawn(spot: Spot, floor: float, top: float) -> Spot:
    if spot.share is None:
        return spot
    at, begin, end = (
        round(_WIDTH * (value - floor) / (top - floor)) for value in (spot.share.value, spot.share.low, spot.share.high)
    )
    mark = min(max(at - _MARK // 2, 0), _WIDTH - _MARK)
    return Spot(spot.link, spot.count, spot.share, spot.rank, mark, begin, end - begin)
