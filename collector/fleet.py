"""The terminals out there: which are online, which survey they are to show, and which are to be asked for a hello."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from collector.store.protocol import Store
from collector.wire import Wire
from contract.messages import Acks, Presence, SurveyMessage, encode
from contract.survey import Survey, Text
from contract.topics import Kind, topic


class Fleet:
    """Keeps presences, publishes surveys, and asks terminals for a hello after it was away.

    `messages` go to the terminals beside the survey `shown`. Both hold as long as the process: each terminal is told
    once, and again by the next process, so that a change reaches it.
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
    ) -> None:
        self._store = store
        self._wire = wire
        self._given = surveys
        self._shown = shown
        self._messages = tuple(messages)
        self._today = today
        self._surveys: Mapping[str, Survey] = {}
        self._told: set[str] = set()
        self._unasked: dict[str, str] = {}

    def start(self) -> None:
        """Brings the store up to the settings. Raises StoreError, also for a survey that was changed in place."""
        for survey in (*self._given, self._shown):
            self._store.publish_survey(survey)
        self.read_surveys()

    def survey(self, name: str) -> Survey | None:
        return self._surveys.get(name)

    def read_surveys(self) -> None:
        """Takes up what another collector has published since. Raises StoreError."""
        self._surveys = self._store.surveys()

    def hear(self, presences: Mapping[str, Presence | None]) -> None:
        """Stores presences, in one transaction. Raises StoreError."""
        if presences:
            self._store.set_presences(presences)

    def publish_survey(self, terminal: str) -> None:
        """The survey to show and what to tell visitors, when this process has not told the terminal yet."""
        if terminal in self._told:
            return
        message = SurveyMessage(v=1, survey=self._shown, since=self._today(), messages=self._messages)
        if self._wire.publish(topic(terminal, Kind.SURVEY), encode(message), retain=True):
            self._told.add(terminal)

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
            asking = Acks(v=1, installation=installation, revisions={}, ask_hello=True)
            self._wire.publish(topic(terminal, Kind.ACKS), encode(asking))
