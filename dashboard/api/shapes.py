"""What the API answers, as types: the OpenAPI document is made of them. What cannot be said is null."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from contract.survey import Survey

Count = Annotated[int | str, Meta(description='A number of votes, or "<5" where it is hidden.')]


class Place(Struct, frozen=True):
    """A place, and the one that it lies in; null where that is everything, or not the reader's to see."""

    place: str
    within: str | None


class Places(Struct, frozen=True):
    """Every place that the reader may ask for. Whoever sees everything may also ask without a place."""

    places: Sequence[Place]
    everything: bool


class Periods(Struct, frozen=True):
    """The first and the last day with votes, and the periods that these lie in or between."""

    place: str | None
    first: date | None
    last: date | None
    years: Sequence[str]
    quarters: Sequence[str]
    months: Sequence[str]


class Share(Struct, frozen=True):
    """A share from 0 to 1, and the interval that it lies in with 95 % certainty (Wilson)."""

    share: float
    low: float
    high: float


class Figures(Struct, frozen=True):
    """The numbers of the overview, as `fjes figures --json` prints them."""

    period: str
    place: str | None
    votes: int | None
    too_few: Annotated[
        bool, Meta(description="Whether there are under ten votes, so that neither faces nor shares are told.")
    ]
    scores: Mapping[str, int] | None
    satisfied: Share | None
    happy_index: float | None
    answered_share: float | None
    answers: Annotated[
        Mapping[str, Mapping[str, Count]] | None,
        Meta(
            description="By side (`satisfied`, `unsatisfied`) and answer; of months, quarters and years that are over."
        ),
    ]
    languages: Mapping[str, Count] | None
    crossings_until: Annotated[
        date | None, Meta(description="Where answers, languages and hours wait for the period's end: its first day.")
    ]
    untold: Annotated[
        bool,
        Meta(
            description="Whether votes are not among answers and languages: a terminal was moved, or tells them late."
        ),
    ]
    suspect: int | None
    visits: int | None
    response_rate: float | None


class Stretch(Struct, frozen=True):
    """Local civil time from `from` until before `until`; without votes where the terminals were silent."""

    start: datetime = field(name="from")
    until: datetime
    votes: int | None
    satisfied: Annotated[Share | None, Meta(description="Null under ten votes.")]


class Trend(Struct, frozen=True):
    """The satisfied share over a period; where there are under ten votes, neighbouring stretches are one."""

    period: str
    place: str | None
    step: Annotated[
        str | None, Meta(description="`hour`, `day` or `month`; null where votes are not kept by shorter periods.")
    ]
    stretches: Sequence[Stretch]


class Crossings(Struct, frozen=True):
    """Votes by answer, language and hour of the week, of periods that are over."""

    period: str
    place: str | None
    answers: Mapping[str, Mapping[str, Count]] | None
    languages: Mapping[str, Count] | None
    pattern: Annotated[
        Mapping[str, Count] | None,
        Meta(description="By hour of the week, `2-14` is Tuesday from 14 to 15; of quarters and years only."),
    ]
    crossings_until: date | None
    untold: bool


class Surveys(Struct, frozen=True):
    """The surveys that were voted in, with the texts of their answers in each language."""

    period: str
    place: str | None
    surveys: Sequence[Survey]
