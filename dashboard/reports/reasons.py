"""The sentences of a report that tell why visitors voted as they did, and in which languages."""

from collections.abc import Iterator, Sequence

from contract.survey import Side, side_of
from dashboard.overview.view import Row
from dashboard.reports.naming import listed
from dashboard.reports.report import Report
from dashboard.wording import Words


def why(report: Report) -> Iterator[str]:
    words, share = report.words, report.shown.answered_share
    if share is not None:
        yield words.say("{share} of those who voted also said why.", share=words.percent(share, 0))
    elif report.shown.answers is None:
        yield words.say("Why they voted so, when, and in which languages is told when the period is over.")


def answers(report: Report, side: Side) -> Iterator[str]:
    rows, scores = report.answers(side), report.shown.scores
    asked = sum(count for score, count in (scores or {}).items() if side_of(score) is side)
    if rows is None or not asked:
        return
    chosen = [row for row in rows if isinstance(row.count, int) and row.count]
    hidden = any(isinstance(row.count, str) for row in rows)
    if chosen and all(row.part is not None for row in chosen):
        yield _shares(report, side, chosen)
    elif chosen:
        yield _times(report, side, chosen, hidden=hidden)
    elif hidden:
        yield _what_is_hidden(report, side)
    else:
        yield _nothing(report, side)


def _shares(report: Report, side: Side, chosen: Sequence[Row]) -> str:
    words = report.words
    answers = [
        words.say("“{answer}” ({share})", answer=row.name, share=words.percent(row.part or 0, 0)) for row in chosen
    ]
    n, given = sum(row.count for row in chosen if isinstance(row.count, int)), {"answers": listed(answers, words)}
    if side is Side.SATISFIED:
        return words.say_many(
            "The satisfied gave {n} answer: {answers}.",
            "The satisfied gave {n} answers, the most frequent first: {answers}.",
            n,
            **given,
        )
    return words.say_many(
        "The unsatisfied gave {n} answer: {answers}.",
        "The unsatisfied gave {n} answers, the most frequent first: {answers}.",
        n,
        **given,
    )


def _times(report: Report, side: Side, chosen: Sequence[Row], *, hidden: bool) -> str:
    words = report.words
    counts = [
        words.say_many("“{answer}” {n} time", "“{answer}” {n} times", row.count, answer=row.name)
        for row in chosen
        if isinstance(row.count, int)
    ]
    answers = listed(counts, words)
    if side is Side.SATISFIED:
        said = words.say("The satisfied chose {answers}.", answers=answers)
    else:
        said = words.say("The unsatisfied chose {answers}.", answers=answers)
    if not hidden:
        return said
    further = words.say("What else they chose is hidden, to protect visitors.")
    return f"{said} {further}"


def _what_is_hidden(report: Report, side: Side) -> str:
    if side is Side.SATISFIED:
        return report.words.say("What the satisfied chose is hidden, to protect visitors.")
    return report.words.say("What the unsatisfied chose is hidden, to protect visitors.")


def _nothing(report: Report, side: Side) -> str:
    if side is Side.SATISFIED:
        return report.words.say("None of the satisfied said why.")
    return report.words.say("None of the unsatisfied said why.")


def languages(report: Report) -> Iterator[str]:
    words, rows = report.words, report.spoken_rows() or []
    chosen = [row for row in rows if isinstance(row.count, int) and row.count]
    if not chosen:
        return
    told = listed([_language(row, words) for row in chosen], words)
    if any(isinstance(row.count, str) for row in rows):
        yield words.say(
            "The votes came in these languages: {languages}; the numbers of others are hidden, to protect visitors.",
            languages=told,
        )
    else:
        yield words.say("The votes came in these languages: {languages}.", languages=told)


def _language(row: Row, words: Words) -> str:
    """With its share, where that tells no hidden number, else with its votes."""
    told = words.number(row.count) if row.part is None else words.percent(row.part, 0)
    return words.say("{language} ({told})", language=row.name, told=told)
