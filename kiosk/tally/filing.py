"""Which sheets a vote is counted in: the periods of its session's first touch.

Without a trusted clock a vote is filed under hours since boot, in stretches no finer than its table's period, and
the stretches become periods when the clock is trusted. All tables of a vote then fall in one month, so that the
months' sums stay equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from contract.periods import Granularity, Period, hour_of_week
from contract.sheets import Table, Vote, cells_of
from kiosk.moment import Known, Provisional

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Boot:
    """When a boot began, and when its clock was first trusted (both aware)."""

    began: datetime
    trusted: datetime


@dataclass(frozen=True, slots=True)
class Filing:
    """The rule of one site: its time zone and the period of each table."""

    timezone: tzinfo
    periods: Mapping[Table, Granularity]

    def known(self, vote: Vote, moment: Known) -> Iterator[tuple[Table, str, str]]:
        """Table, period and cell of each count of the vote."""
        for table, cell in cells_of(vote, hour_of_week(moment.local)):
            yield table, str(Period.of(self.periods[table], moment.local)), cell

    def provisional(self, vote: Vote, moment: Provisional) -> Iterator[tuple[Table, int, str]]:
        """Table, first hour since boot of the stretch, and cell; in `pattern` the cell is the score alone."""
        hour = int(moment.seconds // 3600)
        for table, cell in cells_of(vote, ""):
            width = self._width(table)
            yield table, hour // width * width, cell.rstrip(":")

    def settled(self, table: Table, hour: int, cell: str, boot: Boot) -> tuple[str, str]:
        """Period and cell of a provisional count, now that the moment of its boot is known."""
        noon = self._middle(boot, hour // DAY_HOURS * DAY_HOURS, DAY_HOURS)
        local = self._middle(boot, hour, self._width(table))
        month = Period.of(Granularity.MONTH, noon)
        if not month.start <= local.replace(tzinfo=None) < month.end:
            edge = month.start if local < noon else month.end - timedelta(hours=1)
            local = edge.replace(tzinfo=self.timezone)
        return self.at(table, cell, local)

    def at(self, table: Table, cell: str, local: datetime) -> tuple[str, str]:
        """Period and cell of a provisional count that is taken to have happened at `local` (aware)."""
        period = str(Period.of(self.periods[table], local))
        return period, f"{cell}:{hour_of_week(local)}" if table is Table.PATTERN else cell

    def _width(self, table: Table) -> int:
        fine = table is Table.PATTERN or self.periods[table] is Granularity.HOUR
        return 1 if fine else DAY_HOURS

    def _middle(self, boot: Boot, hour: int, width: int) -> datetime:
        """Of the part of a stretch that was before the clock was trusted: no vote is filed later than it was."""
        start = boot.began + timedelta(hours=hour)
        end = max(start, min(start + timedelta(hours=width), boot.trusted))
        return (start + (end - start) / 2).astimezone(self.timezone)
