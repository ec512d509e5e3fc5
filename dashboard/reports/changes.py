"""The sentences of a report that tell whether it has become better, and what was left out."""

from collections.abc import Iterator

from contract.periods import Granularity
from dashboard.intervals import Change, votes
from dashboard.reports.naming import named
from dashboard.reports.report import Report


def changes(report: Report) -> Iterator[str]:
    """Since the month or quarter before, and since last year; the period before a year is last year."""
    words, then, period = report.words, report.last_year, report.shown.period
    before, last_year = named(period.previous(), words), named(then.period, words)
    lately = Change.NOTHING_BEFORE if period.granularity is Granularity.YEAR else report.shown.change
    if lately is report.change is Change.UNCLEAR:
        yield words.say(
            "The satisfied share has clearly changed neither since {one} nor since {other}.",
            one=before,
            other=last_year,
        )
    else:
        if lately is not Change.NOTHING_BEFORE:
            yield _change(report, lately, before)
        yield _change(report, report.change, last_year)
    if then.satisfied and then.scores:
        yield words.say_many(
            "In {period}, {share} of {n} vote was satisfied.",
            "In {period}, {share} of {n} votes were satisfied.",
            votes(then.scores),
            period=last_year,
            share=words.percent(then.satisfied.value),
        )


def _change(report: Report, change: Change, period: str) -> str:
    say = report.words.say
    match change:
        case Change.BETTER:
            return say("The satisfied share is better than in {period}.", period=period)
        case Change.WORSE:
            return say("The satisfied share is worse than in {period}.", period=period)
        case Change.UNCLEAR:
            return say("The satisfied share has not clearly changed since {period}.", period=period)
        case Change.TOO_FEW:
            return say("In {period} there were too few votes to compare with.", period=period)
        case Change.NOTHING_BEFORE:
            return say("There are no votes of {period} to compare with.", period=period)


def suspects(report: Report) -> Iterator[str]:
    """Votes that look like play, and what they would change."""
    words, shown = report.words, report.shown
    if shown.suspects:
        yield words.say_many(
            "{n} vote looks like play and is left out.", "{n} votes look like play and are left out.", shown.suspects
        )
    if shown.suspects and shown.satisfied_with_suspects:
        yield words.say(
            "With them, the satisfied share would be {share}.", share=words.percent(shown.satisfied_with_suspects.value)
        )
