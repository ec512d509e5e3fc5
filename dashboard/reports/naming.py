"""What periods, places and languages are called inside a sentence, where a page has them as headings."""

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import get_month_names
from babel.lists import format_list

from contract.periods import Granularity, Period
from dashboard.noted import noted
from dashboard.trend import Stretch
from dashboard.wording import Words

_QUARTERS = (
    noted("the first quarter of {year}"),
    noted("the second quarter of {year}"),
    noted("the third quarter of {year}"),
    noted("the fourth quarter of {year}"),
)
_CALLED = {"nb": "no"}
"""People say "Norwegian" where CLDR says "Norwegian Bokmål"."""


def named(period: Period, words: Words) -> str:
    """A period as it follows "in": "2023", "March 2023", "the third quarter of 2023"."""
    if period.granularity is not Granularity.QUARTER:
        return words.period(period)
    return words.say(_QUARTERS[(period.start.month - 1) // 3], year=f"{period.start:%Y}")


def place_name(place: str | None, words: Words) -> str:
    """The path of a place, as the page's own path has it."""
    return place.replace("/", " › ") if place else words.say("All places")


def language_name(code: str, words: Words) -> str:
    """The language in the reader's own, as it stands inside a sentence: "norsk", "Norwegian"."""
    name = words.locale.languages.get(_CALLED.get(code, code))
    return str(name) if name else words.own_name(code)


def capital(name: str) -> str:
    """The name as it stands alone, in a table."""
    return name[:1].upper() + name[1:]


def listed(names: Sequence[str], words: Words) -> str:
    """Joined as people do: "a, b and c"."""
    return format_list(list(names), "standard", words.locale)


def months(stretch: Stretch, words: Words) -> str:
    """The whole months of a stretch: "July", or "July–August"."""
    wide = get_month_names("wide", "format", words.locale)
    first, last = stretch.start.month, (stretch.end - timedelta(seconds=1)).month
    return str(wide[first]) if first == last else f"{wide[first]}–{wide[last]}"
