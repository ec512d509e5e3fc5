"""What terminals show, place by place, and the desk at which it is changed: drafts, publishing, calling off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date

from collector.store.protocol import StoreError
from collector.store.publications import Change, Publication, as_version, change_after, due
from collector.store.published import PublishedFile
from contract.errors import RefusedError
from contract.opening import OpenTime
from contract.survey import Survey, Text, parse_survey
from dashboard.look import Site
from dashboard.noted import noted
from dashboard.people.book import People
from dashboard.people.errors import RefusedChangeError
from dashboard.places import Places
from dashboard.surveys.draft import Draft

Size = tuple[int, int]
Draw = Callable[[Survey, Sequence[Text], str, str, Size], bytes]
"""A PNG of what a terminal shows of a survey and messages, in a language, on one of SCREENS, at a size in pixels."""
SCREENS = ("question", "satisfied", "unsatisfied", "message-0", "message-1", "message-2")
SIZES: tuple[Size, ...] = ((1280, 800), (800, 480), (1920, 1080), (800, 1280))
FARTHEST_DAYS = 366
_NOTHING = noted("There is nothing to publish: write something first.")
_PAST = noted("Choose a day from today on, and within a year.")
_NO_SURVEY = noted("That file is no survey; what is wrong in it, fjes survey check tells.")
_GONE = noted("That was not planned any more.")


class PublishedError(Exception):
    """The file of what is published cannot be used; the text says why. For operators, not translated."""


@dataclass(frozen=True)
class Publishing:
    """Where things are published, and what terminals show where nothing was."""

    open_file: Callable[[], PublishedFile]
    survey: Survey
    languages: Sequence[str]
    """Of the terminals: each text is needed in all of them."""
    messages: Sequence[Text] = ()
    draw: Draw | None = None
    """None where the terminal's drawing is not installed."""
    size: Size = SIZES[0]
    """Of this site's screens, as far as it is known."""


@dataclass(frozen=True)
class Showing:
    """What one place shows, and what is planned and written for it."""

    place: str
    now: Publication | None
    """None is what the settings say."""
    survey: Survey
    messages: Sequence[Text]
    opening: Sequence[OpenTime] | None
    change: Change | None
    planned: Sequence[Publication]
    """What is to come that is this place's own, and may be called off."""
    drafted_by: str | None
    others: Mapping[str, str]
    """Terminals that stand here and show another survey, and which."""


@dataclass(frozen=True)
class Editing:
    """A draft at a place; `edition` is 0 where nothing was written yet."""

    place: str
    draft: Draft
    edition: int
    who: str


