"""The form in which a survey is written: the names of its fields, and what they change in a draft."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from contract.opening import DAYS, OpenTime
from contract.survey import MESSAGES, Side
from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError
from dashboard.surveys.draft import Draft, Page, Writing

Fields = Mapping[str, str]
OWN_HOURS = "own"
ROWS = 3
"""Times of day that the form has room for, unless there are more already."""
_NO_HOURS = noted("Opening hours need days, and two times as 09:00 and 16:00.")


def changed(draft: Draft, fields: Fields, languages: Sequence[str]) -> Draft:
    """The draft with what came in a form; what it has no field for stays. Raises RefusedChangeError.

    Of texts, those in `languages` count, and stand in that order.
    """
    return replace(
        draft,
        name=fields.get("name", draft.name).strip(),
        question=_text(draft.question, fields, "question", languages),
        satisfied=_page(draft.satisfied, fields, Side.SATISFIED, languages),
        unsatisfied=_page(draft.unsatisfied, fields, Side.UNSATISFIED, languages),
        messages=_messages(draft, fields, languages),
        opening=_opening(draft, fields),
    )


def hours_rows(opening: Sequence[OpenTime] | None) -> list[tuple[frozenset[str], str, str]]:
    """The rows of opening hours: the days that are ticked, and from when to when; at the end some to fill in.

    Midnight at the end of a day is 00:00, as a field for times has no 24:00.
    """
    rows = [(frozenset(_days(one)), one.open, one.close.replace("24:00", "00:00")) for one in opening or ()]
    return rows + [(frozenset(), "", "")] * max(1, ROWS - len(rows))


def _page(page: Page, fields: Fields, side: Side, languages: Sequence[str]) -> Page:
    options = [_option(one, fields, f"{side}-{number}", languages) for number, one in enumerate(page.options)]
    return Page(_text(page.question, fields, str(side), languages), tuple(options))


def _option(option: Writing, fields: Fields, name: str, languages: Sequence[str]) -> Writing:
    return Writing(
        fields.get(f"{name}-id", option.id).strip(),
        fields.get(f"{name}-sign", option.pictogram),
        _text(option.text, fields, name, languages),
    )


def _messages(draft: Draft, fields: Fields, languages: Sequence[str]) -> tuple[dict[str, str], ...]:
    """Those that say something in any language."""
    found = []
    for number in range(MESSAGES):
        before = draft.messages[number] if number < len(draft.messages) else {}
        found.append(_text(before, fields, f"message-{number}", languages))
    return tuple(message for message in found if message)


def _text(text: Mapping[str, str], fields: Fields, name: str, languages: Sequence[str]) -> dict[str, str]:
    """A text in its languages; an empty field takes the language out."""
    written = {language: fields.get(f"{name}.{language}", text.get(language, "")) for language in languages}
    return {language: plain for language, one in written.items() if (plain := " ".join(one.split()))}


def _opening(draft: Draft, fields: Fields) -> tuple[OpenTime, ...] | None:
    if not fields.get("hours"):
        return draft.opening
    if fields["hours"] == OWN_HOURS:
        return None
    try:
        return tuple(_rows(fields))
    except ValueError as error:
        raise RefusedChangeError(_NO_HOURS) from error


def _rows(fields: Fields) -> Iterator[OpenTime]:
    number = 0
    while f"hours-{number}-open" in fields:
        days = [day for day in DAYS if f"hours-{number}-{day}" in fields]
        begin, end = (fields.get(f"hours-{number}-{name}", "").strip() for name in ("open", "close"))
        if days or begin or end:
            yield OpenTime(",".join(days), begin, "24:00" if end == "00:00" else end)
        number += 1


def _days(time: OpenTime) -> Iterator[str]:
    days = time.hours.days
    return (day for number, day in enumerate(DAYS) if number in days)
