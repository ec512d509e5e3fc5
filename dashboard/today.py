"""What a wall screen shows: today so far, as released, and the month; guarded as on the overview, and no finer."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contract.periods import Granularity, Period
from dashboard.address import Address
from dashboard.look import Site, shown_at
from dashboard.privacy import Shown
from dashboard.wording import Words


@dataclass(frozen=True, slots=True)
class Today:
    """What a wall screen shows of one place."""

    place: str
    """Its own name, without those around it; "" for everything."""
    question: str
    """What visitors were asked, in the reader's language; empty where nobody has voted yet."""
    day: date
    until: datetime | None
    """The end of the hour of the newest votes, where votes are kept by the hour; the overview tells no more either."""
    so_far: Shown
    month: Shown


def today_at(site: Site, address: Address, words: Words) -> Today:
    """Today and this month at the address's place. Raises as `shown_at`."""
    now = site.now()
    so_far, month = (
        shown_at(site, replace(address, period=Period.of(length, now)))
        for length in (Granularity.DAY, Granularity.MONTH)
    )
    trend, voted = so_far.trend, so_far if so_far.votes else month
    return Today(
        place=(address.place or "").rpartition("/")[2],
        question=words.question(voted.surveys[-1]) if voted.votes else "",
        day=now.date(),
        until=trend.units[-1][1] if trend and trend.step is Granularity.HOUR and trend.units else None,
        so_far=so_far,
        month=month,
    )
