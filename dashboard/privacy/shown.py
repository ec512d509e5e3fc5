"""What may be shown of one place and period: all that a page, a file or a report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contract.periods import Period
from contract.survey import Side, Survey
from dashboard.intervals import Change, Scores, Share
from dashboard.trend import Trend

Count = int | str
"""A number of votes, or "<5" where the number is hidden."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of one place and period. None is what cannot be said."""

    period: Period
    place: str | None
    votes: int | None
    """None where votes are kept by longer periods than this one."""
    scores: Scores | None
    """None, as all faces and shares, under 10 votes."""
    satisfied: Share | None
    happy_index: float | None
    change: Change
    before: int
    """Votes in the period before."""
    since_last_year: Change | None
    """Beside the same month or quarter a year before; None for other periods."""
    suspects: int | None
    satisfied_with_suspects: Share | None
    answered_share: float | None
    """To two decimals, worked out from the answers that are shown."""
    answers: Mapping[Side, Mapping[str, Count]] | None
    """None, as languages, in days and weeks, and until the period is over."""
    languages: Mapping[str, Count] | None
    pattern: Mapping[str, Count] | None
    """By quarter and year only."""
    crossings_until: datetime | None
    """The period's start where answers, languages and pattern wait for its end; else None."""
    untold: bool
    trend: Trend | None
    surveys: Sequence[Survey]
    less: str
    """What stands for a hidden number, as "<5"."""

    @property
    def hides(self) -> bool:
        """Whether any number is hidden."""
        crossings = [*(self.answers or {}).values(), self.languages or {}, self.pattern or {}]
        return any(self.less in crossing.values() for crossing in crossings)
