"""`fjes kiosk`: builds the terminal from the settings and shows it until it is told to stop."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import structlog

from contract.errors import RefusedError
from contract.messages import Presence, SurveyMessage
from deploy.alone import alone
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.staff import staff_corner
from kiosk.clock import TerminalClock, can_be_trusted, kernel_says_synchronised
from kiosk.clock_file import ClockFile
from kiosk.errors import DiskError
from kiosk.faults import Fault, Faults
from kiosk.machine import machine_id
from kiosk.opening import Opening
from kiosk.play import Play
from kiosk.publisher import Publisher
from kiosk.recording import TallyRecorder
from kiosk.session import Session
from kiosk.staff.facts import Facts, language_facts
from kiosk.staff.view import Outcome
from kiosk.surveys import Shown, SurveyShelf
from kiosk.tally import Tally
from kiosk.tally.disk import others_than, tally_of
from kiosk.tally.filing import Filing
from kiosk.ui.app import Fittings, KioskApp
from kiosk.ui.display import NoScreenError
from kiosk.ui.staff.versions import versions
from kiosk.ui.studio import DrawingError
from kiosk.ui.voice import SdlVoice
from locales.voices import Voices

log = structlog.get_logger()

_HOUSEKEEPING = 5.0
"""Seconds between looks at whether the day is over, the clock trusted, or another survey's day has come."""


def run_kiosk(configuration: Configuration, alive: Callable[[], None] = lambda: None) -> bool:
    """Returns when the terminal is closed, and says whether it is to be started again. Raises Problem.

    `alive` is called many times a second by the thread that answers touches.
    """
    directory = configuration.path(configuration.settings.terminal.data)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with alone(directory):
            return _Terminal(configuration, directory, alive).run()
    except (DiskError, DrawingError, NoScreenError) as error:
        raise Problem(str(error)) from error
    except OSError as error:
        raise Problem(f"terminal.data {directory}: {error.strerror}") from error


