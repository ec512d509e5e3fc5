"""What managers have published for terminals to show: where, from which day on, and what of it holds on a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from contract.opening import OpenTime
from contract.survey import FollowUp, Survey, Text

EVERYWHERE = ""
"""The place that all others lie in."""


class Publication(Struct, frozen=True):
    """From a local day on, a place and all that lies in it show this; `id` grows with each publication.

    Without a survey the place goes along with the one around it again. `opening` None leaves each terminal its own
    hours; no hours at all is always open.
    """

    id: int
    place: str
    since: date
    survey: Survey | None
    messages: tuple[Text, ...] = ()
    opening: tuple[OpenTime, ...] | None = None


class Change(Struct, frozen=True):
    """What a place shows from a later day on; None is what the settings say."""

    since: date
    publication: Publication | None


def due(publications: Iterable[Publication], place: str, day: date) -> Publication | None:
    """What a place shows on a day: the innermost place around it counts that has something of its own.

    Of a place's own, the latest day counts, and of one day the last that was published. None is what the settings say.
    """
    of_place: dict[str, Publication] = {}
    for one in publications:
        kept = of_place.get(one.place)
        if one.since <= day and (kept is None or (kept.since, kept.id) < (one.since, one.id)):
            of_place[one.place] = one
    found = (of_place[around] for around in _around(place) if around in of_place)
    return next((one for one in found if one.survey is not None), None)


def change_after(publications: Sequence[Publication], place: str, day: date) -> Change | None:
    """The first change after a day, if one is planned."""
    now = due(publications, place, day)
    for since in sorted({one.since for one in publications if one.since > day}):
        then = due(publications, place, since)
        if then != now:
            return Change(since, then)
    return None


def as_version(survey: Survey, known: Mapping[str, Survey]) -> Survey:
    """The survey under the version that it has already, or else under the next one of its name; its own is no matter.

    So other messages or hours make no new version, nor does a language that is not shown any more, and results of the
    same words are not taken apart.
    """
    name = survey.id.partition("@")[0]
    versions = {int(one.id.partition("@")[2]): one for one in known.values() if one.id.partition("@")[0] == name}
    for number in sorted(versions, reverse=True):
        if _says_the_same(versions[number], survey):
            return versions[number]
    return replace(survey, id=f"{name}@{max(versions, default=0) + 1}")


def _says_the_same(known: Survey, survey: Survey) -> bool:
    """In the languages of the other survey; more than those it may have."""
    languages = survey.languages
    if not set(languages) <= set(known.languages):
        return False

    def of(text: Text) -> Text:
        return {language: text[language] for language in languages}

    def side(follow_up: FollowUp) -> FollowUp:
        options = tuple(replace(option, text=of(option.text)) for option in follow_up.options)
        return FollowUp(of(follow_up.question), options)

    def whole(one: Survey) -> Survey:
        return Survey(survey.id, languages, of(one.question), side(one.satisfied), side(one.unsatisfied))

    return whole(known) == whole(survey)


def _around(place: str) -> Iterator[str]:
    """A place and those that it lies in, the innermost first."""
    while place:
        yield place
        place = place.rpartition("/")[0]
    yield EVERYWHERE
