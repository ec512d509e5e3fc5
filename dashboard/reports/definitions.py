"""How the numbers are made, as it stands at the end of every report."""

from dashboard.intervals import FEWEST
from dashboard.reports.report import Report


def definitions(report: Report) -> list[tuple[str, str]]:
    """Each word that the report uses in a sense of its own, and what it means there."""
    return [*_numbers(report), *_visits(report), *_small_numbers(report)]


def _numbers(report: Report) -> list[tuple[str, str]]:
    say = report.words.say
    return [
        (say("Votes"), say("Touches of a face, but for those that look like play. Nobody has to vote.")),
        (
            say("Satisfied"),
            say(
                "The share of votes for the two happiest faces. Votes differ by chance, so the share comes with the "
                "range it lies in with 95% certainty (Wilson)."
            ),
        ),
        (say("Happy index"), say("The mean of 100, 66⅔, 33⅓ and 0 points for the four faces, the happiest first.")),
        (say("Differences"), say("Two periods are called different only when a test (Fisher, 5%) says so.")),
        (say("Said why"), say("The share of votes after which an answer was chosen too.")),
        (say("Languages"), say("Visitors who choose no language are counted under the terminal's first.")),
        (say("Suspect votes"), say("Quick touches that look like play; they are counted apart.")),
        (say("Trend"), say("Where there are under {n} votes, neighbouring periods are taken together.", n=FEWEST)),
        (say("Silent"), say("No terminal counted anything. That is a gap, and not satisfaction.")),
        (
            say("Rounding"),
            say(
                "With under 10 votes neither faces nor shares are shown. Nothing is rounded to 0% or 100% that is not."
            ),
        ),
    ]


def _visits(report: Report) -> list[tuple[str, str]]:
    say, known = report.words.say, {report.shown.visits, report.last_year.visits} - {None}
    told = say(
        "What the house has counted itself. Votes by visits is told where the visits of the whole period are known; it "
        "is over 100% where people vote more than once."
    )
    return [(say("Visits"), told)] if known else []


def _small_numbers(report: Report) -> list[tuple[str, str]]:
    say, shown = report.words.say, report.shown
    hidden = say(
        "“{less}” hides a small number. Where other numbers, here or of other periods and places, would give it away, "
        "they are hidden the same way, however large.",
        less=shown.less,
    )
    record = say("No record of a single visit exists; terminals only send counts.")
    told = [(say("Small numbers"), f"{hidden} {record}")]
    if shown.untold:
        untold = say("Of some votes only the faces are told here: their terminal is off, or they were too few.")
        told.append((say("Not told"), untold))
    return told
