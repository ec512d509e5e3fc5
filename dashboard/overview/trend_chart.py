"""The trend as a chart: share satisfied with its band, broken where the terminals were silent."""

from collections import Counter
from collections.abc import Sequence

from dashboard.overview.charts import GREEN, LINE, QUIET, Point, Spec, chart, layer, name_of, quantity
from dashboard.overview.trend_lines import labels, marks, silences, ticks
from dashboard.trend import Trend
from dashboard.wording import Words

_HEIGHT = 190
_NARROWEST_LABEL = 1 / 12
"""Of the chart's width: a shorter silence is drawn without its name."""


def trend_chart(trend: Trend, words: Words) -> Spec:
    """The share satisfied, with its band, over the trend's units."""
    points, gaps = _points(trend, words), _gaps(trend, words)
    runs = Counter(point["run"] for point in points)
    lines = ticks(min((point["low"] for point in points), default=0.0))
    across = {
        "title": None,
        "axis": _time_axis(trend, words),
        "scale": {"domain": [0, len(trend.units)], "nice": False},
    }
    up = {"title": None, "axis": _share_axis(lines, words), "scale": {"domain": [lines[0], 1]}}
    x, run, high = quantity("x", **across), name_of("run"), {"field": "high"}
    share, low = quantity("share", **up), quantity("low", **up)
    text, silent = {"color": QUIET, "fontSize": 12}, {"color": LINE, "opacity": 0.35}
    line, circle = {"color": GREEN, "strokeWidth": 2.5}, {"color": GREEN, "size": 60, "opacity": 1}
    band, bar = {"color": GREEN, "opacity": 0.15}, {"color": GREEN, "opacity": 0.25, "strokeWidth": 6}
    layers = [
        layer("rect", silent, "gaps", "silence", x=quantity("from"), x2={"field": "to"}),
        layer("text", text, "named", x=quantity("middle"), text=name_of("label")),
        layer("area", band, "points", "band", x=x, detail=run, y=low, y2=high),
        layer("rule", bar, "alone", "alone", x=x, y=low, y2=high),
        layer("line", line, "points", "line", x=x, detail=run, y=share),
        layer("circle", circle, "points", "shares", x=x, detail=run, y=share, tooltip=name_of("says")),
    ]
    data = {
        "points": points,
        "alone": [point for point in points if runs[point["run"]] == 1],
        "gaps": gaps,
        "named": [gap for gap in gaps if gap["to"] - gap["from"] >= len(trend.units) * _NARROWEST_LABEL],
    }
    return chart(layers, _HEIGHT, data)


def _points(trend: Trend, words: Words) -> list[Point]:
    return [
        {
            "x": mark.middle,
            "run": mark.run,
            "share": mark.share.value,
            "low": mark.share.low,
            "high": mark.share.high,
            "says": f"{words.stretch(mark.stretch)}: {words.percent(mark.share.value)} ({words.interval(mark.share)})",
        }
        for mark in marks(trend)
    ]


def _gaps(trend: Trend, words: Words) -> list[Point]:
    label = words.say("silent")
    return [{"from": a, "to": b, "middle": (a + b) / 2, "label": label} for a, b in silences(trend)]


def _share_axis(lines: Sequence[float], words: Words) -> Spec:
    named = [words.percent(line, 0) for line in lines]
    step = (1 - lines[0]) / (len(lines) - 1)
    label = f"{named}[round((datum.value - {lines[0]}) / {step})]"
    return {"values": list(lines), "labelExpr": label, "domain": False, "gridColor": LINE, "labelPadding": 8}


def _time_axis(trend: Trend, words: Words) -> Spec:
    named = labels(trend, words)
    values = [index + 0.5 for index, _ in named]
    texts = dict(named)
    label = f"{[texts.get(index, '') for index in range(len(trend.units))]}[datum.value - 0.5]"
    return {"values": values, "labelExpr": label, "grid": False, "domainColor": LINE, "labelPadding": 8}
