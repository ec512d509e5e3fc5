"""The trend as a chart: share satisfied with its band, broken where the terminals were silent."""

import math
from collections import Counter
from collections.abc import Sequence

import altair as alt

from contract.periods import Granularity
from dashboard.charts import GREEN, LINE, QUIET, Point, Spec, chart_of, finished
from dashboard.intervals import enough, satisfied, votes, wilson
from dashboard.trend import Stretch, Trend
from dashboard.wording import Words

_HEIGHT = 190
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MOST_STEPS = 4
_DAY_LABELS = (1, 8, 15, 22, 29)
_NARROWEST_LABEL = 1 / 12
"""Of the chart's width: a shorter silence is drawn without its name."""


def trend_chart(trend: Trend, words: Words) -> Spec:
    """The time axis counts the trend's units from 0, so that joined stretches keep their length."""
    points, gaps = _points(trend, words), _gaps(trend, words)
    runs = Counter(point["run"] for point in points)
    ticks = _ticks(min((point["low"] for point in points), default=0.0))
    x = alt.X(
        "x:Q", title=None, axis=_time_axis(trend, words), scale=alt.Scale(domain=[0, len(trend.units)], nice=False)
    )
    scale, axis = alt.Scale(domain=[ticks[0], 1]), _share_axis(ticks, words)
    share = alt.Y("share:Q", title=None, scale=scale, axis=axis)
    low = alt.Y("low:Q", title=None, scale=scale, axis=axis)
    line = chart_of(points).encode(x=x, detail="run:N")
    alone = chart_of([point for point in points if runs[point["run"]] == 1], name="alone")
    silence = chart_of(gaps, name="silence").encode(x="from:Q", x2="to:Q")
    named = chart_of([gap for gap in gaps if gap["to"] - gap["from"] >= len(trend.units) * _NARROWEST_LABEL])
    layers = [
        silence.mark_rect(color=LINE, opacity=0.35),
        named.mark_text(color=QUIET, fontSize=12).encode(x="middle:Q", text="label:N"),
        line.properties(name="band").mark_area(color=GREEN, opacity=0.15).encode(y=low, y2="high:Q"),
        alone.mark_rule(color=GREEN, opacity=0.25, strokeWidth=6).encode(x=x, y=low, y2="high:Q"),
        line.properties(name="line").mark_line(color=GREEN, strokeWidth=2.5).encode(y=share),
        line.properties(name="shares").mark_circle(color=GREEN, size=60, opacity=1).encode(y=share, tooltip="says:N"),
    ]
    return finished(layers, _HEIGHT)


def _points(trend: Trend, words: Words) -> list[Point]:
    """The stretches that a share can be given for; a `run` is those with none missing between them."""
    points: list[Point] = []
    run = 0
    for stretch in trend.stretches:
        if stretch.scores is None or not enough(stretch.scores):
            run += 1
            continue
        share = wilson(satisfied(stretch.scores), votes(stretch.scores))
        first, last = _extent(trend, stretch)
        says = f"{words.stretch(stretch)}: {words.percent(share.value)} ({words.interval(share)})"
        points.append(
            {
                "x": (first + last) / 2,
                "run": run,
                "share": share.value,
                "low": share.low,
                "high": share.high,
                "says": says,
            }
        )
    return points


def _gaps(trend: Trend, words: Words) -> list[Point]:
    label = words.say("silent")
    extents = [_extent(trend, stretch) for stretch in trend.stretches if stretch.scores is None]
    return [{"from": a, "to": b, "middle": (a + b) / 2, "label": label} for a, b in extents]


def _extent(trend: Trend, stretch: Stretch) -> tuple[int, int]:
    """Where a stretch begins and ends on the axis, in units."""
    inside = [i for i, (start, end) in enumerate(trend.units) if stretch.start <= start and end <= stretch.end]
    return inside[0], inside[-1] + 1


def _ticks(low: float) -> list[float]:
    """Shares from just under `low` to 1 in the finest even steps of which there are few."""
    step = next((step for step in _STEPS if (1 - low) / step <= _MOST_STEPS), _STEPS[-1])
    count = max(1, math.ceil(round((1 - low) / step, 9)))
    return [round(1 - step * index, 4) for index in range(count, -1, -1)]


def _share_axis(ticks: Sequence[float], words: Words) -> alt.Axis:
    labels = [words.percent(tick, 0) for tick in ticks]
    step = (1 - ticks[0]) / (len(ticks) - 1)
    label = f"{labels}[round((datum.value - {ticks[0]}) / {step})]"
    return alt.Axis(values=list(ticks), labelExpr=label, domain=False, gridColor=LINE, labelPadding=8)


def _time_axis(trend: Trend, words: Words) -> alt.Axis:
    starts = [start for start, _ in trend.units]
    by_date = trend.step is Granularity.DAY and len(starts) > len(_DAY_LABELS) * 2
    shown = [index for index, start in enumerate(starts) if not by_date or start.day in _DAY_LABELS]
    by_weekday = trend.step is Granularity.DAY and not by_date
    labels = [words.weekday(s.isoweekday()) if by_weekday else words.tick(s, trend.step) for s in starts]
    values, label = [index + 0.5 for index in shown], f"{labels}[datum.value - 0.5]"
    return alt.Axis(values=values, labelExpr=label, grid=False, domainColor=LINE, labelPadding=8)