class Desk:
    """Everything that the pages about surveys do. Raises StoreError, PeopleError and PublishedError."""

    def __init__(self, publishing: Publishing, site: Site, people: People) -> None:
        self.given = publishing
        self._site = site
        self._people = people

    def today(self) -> date:
        return self._site.now().date()

    def places_with_around(self) -> list[str]:
        """Every place that a terminal has stood at, and all that lie around one, from everything ("") down."""
        with closing(self._site.open_store()) as store:
            return list(Places.of(store).with_around())

    def told_of(self) -> list[str]:
        """The places that something was published or written for."""
        with self._file() as file:
            return sorted({*self._people.drafts.all(), *(one.place for one in file.publications())})

    def showing(self, wanted: Sequence[str]) -> list[Showing]:
        """What each of these places shows."""
        with closing(self._site.open_store()) as store:
            places, presences = Places.of(store), store.presences()
        with self._file() as file:
            published = file.publications()
        drafts, today = self._people.drafts.all(), self.today()
        found = []
        for place in wanted:
            now = due(published, place, today)
            survey = self._survey(now)
            standing = {name: presences.get(name) for name in places.standing(place or None, today)}
            others = {
                name: presence.survey
                for name, presence in standing.items()
                if presence and presence.survey and presence.survey != self._survey_at(published, places, name)
            }
            found.append(
                Showing(
                    place=place,
                    now=now,
                    survey=survey,
                    messages=self.given.messages if now is None else now.messages,
                    opening=None if now is None else now.opening,
                    change=change_after(published, place, today),
                    planned=[one for one in published if one.place == place and one.since > today],
                    drafted_by=drafts[place].who if place in drafts else None,
                    others=others,
                )
            )
        return found

    def editing(self, place: str) -> Editing:
        """The draft of a place, or one that is what it shows now."""
        if kept := self._people.drafts.find(place):
            return Editing(place, Draft.read(kept.draft), kept.edition, kept.who)
        return Editing(place, self._draft_of(place), 0, "")

    def keep(self, place: str, draft: Draft, edition: int, *, by: str) -> None:
        """Raises RefusedChangeError where somebody else was quicker."""
        self._people.drafts.keep(place, draft.written(), edition, by=by)

    def bring(self, place: str, raw: bytes, edition: int, *, by: str) -> None:
        """Makes a survey file the draft of a place, with its messages and hours. Raises RefusedChangeError."""
        try:
            survey = parse_survey(raw)
        except RefusedError as error:
            raise RefusedChangeError(_NO_SURVEY) from error
        now = self.editing(place).draft
        self.keep(place, Draft.of(survey, self.given.languages, now.messages, now.opening), edition, by=by)

    def drop(self, place: str) -> None:
        self._people.drafts.drop(place)

    def version(self, draft: Draft) -> tuple[str, bool] | None:
        """The version that a draft would get, and whether it is new; None where it lacks something yet."""
        try:
            survey = draft.survey(self.given.languages)
        except RefusedChangeError:
            return None
        with self._file() as file:
            known = {**self._known(), **file.surveys()}
        version = as_version(survey, known).id
        return version, version not in known

    def publish(self, place: str, since: date, edition: int, *, by: str) -> None:
        """Gives the draft of a place to its terminals. Raises RefusedChangeError that says what is wrong."""
        kept = self._people.drafts.find(place)
        if kept is None:
            raise RefusedChangeError(_NOTHING)
        if kept.edition != edition:
            raise RefusedChangeError(noted("Somebody else has changed this meanwhile. Look at it once more."))
        self._check_day(since)
        draft = Draft.read(kept.draft)
        survey = draft.survey(self.given.languages)
        known = self._known()
        with self._file() as file:
            version = as_version(survey, {**known, **file.surveys()}).id
            self._people.audit.published(by, place, version, since)
            file.publish(place, since, survey, draft.messages, draft.opening, known=known)
        self._people.drafts.drop(place)

    def follow(self, place: str, since: date, *, by: str) -> None:
        """Lets a place go along with the one around it again. Raises RefusedChangeError."""
        self._check_day(since)
        with self._file() as file:
            self._people.audit.published(by, place, "-", since)
            file.publish(place, since, None, known={})

    def call_off(self, place: str, publication: int, *, by: str) -> None:
        """Takes back what was planned. Raises RefusedChangeError where it is not any more."""
        with self._file() as file:
            mine = [one for one in file.publications() if (one.id, one.place) == (publication, place)]
            if not mine or mine[0].since <= self.today():
                raise RefusedChangeError(_GONE)
            self._people.audit.called_off(by, place, mine[0].since)
            file.call_off(publication, self.today())

    def exported(self, place: str) -> Survey:
        """What a place shows now, as a survey file has it."""
        with self._file() as file:
            return self._survey(due(file.publications(), place, self.today()))

    def _draft_of(self, place: str) -> Draft:
        with self._file() as file:
            now = due(file.publications(), place, self.today())
        messages = self.given.messages if now is None else now.messages
        return Draft.of(self._survey(now), self.given.languages, messages, None if now is None else now.opening)

    def _survey(self, publication: Publication | None) -> Survey:
        return publication.survey if publication and publication.survey else self.given.survey

    def _survey_at(self, published: Sequence[Publication], places: Places, terminal: str) -> str:
        return self._survey(due(published, places.at(terminal, self.today()), self.today())).id

    def _known(self) -> Mapping[str, Survey]:
        with closing(self._site.open_store()) as store:
            return {self.given.survey.id: self.given.survey, **store.surveys()}

    def _check_day(self, since: date) -> None:
        if not 0 <= (since - self.today()).days <= FARTHEST_DAYS:
            raise RefusedChangeError(_PAST)

    @contextmanager
    def _file(self) -> Iterator[PublishedFile]:
        """Raises PublishedError."""
        try:
            with closing(self.given.open_file()) as file:
                yield file
        except StoreError as error:
            raise PublishedError(str(error)) from error
