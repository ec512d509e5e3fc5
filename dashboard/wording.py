"""Words, numbers and dates in a reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property, lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, get_day_names, get_month_names, get_quarter_names
from babel.numbers import format_decimal, format_percent

from contract.periods import Granularity, Period
from contract.survey import Survey
from dashboard.intervals import Share, honest_round
from dashboard.noted import noted
from dashboard.trend import Stretch
from locales.catalogue import catalogue, own_name
from locales.catalogue import languages as catalogues

DOMAIN = "dashboard"
_FALLBACK = "en"
_REGIONS = {"en": "en_GB"}  # CLDR's own English writes dates as in the United States


_FAULTS = {
    "damaged": noted("its tally was damaged and begun anew, and the old file put aside"),
    "disk": noted("votes cannot be kept on its disk"),
    "screen": noted("its screen is drawn without a graphics card"),
    "sound": noted("it has no sound device"),
    "voices": noted("a language lacks recordings"),
}


_KEPT = 4096
"""Numbers that are remembered as they are written: Babel takes a tenth of a millisecond for each."""


def written_in(languages: Sequence[str]) -> list[str]:
    """Those of a site's languages that there are texts in, the site's first choice first; else one that there are."""
    return [language for language in languages if language in catalogues(DOMAIN)] or [_FALLBACK]


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_REGIONS.get(language, language))


@lru_cache(_KEPT)
def _written(value: float, pattern: str | None, language: str) -> str:
    return format_decimal(value, format=pattern, locale=_locale(language))


@lru_cache(_KEPT)
def _percentage(share: float, digits: int, language: str) -> str:
    pattern = _locale(language).percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("##0", f"##0.{'0' * digits}")
    return format_percent(share, format=pattern, locale=_locale(language))


@dataclass(frozen=True)
class Words:
    """Everything that the page says in one language."""

    language: str

    @cached_property
    def locale(self) -> Locale:
        return _locale(self.language)

    def say(self, text: str, **values: object) -> str:
        """The text in this language, with {names} filled in."""
        return catalogue(self.language, DOMAIN).gettext(text).format(**values)

    def say_many(self, one: str, many: str, n: int, **values: object) -> str:
        """The text in the right number; {n} is filled in."""
        translated = catalogue(self.language, DOMAIN).ngettext(one, many, n)
        return translated.format(n=self.number(n), **values)

    def number(self, value: int | str) -> str:
        """A count with its thousands apart; a hidden one stays as it is."""
        return value if isinstance(value, str) else _written(value, None, self.language)

    def decimal(self, value: float, digits: int, top: float = 1.0) -> str:
        """Rounded honestly; see honest_round."""
        rounded = honest_round(value, digits, top)
        pattern = "#,##0" if rounded in (0, top) or not digits else f"#,##0.{'0' * digits}"
        return _written(rounded, pattern, self.language)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share of 1 as a percentage, rounded honestly; whole at 0 and 100."""
        rounded = honest_round(share, digits + 2)
        return _percentage(rounded, 0 if rounded in (0, 1) else digits, self.language)

    def interval(self, share: Share) -> str:
        """In words: how sure the share is."""
        return self.say(
            "95% sure to lie between {low} and {high}",
            low=self.decimal(100 * share.low, 1, top=100),
            high=self.percent(share.high),
        )

    def between(self, share: Share, digits: int = 1) -> str:
        """The interval alone, for tables."""
        return f"{self.decimal(100 * share.low, digits, top=100)} – {self.percent(share.high, digits)}"

    def range(self, share: Share) -> str:
        """The interval of a number from 0 to 100."""
        low, high = (self.decimal(100 * value, 1, top=100) for value in (share.low, share.high))
        return self.say("95% sure to lie between {low} and {high}", low=low, high=high)

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def weekday_and_day(self, day: date) -> str:
        return format_date(day, "full", locale=self.locale)

    def time(self, moment: datetime) -> str:
        return format_skeleton("Hm", moment, locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """A day and the time of day."""
        return format_datetime(moment, "d MMM y HH:mm", tzinfo=moment.tzinfo, locale=self.locale)

    def short_day(self, day: date) -> str:
        return format_skeleton("MMMd", day, locale=self.locale)

    def short_month(self, day: date) -> str:
        return str(get_month_names("abbreviated", "stand-alone", self.locale)[day.month]).rstrip(".")

    def short_quarter(self, day: date) -> str:
        return str(get_quarter_names("abbreviated", "stand-alone", self.locale)[(day.month + 2) // 3])

    def weekday(self, number: int) -> str:
        """The short name of an ISO weekday, 1 is Monday."""
        return str(get_day_names("abbreviated", "stand-alone", self.locale)[number - 1]).rstrip(".")

    def period(self, period: Period) -> str:
        """The name of a period, as a heading."""
        start = period.start.date()
        match period.granularity:
            case Granularity.YEAR:
                return f"{start:%Y}"
            case Granularity.QUARTER:
                return format_skeleton("yQQQQ", start, locale=self.locale)
            case Granularity.MONTH:
                return format_skeleton("yMMMM", start, locale=self.locale)
            case Granularity.WEEK:
                week, year = f"{start:%V}".lstrip("0"), f"{start:%G}"
                return self.say("week {week} of {year}", week=week, year=year)
            case _:
                return self.day(start)

    def stretch(self, stretch: Stretch) -> str:
        """The name of a stretch of the trend: its month or months, day or days, or hours."""
        last = (stretch.end - timedelta(seconds=1)).date()
        first = stretch.start.date()
        if stretch.end - stretch.start < timedelta(days=1):
            return f"{stretch.start:%H}–{stretch.end:%H}"
        if first.day == 1 and (last + timedelta(days=1)).day == 1:
            names = [self.short_month(day) for day in (first, last)]
        else:
            names = [self.short_day(first), self.short_day(last)]
        return names[0] if names[0] == names[1] else f"{names[0]} – {names[1]}"

    def tick(self, start: datetime, step: Granularity) -> str:
        """The label of one step of the time axis."""
        match step:
            case Granularity.MONTH:
                return self.short_month(start)
            case Granularity.DAY:
                return f"{start.day}."
            case _:
                return f"{start:%H}"

    def faults(self, slugs: Sequence[str]) -> str:
        """What is wrong with a terminal; one that only newer terminals have is told by its slug."""
        return "; ".join(self.say(_FAULTS[slug]) if slug in _FAULTS else slug for slug in slugs)

    def own_name(self, language: str) -> str:
        return own_name(language)

    def question(self, survey: Survey) -> str:
        """What a survey asks, in this language; in its own first one where it is not written in it."""
        return survey.question.get(self.language) or next(iter(survey.question.values()))

    def answer(self, option: str, surveys: Sequence[Survey]) -> str:
        """What the survey calls an answer in this language; its id where it is written in no known one."""
        for survey in reversed(surveys):
            for choice in (*survey.satisfied.options, *survey.unsatisfied.options):
                if choice.id == option:
                    return choice.text.get(self.language) or next(iter(choice.text.values()))
        return option