class _Terminal:
    """The parts of one terminal, and how they hear of each other."""

    def __init__(self, configuration: Configuration, directory: Path, alive: Callable[[], None]) -> None:
        settings = configuration.settings
        terminal = settings.terminal
        self._terminal = terminal
        self._languages = settings.site.languages
        self._software = f"fjes {version('fjes')}"
        self._faults = Faults(self._tell_faults)
        self._owed = 0
        self._installation: str | None = None
        auto = terminal.clock == "auto"
        self._clock_file = ClockFile(directory / "clock.json")
        self._clock = TerminalClock(
            configuration.timezone,
            trustworthy=can_be_trusted if auto else lambda: True,
            synchronised=kernel_says_synchronised if auto else lambda: True,
            remembered=self._clock_file.load(),
        )
        tally = tally_of(directory, terminal.id)
        for other in others_than(tally):
            log.warning(
                "another-tally", file=str(other), reason="counted under another terminal's name; it is not sent"
            )
        self._tally = Tally(
            tally,
            Filing(configuration.timezone, settings.privacy.granularities),
            release=settings.privacy.votes_to_release,
            machine=machine_id(),
            hold=settings.privacy.held,
            keep_days=terminal.keep_days,
            damaged=lambda: self._faults.report(Fault.DAMAGED),
        )
        own = Shown(configuration.survey(), settings.site.messages, configuration.open_times)
        self._shelf = SurveyShelf(directory, own, self._languages)
        self._shown = self._shelf.shown()
        self._opening = Opening.of(self._shown.opening)
        sign_on = configuration.sign_on()
        self._publisher = Publisher(
            terminal.id,
            self._tally,
            host=settings.broker.host,
            port=settings.broker.port,
            client_id=f"fjes-{terminal.id}",
            presence=self._presence,
            on_survey=self._take_survey,
            tls=sign_on.tls,
            user=sign_on.user,
            password=sign_on.password,
            clock_trusted=lambda: self._clock.booted() is not None,
        )
        self._recorder = TallyRecorder(
            self._tally,
            self._clock,
            recorded=self._recorded,
            released=self._publisher.nudge,
            faults=self._faults,
        )
        voice = SdlVoice()
        self._voices = Voices(configuration.voices())
        fittings = Fittings(
            voice=voice,
            voices=self._voices,
            faults=self._faults,
            size=terminal.size,
            inches=terminal.inches,
            low=terminal.reach == "low",
            staff=staff_corner(configuration, directory, self._clock, self._facts, self._voices, voice),
            is_open=lambda: self._opening.is_open(self._clock.moment()),
            aloud=settings.site.messages_aloud,
            volume=terminal.volume,
        )
        self._app = KioskApp(self._open_session, self._shown, self._languages, fittings, on_beat=self._beat)
        self._alive = alive
        self._session: Session | None = None
        self._closing = threading.Event()

    def run(self) -> bool:
        """Shows the screen until it is closed; says whether the staff want it back. Raises DiskError, NoScreenError."""
        self._tally.start()
        self._recorder.tick()
        self._publisher.start()
        housekeeper = threading.Thread(target=self._keep_house, name="housekeeper", daemon=True)
        housekeeper.start()
        try:
            return self._app.run() is Outcome.RESTART
        finally:
            self._closing.set()
            housekeeper.join()
            self._recorder.stop()
            self._publisher.stop()
            self._tally.close()

    def _beat(self) -> None:
        """The screen answers; without its network threads the terminal would count and never send."""
        if self._publisher.alive:
            self._alive()

    def _open_session(self, shown: Shown, speaks: Sequence[str]) -> Session:
        self._session = Session(
            shown.survey,
            self._languages,
            self._recorder,
            self._clock.monotonic,
            self._clock.moment,
            messages=shown.messages,
            speaks=speaks,
            volume=self._terminal.volume,
            play=Play(self._terminal.play),
        )
        return self._session

    def _recorded(self, ok: bool) -> None:
        session = self._session
        if session is not None:
            self._app.call_soon(lambda: session.recorded(ok))

    def _tell_faults(self) -> None:
        self._publisher.tell_presence()

    def _presence(self) -> Presence:
        with suppress(DiskError):  # of which the faults tell
            self._installation, self._owed = self._tally.installation, self._tally.owed_count()
        return Presence(
            v=1,
            online=True,
            installation=self._installation,
            software=self._software,
            survey=self._shown.survey.id,
            owed=self._owed,
            clock="untrusted" if self._clock.booted() is None else "trusted",
            faults=self._faults.current,
        )

    def _facts(self) -> Facts:
        """For the staff; nothing in it changes with a single vote."""
        survey = self._shown.survey
        return Facts(
            terminal=self._terminal.id,
            connected=self._publisher.connected,
            acknowledged=self._tally.acknowledged(),
            owed=self._tally.owed_count(),
            clock_trusted=self._clock.booted() is not None,
            now=self._clock.local_now(),
            versions=versions(self._software, survey.id, self._app.renderer),
            languages=language_facts(survey, self._languages, self._voices, self._shown.messages),
            faults=self._faults.current,
        )

    def _take_survey(self, message: SurveyMessage) -> None:
        try:
            self._shelf.receive(message)
        except RefusedError as error:
            log.warning("survey-refused", survey=message.survey.id, reason=str(error))

    def _keep_house(self) -> None:
        while not self._closing.wait(_HOUSEKEEPING):
            try:
                self._recorder.tick()
                self._clock.remember(self._clock_file)
                self._turn()
            except DiskError as error:
                self._faults.report(Fault.DISK, problem=str(error))  # the recorder's tick clears it
            except Exception:  # the top of this thread: whatever it is, the house is kept again a little later
                log.exception("housekeeping")

    def _turn(self) -> None:
        day = self._clock.day()
        if day is not None and (shown := self._shelf.turn(day)) is not None:
            self._shown, self._opening = shown, Opening.of(shown.opening)
            self._app.change(shown)
