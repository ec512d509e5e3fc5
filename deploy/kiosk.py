"""`fjes kiosk`: builds the terminal from the settings and shows it until it is told to stop."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import structlog

from contract.errors import RefusedError
from contract.messages import Presence, SurveyMessage
from contract.survey import Survey
from deploy.configuration import Configuration
from deploy.errors import Problem
from kiosk.clock import TerminalClock, can_be_trusted
from kiosk.errors import DiskError
from kiosk.machine import machine_id
from kiosk.moment import Known
from kiosk.publisher import Publisher
from kiosk.recording import TallyRecorder
from kiosk.session import Session
from kiosk.surveys import SurveyShelf
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from kiosk.ui.app import KioskApp
from kiosk.ui.display import NoScreenError
from kiosk.ui.studio import DrawingError

log = structlog.get_logger()

_HOUSEKEEPING = 5.0
"""Seconds between looks at whether the day is over, the clock trusted, or another survey's day has come."""


def run_kiosk(configuration: Configuration) -> None:
    """Returns when the terminal is closed. Raises Problem."""
    directory = configuration.path(configuration.settings.terminal.data)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _alone(directory):
            _Terminal(configuration, directory).run()
    except (DiskError, DrawingError, NoScreenError) as error:
        raise Problem(str(error)) from error
    except OSError as error:
        raise Problem(f"terminal.data {directory}: {error.strerror}") from error


class _Terminal:
    """The parts of one terminal, and how they hear of each other."""

    def __init__(self, configuration: Configuration, directory: Path) -> None:
        settings = configuration.settings
        terminal = settings.terminal
        self._languages = settings.site.languages
        self._software = f"fjes {version('fjes')}"
        trustworthy = can_be_trusted if terminal.clock == "auto" else lambda: True
        self._clock = TerminalClock(configuration.timezone, trustworthy=trustworthy)
        self._tally = Tally(
            directory / "tally.db",
            Filing(configuration.timezone, settings.privacy.granularities),
            release=settings.privacy.votes_to_release,
            machine=machine_id(),
            keep_days=terminal.keep_days,
        )
        self._shelf = SurveyShelf(directory, configuration.survey(), self._languages)
        self._shown = self._shelf.shown()
        self._publisher = Publisher(
            terminal.id,
            self._tally,
            host=settings.broker.host,
            port=settings.broker.port,
            client_id=f"fjes-{terminal.id}",
            presence=self._presence,
            on_survey=self._take_survey,
        )
        self._recorder = TallyRecorder(
            self._tally, self._clock, recorded=self._recorded, released=self._publisher.nudge
        )
        self._app = KioskApp(self._open_session, self._shown, size=terminal.size, fullscreen=terminal.size is None)
        self._session: Session | None = None
        self._closing = threading.Event()

    def run(self) -> None:
        """Shows the screen. Raises DiskError, NoScreenError."""
        self._tally.start()
        self._recorder.tick()
        self._publisher.start()
        housekeeper = threading.Thread(target=self._keep_house, name="housekeeper", daemon=True)
        housekeeper.start()
        try:
            self._app.run()
        finally:
            self._closing.set()
            housekeeper.join()
            self._recorder.stop()
            self._publisher.stop()
            self._tally.close()

    def _open_session(self, survey: Survey) -> Session:
        self._session = Session(survey, self._languages, self._recorder, self._clock.monotonic, self._clock.moment)
        return self._session

    def _recorded(self, ok: bool) -> None:
        session = self._session
        if session is not None:
            self._app.call_soon(lambda: session.recorded(ok))

    def _presence(self) -> Presence:
        return Presence(
            v=1,
            online=True,
            installation=self._tally.installation,
            software=self._software,
            survey=self._shown.id,
            owed=self._tally.owed_count(),
            clock="untrusted" if self._clock.booted() is None else "trusted",
        )

    def _take_survey(self, message: SurveyMessage) -> None:
        try:
            self._shelf.receive(message)
        except RefusedError as error:
            log.warning("survey-refused", survey=message.survey.id, reason=str(error))

    def _keep_house(self) -> None:
        while not self._closing.wait(_HOUSEKEEPING):
            self._recorder.tick()
            now = self._clock.moment()
            if isinstance(now, Known) and (survey := self._shelf.turn(now.local.date())) is not None:
                self._shown = survey
                self._app.change_survey(survey)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Two terminals on one disk would be two lives of it."""
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Problem(f"terminal.data {directory}: another terminal is running on this directory") from error
        yield
