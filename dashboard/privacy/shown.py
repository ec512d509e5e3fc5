"""What may be shown of one place and period: all that a page, a file or a report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contract.periods import Period
from contract.survey import Side, Survey
from dashboard.intervals import FEWEST, Change, Scores, Share, wilson
from dashboard.telling_apart import Often
from dashboard.trend import Trend

Count = int | str
"""A number of votes, or "<5" where the number is hidden."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often one answer was chosen at one place over one period."""

    period: Period
    place: str | None
    count: Count | None
    """None where it could not be chosen, too."""
    asked: int | None
    """Votes of the answer's side, with those that chose no answer; None where it is not told yet."""

    @property
    def share(self) -> Share | None:
        """Of those who were asked; None where it is hidden, or they were too few."""
        few = not self.asked or self.asked < FEWEST
        return None if few or not self.asked or not isinstance(self.count, int) else wilson(self.count, self.asked)


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
    answers_changed: Mapping[str, Often] = field(default_factory=dict)
    """Of each answer that is shown in this period and the one before: whether it was chosen more or less often."""
    index_before: float | None = None
    """The happy index of the period before."""
    index_range: Share | None = None
    """From 0 to 1: where the happy index lies with at least 95 % confidence."""
    visits: int | None = None
    """As the house counted them; None until the period is over, and where they are not known for all of it."""

    @property
    def response_rate(self) -> float | None:
        """Votes by visits, worked out from what is shown; over 1 where people vote more than once."""
        return self.votes / self.visits if self.visits and self.votes is not None else None

    @property
    def hides(self) -> bool:
        """Whether any number is hidden."""
        crossings = [*(self.answers or {}).values(), self.languages or {}, self.pattern or {}]
        return any(self.less in crossing.values() for crossing in crossings)
