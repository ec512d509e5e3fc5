"""The terminals out there: which are online, what each is to show, and which are to be asked for a hello."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from time import monotonic

import structlog

from collector.store.protocol import Placement, Store, StoreError
from collector.store.publications import Publication, change_after, due
from collector.wire import Wire
from contract.errors import RefusedError
from contract.messages import Acks, Presence, SurveyMessage, encode
from contract.survey import Survey, Text
from contract.topics import Kind, topic

FRESH_SECONDS = 1.0
"""After so long it is looked whether something was published, a terminal was moved, or a day has begun."""

log = structlog.get_logger()


class Fleet:
    """Keeps presences, publishes surveys, and asks terminals for a hello after it was away.

    `look` tells what managers have published, when that has changed, else None. Where nothing was, terminals get the
    survey `shown` and the `messages`. Each terminal is told once, again when it changes, and by the next process.
    """

    def __init__(
        self,
        store: Store,
        wire: Wire,
        surveys: Sequence[Survey],
        shown: Survey,
        today: Callable[[], date] = date.today,
        *,
        messages: Sequence[Text] = (),
        look: Callable[[], Sequence[Publication] | None] = lambda: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._wire = wire
        self._given = surveys
        self._shown = shown
        self._messages = tuple(messages) or None
        self._today = today
        self._look = look
        self._clock = clock
        self._surveys: Mapping[str, Survey] = {}
        self._published: Sequence[Publication] = ()
        self._placements: Sequence[Placement] = ()
        self._looked = -FRESH_SECONDS
        self._seen: tuple[date, int] | None = None
        self._since = date.min
        self._unread = ""
        self._told: dict[str, tuple[bytes, ...]] = {}
        self._stale: set[str] = set()
        self._unasked: dict[str, str] = {}

    def start(self) -> None:
        """Brings the store up to the settings. Raises StoreError, also for a survey that was changed in place."""
        for survey in (*self._given, self._shown):
            self._store.publish_survey(survey)
        self.read_surveys()
        self._since = self._today()

    def survey(self, name: str) -> Survey | None:
        return self._surveys.get(name)

    def read_surveys(self) -> None:
        """Takes up what another collector has published since. Raises StoreError."""
        self._surveys = self._store.surveys()

    def hear(self, presences: Mapping[str, Presence | None]) -> None:
        """Stores presences, in one transaction. Raises StoreError."""
        if presences:
            self._store.set_presences(presences)

    def refresh(self) -> None:
        """Looks what each terminal is to show now, about once a second at most. Raises StoreError."""
        now = self._clock()
        if now - self._looked < FRESH_SECONDS:
            return
        published = self._read_published()
        seen = (self._today(), self._store.version())
        if published is not None:
            self._take_up(published)
        if published is not None or seen != self._seen:
            self._placements = self._store.placements()
            self._stale.update(self._told)
        self._seen = seen
        self._looked = now

    def tell(self) -> None:
        """Tells terminals what has changed until the wire is busy; the others are told the next time."""
        while self._stale and not self._wire.busy():
            terminal = self._stale.pop()
            if not self._tell(terminal, self._messages_for(terminal)):
                self._stale.add(terminal)
                return

    def publish_survey(self, terminal: str) -> None:
        """What to show, to a terminal that said hello: when this process has not told it yet, or when it may have
        missed what was asked before a change that is planned.
        """
        messages = self._messages_for(terminal)
        if len(messages) > 1:
            self._told.pop(terminal, None)
        self._tell(terminal, messages)

    def must_ask(self, terminal: str, installation: str) -> None:
        """Notes that a terminal was online before the collector was, and is to be asked for a hello.

        So a terminal whose own connection never broke finds out that the store was emptied or restored.
        """
        self._unasked[terminal] = installation

    @property
    def has_to_ask(self) -> bool:
        return bool(self._unasked)

    def ask(self) -> None:
        """Asks terminals for a hello until the wire is busy; the others are asked the next time."""
        while self._unasked and not self._wire.busy():
            terminal, installation = self._unasked.popitem()
            message = Acks(v=1, installation=installation, revisions={}, ask_hello=True)
            self._wire.publish(topic(terminal, Kind.ACKS), encode(message))

    def _read_published(self) -> Sequence[Publication] | None:
        """What cannot be read stays as it was: that stops no vote."""
        try:
            found = self._look()
        except StoreError as error:
            if str(error) != self._unread:
                self._unread = str(error)
                log.error("published_unreadable", reason=self._unread, help="terminals show what they showed")
            return None
        self._unread = ""
        return found

    def _take_up(self, published: Sequence[Publication]) -> None:
        """Into the store first, so that no sheet of a new survey is refused. What cannot be sent is left out."""
        taken: list[Publication] = []
        for one in published:
            if wrong := self._wrong_with(one):
                log.error("publication_left_out", place=one.place, reason=wrong, help="publish it again, from the page")
                continue
            if one.survey and one.survey.id not in self._surveys:
                self._store.publish_survey(one.survey)
                self.read_surveys()
            taken.append(one)
        self._published = taken

    def _wrong_with(self, publication: Publication) -> str:
        survey = publication.survey
        if survey and self._surveys.get(survey.id, survey) != survey:
            return f"the store has another survey {survey.id}"
        try:
            encode(self._message(publication, publication.since))
        except RefusedError as error:
            return str(error)
        return ""

    def _tell(self, terminal: str, messages: tuple[bytes, ...]) -> bool:
        """Says whether the terminal is told; the broker keeps the last message for whoever comes later."""
        if self._told.get(terminal) == messages:
            return True
        for number, message in enumerate(messages, 1):
            if not self._wire.publish(topic(terminal, Kind.SURVEY), message, retain=number == len(messages)):
                return False
        self._told[terminal] = messages
        return True

    def _messages_for(self, terminal: str) -> tuple[bytes, ...]:
        """What the terminal shows now, and what is planned next, if anything is."""
        today = self._seen[0] if self._seen else self._today()
        place = _place_of(terminal, self._placements, today)
        now = due(self._published, place, today)
        messages = [self._message(now, now.since if now else self._since)]
        if change := change_after(self._published, place, today):
            messages.append(self._message(change.publication, change.since))
        return tuple(map(encode, messages))

    def _message(self, publication: Publication | None, since: date) -> SurveyMessage:
        if publication is None or publication.survey is None:
            return SurveyMessage(v=1, survey=self._shown, since=since, messages=self._messages)
        return SurveyMessage(
            v=1,
            survey=publication.survey,
            since=since,
            messages=publication.messages,
            opening=publication.opening,
        )


def _place_of(terminal: str, placements: Sequence[Placement], day: date) -> str:
    """Where the terminal stands on a day; without a placement it is at the place of its own name."""
    own = [one for one in placements if one.terminal == terminal and one.since <= day]
    return max(own, key=lambda one: one.since).place if own else terminal
