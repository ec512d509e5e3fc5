"""What a report tells: guarded figures of a period and of a year before, and the words to tell them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contract.periods import Granularity
from contract.survey import Side
from dashboard.intervals import Change
from dashboard.overview import view
from dashboard.privacy import Shown
from dashboard.reports.naming import language_name, place_name
from dashboard.wording import Words

LENGTHS = (Granularity.MONTH, Granularity.QUARTER, Granularity.YEAR)
"""Periods that a report on paper can be about."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told, on paper or in a sheet; nothing but `Shown` has numbers in it."""

    shown: Shown
    last_year: Shown
    """Of the same period, a year before."""
    spoken: Sequence[str]
    """The languages of the terminals, the site's first choice first."""
    today: date
    words: Words

    @property
    def title(self) -> str:
        return self.words.say("How satisfied visitors were")

    @property
    def period(self) -> str:
        return self.words.period(self.shown.period)

    @property
    def place(self) -> str:
        return place_name(self.shown.place, self.words)

    @property
    def is_over(self) -> bool:
        return self.shown.period.end.date() <= self.today

    @property
    def day(self) -> date:
        """The day that the figures are of: today, or the first after the period."""
        return min(self.today, self.shown.period.end.date())

    @property
    def change(self) -> Change:
        """What can be said of the satisfied share beside that of a year before."""
        return self.shown.change if self.shown.since_last_year is None else self.shown.since_last_year

    def questions(self) -> list[str]:
        """What visitors were asked, in the reader's language; several where the survey has changed."""
        return list(dict.fromkeys(self.words.question(survey) for survey in self.shown.surveys))

    def languages(self) -> list[str]:
        """The languages that could be chosen: those of the terminals now, and any that was."""
        known = {language for survey in self.shown.surveys for language in survey.languages}
        chosen = [code for code, count in (self.shown.languages or {}).items() if isinstance(count, int) and count]
        return list(dict.fromkeys([*(code for code in self.spoken if code in known), *chosen]))

    def answers(self, side: Side) -> list[view.Row] | None:
        """The answers of one side, the most frequent first; None where they cannot be told."""
        if self.shown.answers is None:
            return None
        options = self.shown.answers[side]
        return view.rows(options, {option: self.words.answer(option, self.shown.surveys) for option in options})

    def spoken_rows(self) -> list[view.Row] | None:
        """The languages that were voted in, the most frequent first, and those that could have been."""
        if self.shown.languages is None:
            return None
        told = view.worth_telling(self.shown.languages, self.spoken)
        return view.rows(told, {code: language_name(code, self.words) for code in told})
