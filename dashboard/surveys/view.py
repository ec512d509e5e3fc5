"""Shapes what terminals show, and what is written for them, for the templates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract.opening import DAYS, OpenTime
from contract.survey import MESSAGES, Pictogram, Side
from dashboard.noted import noted
from dashboard.reader import Reader
from dashboard.surveys.desk import SCREENS, Editing, Showing
from dashboard.surveys.draft import LONGEST, Draft
from dashboard.surveys.form import hours_rows
from dashboard.wording import Words

Context = dict[str, object]
_SIGNS = {
    Pictogram.PEOPLE: noted("people"),
    Pictogram.HEART: noted("a heart in a hand"),
    Pictogram.HEALTH: noted("health"),
    Pictogram.TALK: noted("a talk"),
    Pictogram.HOUSE: noted("a house"),
    Pictogram.CLOCK: noted("a clock"),
    Pictogram.PERSON: noted("somebody at a desk"),
    Pictogram.CLOSED: noted("a closed door"),
    Pictogram.LANGUAGE: noted("a question mark in a speech bubble"),
    Pictogram.SHIELD: noted("a shield"),
}
_SCREEN_NAMES = {
    "question": noted("The question"),
    "satisfied": noted("After a happy face"),
    "unsatisfied": noted("After an unhappy face"),
    "message-0": noted("The first message"),
    "message-1": noted("The second message"),
    "message-2": noted("The third message"),
}


@dataclass(frozen=True)
class Line:
    """One text in the form: what it is, and what stands in each of the languages that are shown."""

    name: str
    label: str
    texts: Mapping[str, str]
    needed: bool = True


@dataclass(frozen=True)
class Answer:
    """One answer in the form."""

    line: Line
    id: str
    sign: str


@dataclass(frozen=True)
class Tab:
    """A language that can be written beside the first; `missing` of its texts are not written yet."""

    code: str
    name: str
    missing: int


def languages_shown(languages: Sequence[str], chosen: str | None) -> tuple[str, ...]:
    """The first language, and beside it the chosen one, by default the second."""
    others = [language for language in languages[1:] if chosen in (None, language, languages[0])]
    return (languages[0], *(others or languages[1:])[:1])


def editor(editing: Editing, languages: Sequence[str], chosen: str | None, words: Words) -> Context:
    """What the form shows."""
    draft, beside = editing.draft, languages_shown(languages, chosen)
    return {
        "editing": editing,
        "draft": draft,
        "languages_here": beside,
        "tabs": tabs(draft, languages, words),
        "question": Line("question", words.say("The question"), _of(draft.question, beside)),
        "sides": [(side, *_side(draft, side, beside, words)) for side in Side],
        "messages": list(_messages(draft, beside, words)),
        "signs": [(sign.value, words.say(name)) for sign, name in _SIGNS.items()],
        "days": [(day, words.weekday(number)) for number, day in enumerate(DAYS, 1)],
        "hours": hours_rows(draft.opening),
        "own_hours": draft.opening is None,
        "longest": LONGEST,
    }


def tabs(draft: Draft, languages: Sequence[str], words: Words) -> list[Tab]:
    """The languages, and how much each lacks."""
    missing = draft.missing(languages)
    return [Tab(code, words.own_name(code), missing[code]) for code in languages]


def screens(draft: Draft, words: Words) -> list[tuple[str, str]]:
    """The screens to look at, and what they are called."""
    shown = [name for name in SCREENS if not name.startswith("message-")]
    shown += [f"message-{number}" for number in range(len(draft.messages))]
    return [(name, words.say(_SCREEN_NAMES[name])) for name in shown]


def worth_showing(places: Sequence[str], reader: Reader, telling: Sequence[str]) -> list[str]:
    """Of the places of a manager, the topmost, and those that something is published or written for."""
    homes = [home for home in reader.access.homes() if home in places]
    return sorted({*homes, *(place for place in telling if place in places)})


def hours_told(opening: Sequence[OpenTime], words: Words) -> str:
    """Opening hours in a line, as "Mon–Fri 09:00–16:00"."""
    return ", ".join(f"{_days_told(one, words)} {one.open}–{one.close}" for one in opening)


def question_of(showing: Showing, words: Words) -> str:
    """The question in the reader's language, if it is written in it."""
    texts = showing.survey.question
    return texts.get(words.language) or next(iter(texts.values()))


def _side(draft: Draft, side: Side, beside: Sequence[str], words: Words) -> tuple[str, Line, list[Answer]]:
    page = draft.page(side)
    happy = side is Side.SATISFIED
    title = words.say("After the two happy faces") if happy else words.say("After the two unhappy faces")
    answers = [
        Answer(
            Line(f"{side}-{number}", words.say("Answer {n}", n=number + 1), _of(one.text, beside)),
            one.id,
            one.pictogram,
        )
        for number, one in enumerate(page.options)
    ]
    return title, Line(str(side), words.say("What is asked then"), _of(page.question, beside)), answers


def _messages(draft: Draft, beside: Sequence[str], words: Words) -> Iterator[Line]:
    for number in range(MESSAGES):
        text = draft.messages[number] if number < len(draft.messages) else {}
        label = words.say("Message {n}", n=number + 1)
        yield Line(f"message-{number}", label, _of(text, beside), needed=False)


def _of(text: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {language: text.get(language, "") for language in languages}


def _days_told(time: OpenTime, words: Words) -> str:
    """Days in a row as a stretch, others one by one."""
    days = sorted(time.hours.days)
    names = [words.weekday(day + 1) for day in days]
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{names[0]}–{names[-1]}" if in_a_row else " ".join(names)
