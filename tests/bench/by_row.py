"""The figures of a page as a store of visits would have them: by pandas, from one row per vote."""

from time import perf_counter

import pandas as pd

from contract.periods import Granularity, Period
from dashboard.tallies import STEPS
from tests.bench.decade import Decade

_WRITTEN = {Granularity.HOUR: "h", Granularity.DAY: "D", Granularity.MONTH: "M"}


class Rows:
    """All votes in memory, each with the place that its terminal stood at."""

    def __init__(self, decade: Decade) -> None:
        self._rows = pd.concat([self._of(decade, number) for number in range(decade.terminals)], ignore_index=True)
        self._rows = self._rows.astype({"place": "category", "answer": "category", "language": "category"})

    @staticmethod
    def _of(decade: Decade, number: int) -> pd.DataFrame:
        rows = decade.rows(number)
        for placement in decade.placements(number):
            rows.loc[rows["time"] >= pd.Timestamp(placement.since), "place"] = placement.place
        return rows

    def seconds(self, period: Period, place: str | None) -> float:
        began = perf_counter()
        self.figures(period, place)
        return perf_counter() - began

    def figures(self, period: Period, place: str | None) -> dict[str, pd.Series]:
        """What a page shows of its votes: as counts, before any of it is guarded or drawn."""
        rows = self._rows
        if place:
            known = rows["place"].cat.categories
            rows = rows[rows["place"].isin([at for at in known if at == place or at.startswith(f"{place}/")])]
        now, before = self._within(rows, period), self._within(rows, period.previous())
        unit = now["time"].dt.to_period(_WRITTEN[STEPS[period.granularity]])
        return {
            "scores": now.groupby("score").size(),
            "before": before.groupby("score").size(),
            "trend": now.groupby([unit, "score"]).size(),
            "answers": now.groupby(["score", "answer"], observed=True).size(),
            "languages": now.groupby(["score", "language"], observed=True).size(),
            "pattern": now.groupby([now["time"].dt.dayofweek, now["time"].dt.hour]).size(),
        }

    @staticmethod
    def _within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
        return rows[(rows["time"] >= period.start) & (rows["time"] < period.end)]
