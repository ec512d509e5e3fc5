"""How often one answer was chosen as a chart: a column for each month or quarter, an outline for a hidden number."""

from collections.abc import Sequence
from itertools import count, groupby

from contract.periods import Granularity, Period
from contract.survey import Side
from dashboard.overview.charts import GREEN, LINE, QUIET, RED, Point, Spec, chart, layer, name_of, quantity
from dashboard.privacy import Chosen
from dashboard.wording import Words

_HEIGHT = 150
_INSET = 0.16
"""Of a unit's width: the air on either side of its column."""
_OUTLINE = 1 / 9
"""Of the chart's height: a hidden number's outline, which is the same for all."""
_MOST_STEPS = 4


def answer_chart(over_time: Sequence[Chosen], side: Side, words: Words) -> Spec:
    """Votes with the answer, over time; what is silent or not told yet is a gap."""
    steps = even_steps(max([1, *(one.count for one in over_time if isinstance(one.count, int))]))
    points = [_point(index, one, steps[-1], words) for index, one in enumerate(over_time)]
    gaps = _gaps(over_time, words)
    across = {"title": None, "axis": _time_axis(over_time, words), "scale": {"domain": [0, len(points)], "nice": False}}
    up = {"title": None, "axis": _axis(steps, words), "scale": {"domain": [0, steps[-1]], "nice": False}}
    x, x2, top, none = quantity("from", **across), {"field": "to"}, quantity("top", **up), {"datum": 0}
    middle, says = quantity("middle", **across), name_of("says")
    colour, name = (GREEN, "good") if side is Side.SATISFIED else (RED, "bad")
    silent, text = {"color": LINE, "opacity": 0.35}, {"color": QUIET, "fontSize": 12, "dy": -9}
    outline = {"filled": False, "stroke": QUIET, "strokeDash": [2, 2]}
    layers = [
        layer("rect", silent, "gaps", "silence", x=quantity("from", **across), x2={"field": "to"}),
        layer("text", {"color": QUIET, "fontSize": 12}, "silences", x=middle, text=name_of("label")),
        layer("rect", {"color": colour}, "columns", name, x=x, x2=x2, y=top, y2=none, tooltip=says),
        layer("rect", outline, "hidden", "outlines", x=x, x2=x2, y=top, y2=none, tooltip=says),
        layer("text", text, "named", x=middle, y=top, text=name_of("label")),
    ]
    data = {
        "columns": [point for point in points if point["kind"] == "column"],
        "hidden": [point for point in points if point["kind"] == "hidden"],
        "gaps": gaps,
        "silences": [gap for gap in gaps if gap["label"] and gap["to"] - gap["from"] > 1],
        "named": [point for point in points if point["label"]],
    }
    return chart(layers, _HEIGHT, data)


def even_steps(most: int) -> list[int]:
    """Whole numbers from 0 to one that is not under `most`, in even steps of which there are few."""
    sizes = (base * 10**power for power in count() for base in (1, 2, 5))
    step = next(size for size in sizes if most <= size * _MOST_STEPS)
    return [step * number for number in range(-(-most // step) + 1)]


def _point(index: int, one: Chosen, top: int, words: Words) -> Point:
    kind = "hidden" if isinstance(one.count, str) else "gap" if one.count is None else "column"
    return {
        "kind": kind,
        "from": index + _INSET,
        "to": index + 1 - _INSET,
        "middle": index + 0.5,
        "top": one.count if isinstance(one.count, int) else top * _OUTLINE if kind == "hidden" else 0,
        "label": one.count if isinstance(one.count, str) else "0" if one.count == 0 else "",
        "says": f"{words.period(one.period)}: {words.number(one.count or 0)}",
    }


def _gaps(over_time: Sequence[Chosen], words: Words) -> list[Point]:
    """Each silence, and each time that is not told yet, as one; only silences have a name."""
    found: list[Point] = []
    for (empty, silent), run in groupby(enumerate(over_time), lambda one: (one[1].count is None, one[1].asked == 0)):
        if empty:
            first, *rest = [index for index, _ in run]
            end = first + len(rest) + 1
            label = words.say("silent") if silent else ""
            found.append({"from": first, "to": end, "middle": (first + end) / 2, "label": label})
    return found


def _tick(period: Period, words: Words, *, with_year: bool) -> str:
    quarterly, start = period.granularity is Granularity.QUARTER, period.start
    name = words.short_quarter(start) if quarterly else words.short_month(start)
    return f"{name} {start.year}" if with_year else name


def _axis(steps: Sequence[int], words: Words) -> Spec:
    label = f"{[words.number(step) for step in steps]}[round(datum.value / {steps[1]})]"
    return {"values": list(steps), "labelExpr": label, "domain": False, "gridColor": LINE, "labelPadding": 8}


def _time_axis(over_time: Sequence[Chosen], words: Words) -> Spec:
    names = [
        _tick(one.period, words, with_year=not index or one.period.start.month == 1)
        for index, one in enumerate(over_time)
    ]
    return {
        "values": [index + 0.5 for index in range(len(names))],
        "labelExpr": f"{names}[datum.value - 0.5]",
        "grid": False,
        "domainColor": LINE,
        "labelPadding": 8,
        "labelOverlap": "parity",
        "labelSeparation": 6,
    }
