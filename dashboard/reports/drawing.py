"""What the paper draws, as plain data: the faces' bar, the trend, the answers' bars and the week."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from contract.faces import face_svg
from contract.survey import SCORES, Side
from dashboard.intervals import votes
from dashboard.overview import view
from dashboard.overview.trend_lines import Mark, labels, marks, silences, ticks
from dashboard.overview.view import Row
from dashboard.overview.week import hours_of
from dashboard.reports import tables
from dashboard.reports.naming import capital
from dashboard.reports.report import Report
from dashboard.reports.tables import Table, written

Drawn = dict[str, Any]
_NARROWEST_LABEL = 1 / 12
"""Of the chart's width: a shorter silence is drawn without its name."""


def cards(report: Report) -> list[Drawn]:
    """The numbers that are read first, each with what qualifies it."""
    words, shown, then = report.words, report.shown, report.last_year
    share = shown.satisfied
    few = words.say("Too few to say")
    names = ("votes", "share", "low", "high", "index", "why", "play")
    values = dict(zip(names, _values(report), strict=False))
    before = words.say("{period}: {n}", period=words.period(then.period), n=words.number(then.votes or 0))
    return [
        _card(words.say("Satisfied"), values["share"], words.interval(share) if share else few),
        _card(words.say("Happy index"), values["index"], words.say("of 100") if shown.scores else few),
        _card(words.say("Votes"), values["votes"], view.visited(shown, words) or (before if then.votes else "")),
        _card(words.say("Said why"), values["why"], words.say("chose an answer") if shown.answered_share else ""),
    ]


def _values(report: Report) -> list[str]:
    return [written(line[1], report.words) for line in tables.overview(report).lines]


def _card(name: str, value: str, note: str) -> Drawn:
    return {"name": name, "value": value, "note": note}


def faces(report: Report) -> Drawn | None:
    """The bar of the four faces, in thousandths of its width, and what each piece is."""
    scores, words, table = report.shown.scores, report.words, tables.faces(report)
    if not scores or table is None:
        return None
    return {
        "title": table.title,
        "pieces": [{"x": s.x, "width": s.width, "colour": s.colour} for s in view.segments(scores)],
        "legend": [
            {
                "svg": face_svg(score),
                "name": capital(name),
                "count": words.number(scores[score]),
                "share": words.percent(scores[score] / votes(scores)),
            }
            for score, name in zip(SCORES, tables.face_names(words).values(), strict=True)
        ],
    }


def bars(report: Report) -> list[Drawn]:
    """Both sides' answers."""
    drawn = []
    for side, shade in ((Side.SATISFIED, "good"), (Side.UNSATISFIED, "bad")):
        table, rows = tables.answers(report, side), report.answers(side)
        if table and rows:
            drawn.append(_bars(report, table, rows, shade))
    return drawn


def languages(report: Report) -> Drawn | None:
    table, rows = tables.languages(report), report.spoken_rows()
    return _bars(report, table, rows, "ink") if table and rows else None


def _bars(report: Report, table: Table, rows: Sequence[Row], shade: str) -> Drawn:
    words = report.words
    return {
        "title": table.title,
        "heads": table.heads,
        "shade": shade,
        "rows": [
            {
                "name": capital(row.name),
                "count": words.number(row.count),
                "share": "" if row.part is None else words.percent(row.part, 0),
                "width": round(row.width, 2),
            }
            for row in rows
        ],
    }


def trend(report: Report) -> Drawn | None:
    """The share satisfied over time; None where no stretch has enough votes."""
    found, words = report.shown.trend, report.words
    points = marks(found) if found else []
    if not found or not points:
        return None
    lines = ticks(min(mark.share.low for mark in points))
    units, silent = len(found.units), words.say("silent")
    told = [f"{words.stretch(mark.stretch)}: {words.percent(mark.share.value)}" for mark in points]
    return {
        "title": words.say("Share satisfied over time"),
        "alt": "; ".join(told),
        "units": units,
        "floor": lines[0],
        "ticks": [{"at": line, "text": words.percent(line, 0)} for line in lines],
        "labels": [{"at": index + 0.5, "text": text} for index, text in labels(found, words)],
        "silences": [
            {"from": a, "to": b, "text": silent if b - a >= units * _NARROWEST_LABEL else ""}
            for a, b in silences(found)
        ],
        "runs": [[_point(mark) for mark in run] for _, run in groupby(points, key=lambda mark: mark.run)],
        "joined": any((mark.stretch.start, mark.stretch.end) not in found.units for mark in points),
    }


def _point(mark: Mark) -> Drawn:
    return {"x": mark.middle, "share": mark.share.value, "low": mark.share.low, "high": mark.share.high}


def week(report: Report) -> Drawn | None:
    """The hours of the week; a hidden number has no shade."""
    table = tables.week(report)
    if table is None:
        return None
    counts = [hour.votes for hour in hours_of(report.shown.pattern or {}) if isinstance(hour.votes, int)]
    top = max(counts, default=0) or 1
    lines = [
        [
            {"text": written(cell, report.words), "shade": cell / top if isinstance(cell, int) else None}
            for cell in line[1:]
        ]
        for line in table.lines
    ]
    names = [written(line[0], report.words) for line in table.lines]
    rows = [{"name": name, "cells": cells} for name, cells in zip(names, lines, strict=True)]
    return {"title": table.title, "heads": table.heads, "rows": rows}


def table(made: Table | None, report: Report) -> Drawn | None:
    """A table as texts."""
    if made is None:
        return None
    lines = [[written(cell, report.words) for cell in line] for line in made.lines]
    return {"title": made.title, "heads": made.heads, "lines": lines}
