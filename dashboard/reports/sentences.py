"""The section of a yearly report that tells what visitors thought, in whole sentences and honest numbers."""

from collections.abc import Iterable, Iterator

from contract.periods import Granularity
from contract.survey import Side
from dashboard.intervals import Scores
from dashboard.reports import reasons
from dashboard.reports.changes import changes, suspects
from dashboard.reports.naming import language_name, listed, months, named
from dashboard.reports.report import Report

_MOST_SILENCES = 3


def section(report: Report) -> list[str]:
    """Paragraphs: what was asked, how many voted and how, why, in which languages, and whether it has changed."""
    if not report.shown.votes:
        return [_nobody(report)]
    if report.shown.scores is None:
        few = report.words.say("These are too few to tell faces or shares.")
        return [_asked(report), _joined([_votes(report), few, *_visits(report)])]
    paragraphs = [
        _asked(report),
        _joined([_votes(report), *_faces(report, report.shown.scores), *_silences(report), *_visits(report)]),
        _joined([*reasons.why(report), *(said for side in Side for said in reasons.answers(report, side))]),
        _joined(reasons.languages(report)),
        _joined(changes(report)),
        _joined(suspects(report)),
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(sentences)


def _nobody(report: Report) -> str:
    words = report.words
    if report.shown.votes is None:
        return words.say("Votes are kept by longer periods than this one.")
    return words.say("No votes were given in {period}.", period=named(report.shown.period, words))


def _asked(report: Report) -> str:
    words, languages = report.words, report.languages()
    questions = listed([words.say("“{question}”", question=question) for question in report.questions()], words)
    asked = words.say(
        "Visitors were asked {questions}, and answered by touching one of four faces.", questions=questions
    )
    in_languages = words.say_many(
        "The question was put in {n} language: {languages}.",
        "The question was put in {n} languages: {languages}.",
        len(languages),
        languages=listed([language_name(code, words) for code in languages], words),
    )
    return f"{asked} {in_languages}" if languages else asked


def _votes(report: Report) -> str:
    words, shown = report.words, report.shown
    given = words.say_many(
        "{n} vote was given in {period}.",
        "{n} votes were given in {period}.",
        shown.votes or 0,
        period=named(shown.period, words),
    )
    if report.is_over:
        return given
    so_far = words.say("That is until {day}; the period is not over yet.", day=words.day(report.today))
    return f"{given} {so_far}"


def _visits(report: Report) -> Iterator[str]:
    """Beside the visits that the house has counted; last year's too where they are known."""
    words, shown, then = report.words, report.shown, report.last_year
    if not shown.visits or shown.response_rate is None:
        return
    if shown.response_rate > 1:
        yield words.say(
            "There are more votes than visits ({n}): people may vote more than once in a visit.",
            n=words.number(shown.visits),
        )
        return
    yield words.say_many(
        "{n} visit was counted in {period}; there are {share} as many votes as visits.",
        "{n} visits were counted in {period}; there are {share} as many votes as visits.",
        shown.visits,
        period=named(shown.period, words),
        share=words.percent(shown.response_rate, 0),
    )
    if then.response_rate is not None and then.response_rate <= 1:
        yield words.say(
            "In {period} it was {share}.",
            period=named(then.period, words),
            share=words.percent(then.response_rate, 0),
        )


def _faces(report: Report, scores: Scores) -> Iterator[str]:
    words, unhappy = report.words, scores[2] + scores[1]
    counts = {score: words.number(count) if count else words.say("none") for score, count in scores.items()}
    if unhappy:
        yield words.say(
            "The happiest face got {first} of them, the second {second}, the third {third} and the saddest {fourth}; "
            "the two unhappy faces together got {unhappy}.",
            first=counts[4],
            second=counts[3],
            third=counts[2],
            fourth=counts[1],
            unhappy=words.number(unhappy),
        )
    else:
        yield words.say(
            "The happiest face got {first} of them and the second {second}; nobody touched the two unhappy ones.",
            first=counts[4],
            second=counts[3],
        )
    if share := report.shown.satisfied:
        yield words.say(
            "The share of satisfied votes, those for the two happiest faces, is {share}; with 95% certainty it lies "
            "between {low} and {high}.",
            share=words.percent(share.value),
            low=words.percent(share.low),
            high=words.percent(share.high),
        )
    if (index := report.shown.happy_index) is not None:
        yield words.say("The happy index is {index} of 100.", index=words.decimal(index, 1, 100))


def _silences(report: Report) -> Iterator[str]:
    """Of a year: in which months nothing came. More than a few are for the chart to show."""
    trend, words = report.shown.trend, report.words
    if trend is None or trend.step is not Granularity.MONTH:
        return
    silent = [months(stretch, words) for stretch in trend.stretches if stretch.scores is None]
    if 0 < len(silent) <= _MOST_SILENCES:
        yield words.say("No votes came in {months}.", months=listed(silent, words))
