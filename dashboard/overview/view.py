"""Shapes guarded figures for the template: rows, widths and links. Decides nothing about privacy."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from contract.faces import FACES
from contract.survey import SCORES
from dashboard.address import CHOICES, Address, neighbours, of_length
from dashboard.intervals import FEWEST, Scores, votes
from dashboard.look import Look
from dashboard.privacy import Count, Shown
from dashboard.reader import Reader
from dashboard.wording import Words

MOST_BESIDE = 12
"""Places that are also named in the page's head."""
_THINNEST = 4.0
"""Of a thousand: a face that was chosen at all can be seen in the bar."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the faces' bar, in thousandths of its width."""

    score: int
    colour: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a bar list: `part` is the share of all, None where a hidden number would spoil it."""

    name: str
    count: Count
    part: float | None
    width: float
    """In thousandths of the longest bar."""
    key: str = ""
    """What it is called in the numbers."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page's head; without an address it is where the reader is, or a way that is shut."""

    name: str
    href: str | None
    language: str | None = None


def segments(scores: Scores) -> list[Segment]:
    """The four faces' shares of one bar, happiest first, with a hair of space between."""
    chosen = [score for score in SCORES if scores[score]]
    widths = {score: max(_THINNEST, 1000 * scores[score] / votes(scores)) for score in chosen}
    scale = (1000 - 3 * (len(chosen) - 1)) / sum(widths.values())
    pieces, x = [], 0.0
    for score in chosen:
        pieces.append(Segment(score, FACES[score].colour, round(x, 2), round(widths[score] * scale, 2)))
        x += widths[score] * scale + 3
    return pieces


def worth_telling(languages: Mapping[str, Count], spoken: Collection[str]) -> dict[str, Count]:
    """Languages that were chosen, and those that terminals speak; a survey has more than one site needs."""
    return {code: count for code, count in languages.items() if count or code in spoken}


def rows(counts: Mapping[str, Count], names: Mapping[str, str]) -> list[Row]:
    """Bars, the longest first; hidden numbers come after those that are shown, and zeros last."""
    numbers = [count for count in counts.values() if isinstance(count, int)]
    whole = sum(numbers) if len(numbers) == len(counts) and sum(numbers) >= FEWEST else None
    longest = max([1, *numbers])

    def place(item: tuple[str, Count]) -> tuple[int, int]:
        count = item[1]
        if isinstance(count, str):
            return 1, 0
        return (0, -count) if count else (2, 0)

    return [
        Row(
            names[key],
            count,
            None if whole is None or isinstance(count, str) else count / whole,
            0 if isinstance(count, str) else 1000 * count / longest,
            key,
        )
        for key, count in sorted(counts.items(), key=place)
    ]


def visited(shown: Shown, words: Words) -> str:
    """The votes beside the visits; nothing where those are not known."""
    if shown.visits is None or shown.votes is None:
        return ""
    if shown.votes > shown.visits:
        return words.say("More votes than visits ({n})", n=words.number(shown.visits))
    if shown.response_rate is None:
        return words.say("No visits")
    share = words.percent(shown.response_rate, 0)
    return words.say_many("{share} of {n} visit", "{share} of {n} visits", shown.visits, share=share)


def breadcrumbs(address: Address, reader: Reader, words: Words) -> list[Link]:
    """The way down to the place, from the topmost one that the reader may see."""
    home, place = reader.home_of(address.place), address.place or ""
    crumbs = []
    if not home:
        crumbs = [Link(words.say("All places"), address.in_place(None))]
    elif len(reader.access.homes()) > 1:
        crumbs = [Link(words.say("Your places"), address.in_place(None))]
    if home:
        crumbs.append(Link(home, address.in_place(home)))
    below = [part for part in place.removeprefix(home).split("/") if part]
    crumbs += [
        Link(part, address.in_place("/".join([*filter(None, [home]), *below[: i + 1]]))) for i, part in enumerate(below)
    ]
    return [*crumbs[:-1], Link(crumbs[-1].name, None)]


def below(address: Address, look: Look) -> list[Link]:
    """The places to go down to; none where they are many, and all told in a table of their own."""
    places = sorted(one.place for one in look.places_below)
    if len(places) > MOST_BESIDE and look.shown.votes:
        return []
    return [Link(place.rpartition("/")[2], address.in_place(place)) for place in places]


def lengths(address: Address, look: Look, words: Words) -> list[Link]:
    """Day, week, month, quarter, year; the one that is shown has no address."""
    period = look.shown.period
    names = (words.say("Day"), words.say("Week"), words.say("Month"), words.say("Quarter"), words.say("Year"))
    links = []
    for length, name in zip(CHOICES, names, strict=True):
        other = of_length(length, period, look.span, look.now)
        links.append(Link(name, None if length is period.granularity else address.at(other)))
    return links


def steps(address: Address, look: Look, words: Words) -> tuple[Link, Link]:
    """One period back, one ahead."""
    before, after = neighbours(look.shown.period, look.span, look.now)
    return (
        Link(words.say("Earlier"), address.at(before) if before else None),
        Link(words.say("Later"), address.at(after) if after else None),
    )


def languages(address: Address, known: Sequence[str], current: str, words: Words) -> list[Link]:
    return [
        Link(words.own_name(language), None if language == current else address.in_language(language), language)
        for language in known
    ]
