"""The two charts as Vega-Lite specifications, made here with the few numbers they draw and drawn in the browser."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import altair as alt

from contract.periods import Granularity
from dashboard.intervals import enough, satisfied, votes, wilson
from dashboard.privacy import Count
from dashboard.trend import Stretch, Trend
from dashboard.wording import Words

Spec = dict[str, Any]
_GREEN, _QUIET, _LINE, _INK = "#157F5F", "#5E6B76", "#D9D2C5", "#22303C"
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_TREND_HEIGHT, _ROW_HEIGHT = 190, 26
_DAY_TICKS = (1, 8, 15, 22, 29)


def trend_chart(trend: Trend, words: Words) -> Spec:
    """Share satisfied by stretch of time, with its 95 % band, broken where the terminals were silent.

    The time axis counts the trend's units from 0, so that joined stretches keep their length.
    """
    place = {start: index for index, (start, _) in enumerate(trend.units)}
    ends = {end: index + 1 for index, (_, end) in enumerate(trend.units)}
    points, gaps, run = [], [], 0
    for stretch in trend.stretches:
        first, last = place[stretch.start], ends[stretch.end]
        if stretch.scores is None or not enough(stretch.scores):
            run += 1
            if stretch.scores is None:
                gaps.append({"from": first, "to": last, "label": words.say("silent")})
            continue
        points.append(_point(stretch, (first + last) / 2, run, words))
    runs = Counter(point["run"] for point in points)
    low = min((point["low"] for point in points), default=0.0)
    ticks = _ticks(low)
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[0, len(trend.units)], nice=False), axis=_time_axis(trend, words))
    scale, axis = alt.Scale(domain=[ticks[0], 1]), _share_axis(ticks, words)
    share = alt.Y("share:Q", title=None, scale=scale, axis=axis)
    low_end = alt.Y("low:Q", title=None, scale=scale, axis=axis)
    base = alt.Chart(alt.Data(values=points)).encode(x=x, detail="run:N")
    silences = alt.Chart(alt.Data(values=gaps)).encode(x="from:Q", x2="to:Q")
    layers = [
        silences.mark_rect(color=_LINE, opacity=0.35).properties(name="silence"),
        alt.Chart(alt.Data(values=[gap for gap in gaps if gap["to"] - gap["from"] >= len(trend.units) / 12]))
        .mark_text(color=_QUIET, fontSize=12)
        .encode(x=alt.X("mid:Q"), text="label:N")
        .transform_calculate(mid="(datum.from + datum.to) / 2"),
        base.properties(name="band").mark_area(color=_GREEN, opacity=0.15).encode(y=low_end, y2="high:Q"),
        alt.Chart(alt.Data(values=[point for point in points if runs[point["run"]] == 1]), name="alone")
        .mark_rule(color=_GREEN, opacity=0.25, strokeWidth=6)
        .encode(x=x, y=low_end, y2="high:Q"),
        base.properties(name="line").mark_line(color=_GREEN, strokeWidth=2.5).encode(y=share),
        base.properties(name="shares").mark_circle(color=_GREEN, size=60, opacity=1).encode(y=share, tooltip="says:N"),
    ]
    return _finished(alt.layer(*layers), _TREND_HEIGHT)


def pattern_chart(pattern: Mapping[str, Count], words: Words) -> Spec:
    """Votes by weekday and hour; a darker square is more votes, an outlined one is a hidden number."""
    cells = [
        {"day": int(day), "hour": int(hour), "votes": count, "hidden": isinstance(count, str)}
        for (day, hour), count in ((key.split("-"), count) for key, count in pattern.items())
    ]
    used = [cell for cell in cells if cell["votes"]]
    days = range(1, max([5, *(cell["day"] for cell in used)]) + 1)
    hours = range(min(cell["hour"] for cell in used), max(cell["hour"] for cell in used) + 1)
    shown = [
        {
            **cell,
            "weekday": words.weekday(cell["day"]),
            "n": 0 if cell["hidden"] else cell["votes"],
            "says": _hour_says(cell["day"], cell["hour"], cell["votes"], words),
        }
        for cell in cells
        if cell["day"] in days and cell["hour"] in hours
    ]
    top = max(cell["n"] for cell in shown) or 1
    axis = alt.Axis(title=None, ticks=False, domain=False, grid=False, labelAngle=0, labelColor=_QUIET)
    base = alt.Chart(alt.Data(values=shown)).encode(
        x=alt.X("hour:O", axis=axis, scale=alt.Scale(paddingInner=0.1)),
        y=alt.Y("weekday:O", axis=axis, sort=[words.weekday(day) for day in days], scale=alt.Scale(paddingInner=0.16)),
        tooltip="says:N",
    )
    squares = base.properties(name="squares").mark_rect(color=_INK, cornerRadius=4).encode(
        fillOpacity=alt.FillOpacity("n:Q", legend=None, scale=alt.Scale(domain=[0, top], range=[0.06, 0.85]))
    )
    outlines = base.properties(name="outlines").transform_filter("datum.hidden").mark_rect(
        filled=False, stroke=_QUIET, strokeDash=[2, 2], cornerRadius=4
    )
    return _finished(alt.layer(squares, outlines), _ROW_HEIGHT * len(days))


def _point(stretch: Stretch, x: float, run: int, words: Words) -> dict[str, Any]:
    assert stretch.scores is not None
    share = wilson(satisfied(stretch.scores), votes(stretch.scores))
    says = f"{words.stretch(stretch)}: {words.percent(share.value)} ({words.interval(share)})"
    return {"x": x, "run": run, "share": share.value, "low": share.low, "high": share.high, "says": says}


def _ticks(low: float) -> list[float]:
    """From the top down in the finest even steps that reach under `low` in at most five."""
    step = next(step for step in _STEPS if (1 - low) / step <= 4 or step == _STEPS[-1])
    count = max(1, math.ceil(round((1 - low) / step, 9)))
    return [round(1 - step * index, 4) for index in range(count, -1, -1)]


def _share_axis(ticks: Sequence[float], words: Words) -> alt.Axis:
    labels = [words.percent(tick, 0) for tick in ticks]
    step = (1 - ticks[0]) / (len(ticks) - 1)
    return alt.Axis(
        values=list(ticks),
        labelExpr=f"{labels}[round((datum.value - {ticks[0]}) / {step})]",
        domain=False,
        ticks=False,
        gridColor=_LINE,
        labelColor=_QUIET,
        labelPadding=8,
    )


def _time_axis(trend: Trend, words: Words) -> alt.Axis:
    starts: list[datetime] = [start for start, _ in trend.units]
    sparse = trend.step is Granularity.DAY and len(starts) > len(_DAY_TICKS) * 2
    places = [i for i, start in enumerate(starts) if not sparse or start.day in _DAY_TICKS]
    if trend.step is Granularity.DAY and not sparse:
        labels = [words.weekday(start.isoweekday()) for start in starts]
    else:
        labels = [words.tick(start, trend.step) for start in starts]
    return alt.Axis(
        values=[index + 0.5 for index in places],
        labelExpr=f"{labels}[datum.value - 0.5]",
        grid=False,
        ticks=False,
        domainColor=_LINE,
        labelColor=_QUIET,
        labelPadding=8,
    )


def _hour_says(day: int, hour: int, count: Count, words: Words) -> str:
    return f"{words.weekday(day)} {hour:02}–{hour + 1:02}: {words.number(count)}"


def _finished(chart: alt.LayerChart, height: int) -> Spec:
    done = chart.properties(width="container", height=height, background="transparent")
    spec: Spec = (
        done.configure(font="Noto Sans", aria=False).configure_view(stroke=None).configure_axis(labelFontSize=12)
    ).to_dict()
    return spec
