"""The same numbers as tables, for paper and for sheets: typed, so that each writes them in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract.survey import SCORES, Side
from dashboard.intervals import enough, honest_round, satisfied, votes, wilson
from dashboard.overview.view import Row
from dashboard.overview.week import hours_of
from dashboard.privacy import Shown
from dashboard.reports.naming import capital
from dashboard.reports.report import Report
from dashboard.wording import Words


@dataclass(frozen=True, slots=True)
class Part:
    """A share from 0 to 1, told with this many digits after the comma of its percentage."""

    value: float
    digits: int = 1

    @property
    def honest(self) -> float:
        return honest_round(self.value, self.digits + 2)


@dataclass(frozen=True, slots=True)
class Points:
    """A happy index, 0 to 100."""

    value: float

    @property
    def honest(self) -> float:
        return honest_round(self.value, 1, top=100)


Cell = str | int | Part | Points | None
"""None is what cannot be said; a hidden number is a text, as "<5"."""


@dataclass(frozen=True, slots=True)
class Table:
    """A short name, a title that says what it has, a head for each column, and lines that begin with their names."""

    name: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[Cell]]


def written(cell: Cell, words: Words) -> str:
    """A cell as people read it."""
    match cell:
        case None:
            return "–"
        case Part(value, digits):
            return words.percent(value, digits)
        case Points(value):
            return words.decimal(value, 1, 100)
        case _:
            return words.number(cell)


def tables_of(report: Report) -> list[Table]:
    """Every table that there is something to tell in."""
    found = [overview(report), faces(report), *(answers(report, side) for side in Side)]
    return [table for table in (*found, languages(report), trend(report), week(report)) if table]


def overview(report: Report) -> Table:
    """The few numbers that are read first, beside those of a year before; visits where any are known."""
    words = report.words
    both = [_overview(shown) for shown in (report.shown, report.last_year)]
    names = (
        words.say("Votes"),
        words.say("Satisfied"),
        words.say("Satisfied, at least (95% sure)"),
        words.say("Satisfied, at most (95% sure)"),
        words.say("Happy index"),
        words.say("Said why"),
        words.say("Suspect votes"),
        words.say("Visits"),
        words.say("Votes by visits"),
    )
    lines = [line for line in zip(names, *both, strict=True) if line[0] not in names[-2:] or line[1:] != (None, None)]
    heads = ("", *(capital(words.period(shown.period)) for shown in (report.shown, report.last_year)))
    return Table(words.say("Overview"), report.title, heads, lines)


def _overview(shown: Shown) -> list[Cell]:
    share = shown.satisfied
    return [
        shown.votes,
        None if share is None else Part(share.value),
        None if share is None else Part(share.low),
        None if share is None else Part(share.high),
        None if shown.happy_index is None else Points(shown.happy_index),
        None if shown.answered_share is None else Part(shown.answered_share, 0),
        shown.suspects,
        shown.visits,
        None if shown.response_rate is None else Part(shown.response_rate, 0),
    ]


def face_names(words: Words) -> dict[int, str]:
    """What each face is called, by score."""
    return {4: words.say("very happy"), 3: words.say("happy"), 2: words.say("unhappy"), 1: words.say("very unhappy")}


def faces(report: Report) -> Table | None:
    say, scores = report.words.say, report.shown.scores
    if not scores:
        return None
    names, total = face_names(report.words), votes(scores)
    lines = [(capital(names[score]), scores[score], Part(scores[score] / total)) for score in SCORES]
    return Table(say("Faces"), say("The four faces"), (say("Face"), say("Votes"), say("Share")), lines)


def answers(report: Report, side: Side) -> Table | None:
    say, rows = report.words.say, report.answers(side)
    if not rows or not report.shown.scores:
        return None
    name, title = {
        Side.SATISFIED: (say("Satisfied answers"), say("What the satisfied are most satisfied with")),
        Side.UNSATISFIED: (say("Unsatisfied answers"), say("What the unsatisfied missed")),
    }[side]
    return Table(name, title, (say("Answer"), say("Votes"), say("Share")), _lines(rows))


def languages(report: Report) -> Table | None:
    say, rows = report.words.say, report.spoken_rows()
    if not rows or not report.shown.scores:
        return None
    return Table(say("Languages"), say("Languages"), (say("Language"), say("Votes"), say("Share")), _lines(rows))


def _lines(rows: Sequence[Row]) -> list[tuple[Cell, ...]]:
    return [(capital(row.name), row.count, None if row.part is None else Part(row.part, 0)) for row in rows]


def trend(report: Report) -> Table | None:
    words, found = report.words, report.shown.trend
    if found is None or not report.shown.scores:
        return None
    say = words.say
    lines: list[tuple[Cell, ...]] = []
    for stretch in found.stretches:
        name, scores = capital(words.stretch(stretch)), stretch.scores
        if scores is None:
            lines.append((name, say("silent"), None, None, None))
        elif not enough(scores):
            lines.append((name, votes(scores), None, None, None))
        else:
            share = wilson(satisfied(scores), votes(scores))
            lines.append((name, votes(scores), Part(share.value), Part(share.low), Part(share.high)))
    heads = (say("Period"), say("Votes"), say("Satisfied"), say("at least"), say("at most"))
    return Table(say("Trend"), say("Share satisfied over time"), heads, lines)


def week(report: Report) -> Table | None:
    """A line for each hour, a column for each day."""
    words, hours = report.words, hours_of(report.shown.pattern or {})
    if not hours or not report.shown.scores:
        return None
    lines: dict[int, list[Cell]] = {}
    for cell in sorted(hours, key=lambda cell: (cell.hour, cell.day)):
        lines.setdefault(cell.hour, [f"{cell.hour:02}–{cell.hour + 1:02}"]).append(cell.votes)
    days = sorted({cell.day for cell in hours})
    heads = (words.say("Hour"), *(capital(words.weekday(day)) for day in days))
    return Table(words.say("Hours"), words.say("When in the week people vote"), heads, list(lines.values()))
