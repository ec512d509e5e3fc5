"""The week's pattern as a chart: a darker square is more votes, an outlined one is a hidden number."""

from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt

from dashboard.charts import INK, QUIET, Spec, chart_of, finished
from dashboard.privacy import Count
from dashboard.wording import Words

_ROW_HEIGHT = 26
_FAINTEST, _DARKEST = 0.06, 0.85
_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the week: ISO weekday, hour of the day, and its votes."""

    day: int
    hour: int
    votes: Count


def hours_of(pattern: Mapping[str, Count]) -> list[Hour]:
    """The pattern's cells (`2-14` is Tuesday, 14:00), cut to the days and hours in which anyone voted."""
    parts = [(key.partition("-"), votes) for key, votes in pattern.items()]
    cells = [Hour(int(day), int(hour), votes) for (day, _, hour), votes in parts]
    used = [cell for cell in cells if cell.votes]
    if not used:
        return []
    last_day = max(_WORKING_DAYS, *(cell.day for cell in used))
    first, last = min(cell.hour for cell in used), max(cell.hour for cell in used)
    return [cell for cell in cells if cell.day <= last_day and first <= cell.hour <= last]


def pattern_chart(hours: list[Hour], words: Words) -> Spec:
    """Votes by weekday (down) and hour (across)."""
    days = sorted({cell.day for cell in hours})
    top = max(_number(cell) for cell in hours) or 1
    names = [words.weekday(day) for day in days]
    axis = alt.Axis(title=None, domain=False, grid=False, labelAngle=0)
    opacity = alt.Scale(domain=[0, top], range=[_FAINTEST, _DARKEST])
    base = chart_of([_square(cell, words) for cell in hours]).encode(
        x=alt.X("hour:O", axis=axis, scale=alt.Scale(paddingInner=0.1)),
        y=alt.Y("day:O", axis=axis, sort=names, scale=alt.Scale(paddingInner=0.16)),
        tooltip="says:N",
    )
    squares = base.properties(name="squares").mark_rect(color=INK, cornerRadius=4)
    outlines = base.properties(name="outlines").transform_filter("datum.hidden")
    layers = [
        squares.encode(fillOpacity=alt.FillOpacity("votes:Q", legend=None, scale=opacity)),
        outlines.mark_rect(filled=False, stroke=QUIET, strokeDash=[2, 2], cornerRadius=4),
    ]
    return finished(layers, _ROW_HEIGHT * len(days))


def _number(cell: Hour) -> int:
    """What the square is shaded by; a hidden number is shaded as none."""
    return cell.votes if isinstance(cell.votes, int) else 0


def _square(cell: Hour, words: Words) -> dict[str, int | str | bool]:
    day = words.weekday(cell.day)
    return {
        "day": day,
        "hour": cell.hour,
        "votes": _number(cell),
        "hidden": isinstance(cell.votes, str),
        "says": f"{day} {cell.hour:02}–{cell.hour + 1:02}: {words.number(cell.votes)}",
    }
