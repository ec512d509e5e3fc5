"""A store in memory, as the dashboard sees it, filled vote by vote."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from collector.store.protocol import MonthCounts, Placement, Received, Refusals, Standing, Stay, StoreError, Sum
from contract.messages import Presence
from contract.periods import Granularity, Period, hour_of_week
from contract.sheets import PROFILES, Sheet, Table, Vote, cells_of
from contract.survey import Survey
from locales.catalogue import default_survey
from tests.fakes.plain_sums import plain_crossings, plain_span, plain_sums


class FakeReadStore:
    """A ReadStore whose sheets are counted from votes, in either privacy profile."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str, str, Table, str], Counter[str]] = {}
        self.moves: list[Placement] = []
        self.register: dict[str, Standing] = {}
        self.online: dict[str, Presence] = {}
        self.refused = Refusals(0, ())
        self.published = {default_survey().id: default_survey()}
        self.commits = 1
        self.broken = False

    def vote(
        self,
        moment: datetime,
        vote: Vote,
        *,
        times: int = 1,
        terminal: str = "stua-1",
        profile: str = "small",
        installation: str = "first-life",
        survey: str = "visit@1",
    ) -> None:
        """Counts `times` equal votes; `moment` needs a UTC offset in profile busy."""
        for table, cell in cells_of(vote, hour_of_week(moment)):
            period = str(Period.of(PROFILES[profile][table], moment))
            counts = self.counts.setdefault((terminal, installation, survey, table, period), Counter())
            counts[cell] += times
        self.commits += 1

    def sheets(self, terminals: Iterable[str], tables: Iterable[Table], start: date, end: date) -> Iterator[Received]:
        wanted, kinds = set(terminals), set(tables)
        for (terminal, installation, survey, table, period), counts in list(self.counts.items()):
            if terminal in wanted and table in kinds and start <= Period.parse(period).start.date() < end:
                yield Received(terminal, installation, Sheet(survey, table, period, 1, dict(counts)))

    def terminals(self) -> list[str]:
        return sorted(
            {key[0] for key in list(self.counts)}
            | {m.terminal for m in self.moves}
            | set(self.online)
            | set(self.register)
        )

    def placements(self) -> list[Placement]:
        return sorted(self.moves, key=lambda move: (move.terminal, move.since))

    def registered(self) -> dict[str, Standing]:
        return self.register

    def presences(self) -> dict[str, Presence]:
        return self.online

    def surveys(self) -> dict[str, Survey]:
        return self.published

    def sums(self, stays: Iterable[Stay], tables: Iterable[Table], unit: Granularity) -> list[Sum]:
        stays = list(stays)
        return plain_sums(self._of({stay.terminal for stay in stays}, tables), stays, unit)

    def sums_of_each(
        self, groups: Mapping[str, Iterable[Stay]], tables: Iterable[Table], unit: Granularity
    ) -> dict[str, list[Sum]]:
        kinds = list(tables)
        return {group: self.sums(stays, kinds, unit) for group, stays in groups.items()}

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        return plain_crossings(self._of(self.terminals(), Table), year, before)

    def edition(self, year: int, before: date) -> int:
        return hash(repr(self.crossings(year, before)))

    def wrong_totals(self) -> int:
        return 0

    def span(self, stays: Iterable[Stay]) -> tuple[Period, Period] | None:
        stays = list(stays)
        return plain_span(self._of({stay.terminal for stay in stays}, [Table.FACES]), stays)

    def _of(self, terminals: Iterable[str], tables: Iterable[Table]) -> Iterator[Received]:
        return self.sheets(terminals, tables, date.min, date.max)

    def refusals(self, most: int = -1) -> Refusals:
        return self.refused

    def version(self) -> int:
        if self.broken:
            raise StoreError("store is away")
        return self.commits

    def close(self) -> None:
        pass
