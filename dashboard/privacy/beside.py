"""Places side by side: of each what its own page shows, and which of them are clearly better than which."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.intervals import Scores, Share, enough, satisfied, votes, wilson
from dashboard.telling_apart import Part, ranks


@dataclass(frozen=True, slots=True)
class Beside:
    """What may be shown of one place among others."""

    place: str
    votes: int | None
    """None where votes are kept by longer periods than the one that is asked for."""
    satisfied: Share | None
    """None, as the rank, under 10 votes."""
    rank: int | None
    """One more than there are places that are clearly better; places with the same one cannot be told apart."""


def beside(scores: Mapping[str, Scores | None]) -> list[Beside]:
    """The places by rank, then those with too few votes; what is equal in that goes by name."""
    known = {place: one for place, one in scores.items() if one is not None and enough(one)}
    ranked = ranks([Part(satisfied(one), votes(one)) for one in known.values()])
    rank = dict(zip(known, ranked, strict=True))
    found = [
        Beside(
            place=place,
            votes=None if one is None else votes(one),
            satisfied=wilson(satisfied(one), votes(one)) if place in known and one else None,
            rank=rank.get(place),
        )
        for place, one in scores.items()
    ]
    return sorted(found, key=lambda one: (one.rank or len(found) + 1, one.place))
