"""From what was told of a site to the hidden counts that can be worked out of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from contract.ids import NONE
from contract.periods import Granularity, Period
from contract.sheets import Table
from contract.survey import SCORES, Side, side_of
from dashboard.intervals import FEWEST
from locales.catalogue import default_survey
from tests.dashboard.attack.solver import REST, Cell, Knowledge
from tests.dashboard.attack.ways import K, Told
from tests.fakes.read_store import FakeReadStore

YEAR = 2023
_TABLES = {
    **{str(side): (Table.ANSWERS, [score for score in SCORES if side_of(score) is side]) for side in Side},
    "languages": (Table.LANGUAGES, list(SCORES)),
    "pattern": (Table.PATTERN, list(SCORES)),
}
CROSSINGS = tuple(_TABLES)
LENGTHS = (Granularity.MONTH, Granularity.QUARTER, Granularity.YEAR)
MOST = 30
"""Hidden counts of a crossing that are tried, chosen by chance where there are more."""


@dataclass(frozen=True)
class Hidden:
    """A count that must not be worked out: of a place with all below it, or of what stands at the place itself."""

    place: str
    period: Period
    option: str
    votes: int
    itself: bool


class Attacker:
    """Attacks one crossing of a site whose terminals never move; `places` are theirs."""

    def __init__(self, store: FakeReadStore, crossing: str, told: Iterable[Told], months: int) -> None:
        self.crossing = crossing
        self._unit = Granularity.QUARTER if crossing == "pattern" else Granularity.MONTH
        self._places = {move.terminal: move.place for move in store.moves}
        self._units = [Period.parse(f"{YEAR}-{m:02}") for m in range(1, months + 1)]
        if crossing == "pattern":
            self._units = [Period.parse(f"{YEAR}-Q{quarter + 1}") for quarter in range(months // 3)]
        self._truth = self._count(store)
        self._options = _options(crossing)
        self._told: dict[tuple[str, Period], dict[str, int | None]] = {}
        for one in told:
            if one.crossing == crossing and one.period.granularity in LENGTHS:
                counts = self._told.setdefault((one.place or "", one.period), {})
                counts.update({option: n for option, n in one.counts.items() if counts.get(option) is None})

    def found(self) -> list[Hidden]:
        """Hidden counts that are worked out further than how many voted would allow."""
        everything, alone, faces = self._knowledge(), self._knowledge(alone=True), self._knowledge(told=False)
        secrets = list(self._secrets())
        if len(secrets) > MOST:
            secrets = Random(len(secrets)).sample(secrets, MOST)
        found = []
        for secret in secrets:
            leaves = [secret.place] if secret.itself else self._below(secret.place)
            cells = everything.numbers(leaves, self._in(secret.period), [secret.option])
            left = everything.values(cells)
            if left < K and left < min(K, (faces if self._is_alone(secret) else alone).values(cells)):
                found.append(secret)
        return found

    def _is_alone(self, secret: Hidden) -> bool:
        """Whether only how many voted limits it: what stands in one place over one month."""
        voted = [leaf for leaf in self._below(secret.place) if self._votes([leaf], self._in(secret.period))]
        return secret.itself or (secret.period in self._units and len(voted) == 1)

    def _secrets(self) -> Iterable[Hidden]:
        for (place, period), counts in self._told.items():
            units = self._in(period)
            for option, count in counts.items():
                votes = self._sum(self._below(place), units, option)
                if count is None and votes < K:
                    yield Hidden(place, period, option, votes, itself=False)
                assert count in (None, votes), "what is shown is true"
            if place in self._leaves and len([leaf for leaf in self._below(place) if self._votes([leaf], units)]) > 1:
                few = self._votes([place], units) < FEWEST
                for option in counts:
                    votes = self._sum([place], units, option)
                    if 0 < votes < K or (few and self._votes([place], units)):
                        yield Hidden(place, period, option, votes, itself=True)

    def _knowledge(self, *, told: bool = True, alone: bool = False) -> Knowledge:
        rest = [REST] if self.crossing in [str(side) for side in Side] else []
        units = range(len(self._units))
        cells: list[Cell] = [
            (leaf, unit, option) for leaf in self._leaves for unit in units for option in [*self._options, *rest]
        ]
        known = Knowledge(cells)
        for leaf in self._leaves:
            for unit in units:
                numbers = known.numbers([leaf], [unit], [*self._options, *rest])
                known.exact.append((numbers, self._votes([leaf], [unit])))
        for (place, period), counts in self._told.items() if told else ():
            below, within = self._below(place), self._in(period)
            voted = [leaf for leaf in below if self._votes([leaf], within)]
            shortest = period in self._units and len(voted) == 1
            if alone and len(voted) > 1:
                continue
            for option, count in counts.items():
                numbers = known.numbers(below, within, [option])
                if count is not None:
                    known.exact.append((numbers, count))
                elif shortest and not alone and any(other is not None for other in counts.values()):
                    known.at_least.append((numbers, 1))
        return known

    def _count(self, store: FakeReadStore) -> Counter[Cell]:
        table, scores = _TABLES[self.crossing]
        truth: Counter[Cell] = Counter()
        for (terminal, _, _, of, period), counts in store.counts.items():
            unit = next((n for n, one in enumerate(self._units) if one.covers(Period.parse(period))), None)
            for cell, votes in counts.items() if of is table and unit is not None else ():
                score, _, key = cell.partition(":")
                if int(score) in scores:
                    truth[self._places[terminal], unit or 0, REST if key == NONE else key] += votes
        return truth

    @property
    def _leaves(self) -> list[str]:
        return sorted(set(self._places.values()))

    def _below(self, place: str) -> list[str]:
        return [leaf for leaf in self._leaves if not place or leaf == place or leaf.startswith(f"{place}/")]

    def _in(self, period: Period) -> list[int]:
        return [number for number, unit in enumerate(self._units) if period.covers(unit)]

    def _sum(self, leaves: Sequence[str], units: Sequence[int], option: str) -> int:
        return sum(self._truth[leaf, unit, option] for leaf in leaves for unit in units)

    def _votes(self, leaves: Sequence[str], units: Sequence[int]) -> int:
        return sum(self._sum(leaves, units, option) for option in [*self._options, REST])


def _options(crossing: str) -> tuple[str, ...]:
    survey = default_survey()
    match crossing:
        case "pattern":
            return tuple(f"{day}-{hour}" for day in range(1, 8) for hour in range(24))
        case "languages":
            return survey.languages
        case side:
            return survey.option_ids(Side(side))
