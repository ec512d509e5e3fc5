"""The week's pattern as a chart: a darker square is more votes, an outlined one is a hidden number."""

from dashboard.overview.charts import INK, QUIET, Spec, chart, layer, name_of, quantity
from dashboard.overview.week import Hour
from dashboard.wording import Words

_ROW_HEIGHT = 26
_FAINTEST, _DARKEST = 0.06, 0.85


def pattern_chart(hours: list[Hour], words: Words) -> Spec:
    """Votes by weekday (down) and hour (across)."""
    days = sorted({cell.day for cell in hours})
    top = max(_number(cell) for cell in hours) or 1
    names = [words.weekday(day) for day in days]
    axis = {"title": None, "domain": False, "grid": False, "labelAngle": 0}
    across: Spec = {"field": "hour", "type": "ordinal", "axis": axis, "scale": {"paddingInner": 0.1}}
    down: Spec = {"field": "day", "type": "ordinal", "axis": axis, "sort": names, "scale": {"paddingInner": 0.16}}
    where = {"x": across, "y": down, "tooltip": name_of("says")}
    shade = quantity("votes", legend=None, scale={"domain": [0, top], "range": [_FAINTEST, _DARKEST]})
    square, outline = {"color": INK, "cornerRadius": 4}, {"stroke": QUIET, "strokeDash": [2, 2], "cornerRadius": 4}
    layers = [
        layer("rect", square, "hours", "squares", **where, fillOpacity=shade),
        layer("rect", {**outline, "filled": False}, "hidden", "outlines", **where),
    ]
    squares = [_square(cell, words) for cell in hours]
    data = {"hours": squares, "hidden": [one for one in squares if one["hidden"]]}
    return chart(layers, _ROW_HEIGHT * len(days), data)


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
