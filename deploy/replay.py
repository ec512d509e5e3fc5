"""`fjes replay`: presses from a file through the terminal's own session and tally, then over the broker.

The installation's name is made from the file and the terminal, so that the same file for the same terminal is the
same sheets: replaying it again, or after it was cut short, can never count a press twice.
"""

import hashlib
import queue
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from contract.ids import TERMINAL
from contract.messages import Revisions, entries_of
from contract.survey import Survey
from deploy.alone import alone
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.presses import Press, read_presses
from deploy.progress import Progress, progress_bar
from deploy.site.tls import SignOn
from kiosk.clock import can_be_trusted
from kiosk.moment import Known, Moment
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.session import Change, Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing

IN_MEMORY = Path(":memory:")
"""The file of presses is the disk here: what is cut short is replayed."""
ANSWER_WITHIN = 30.0
"""Seconds in which the collector must answer."""


class _FileTally(Tally):
    """Notices when the store has sheets of this file that other settings made: the same votes under other periods."""

    others = False

    def compare(self, installation: str, have: Revisions, *, start: int | None = None) -> None:
        mine = {sheet.entry[:3] for sheets in self.owed().values() for sheet in sheets}
        self.others = any(entry[:3] not in mine for entry in entries_of(have))
        super().compare(installation, have, start=start)


class _Replayer:
    """A visitor made of press lines: its own clock, and a recorder that is done at once."""

    def __init__(self, tally: Tally, survey: Survey, languages: Iterable[str]) -> None:
        self._tally = tally
        self._seconds = 0.0
        self._now: Moment
        self._session = Session(survey, tuple(languages), self, lambda: self._seconds, lambda: self._now)

    def record(self, change: Change) -> None:
        self._tally.record(change)
        self._session.recorded(ok=True)
        self._tally.release_if_due(change.moment, idle=False)

    def session_ended(self) -> None:
        self._tally.release_if_due(self._now, idle=True)

    def press(self, press: Press) -> None:
        """One visitor: language, face, reason or none, and gone."""
        self._now = Known(press.time)
        self._tally.release_if_due(self._now, idle=True)  # the day before may be over
        session = self._session
        session.choose_language(press.language)
        self._wait(session.timing.debounce * 2)
        session.choose_face(press.score)
        self._wait(session.timing.debounce * 2)
        session.choose_answer(press.answer)
        self._wait(session.timing.why)
        self._wait(session.timing.thanks)

    def _wait(self, seconds: float) -> None:
        self._seconds += seconds
        self._session.tick()


def run_replay(configuration: Configuration, file: Path, terminal: str, *, again: int) -> None:
    """Replays a file with a progress bar on a screen. Raises Problem."""
    if not re.fullmatch(TERMINAL, terminal):
        raise Problem(f"--terminal {terminal!r}: a terminal's name is of a-z, 0-9 and '-', as stua-1")
    with progress_bar(f"{file.name}") as progress:
        votes = replay(configuration, file, terminal, again=again, progress=progress)
    print(f"{votes} votes counted for {terminal}")


def replay(
    configuration: Configuration, file: Path, terminal: str, *, again: int = 0, progress: Progress = lambda *_: None
) -> int:
    """Counts the presses of `file` for `terminal`, and returns how many when they are on the collector's disk.

    `again` counts a file that was counted before once more, as other presses. Raises Problem.
    """
    settings = configuration.settings
    survey, sign_on = configuration.survey(), configuration.sign_on()
    if sign_on.user not in ("", terminal):
        raise Problem(
            f"--terminal {terminal}: broker.user = {sign_on.user!r} can speak for itself only; replay the file "
            "with the settings of that terminal"
        )
    presses = read_presses(file, configuration.timezone, settings.site.languages, survey)
    name = hashlib.sha256(f"{terminal}\n{again}\n".encode() + file.read_bytes()).hexdigest()[:32]
    filing = Filing(configuration.timezone, settings.privacy.granularities)
    tally = _FileTally(
        IN_MEMORY, filing, release=settings.privacy.votes_to_release, machine=name, new_name=lambda: name
    )
    tally.start()
    try:
        replayer = _Replayer(tally, survey, settings.site.languages)
        for done, press in enumerate(presses, 1):
            replayer.press(press)
            progress(done, len(presses))
        tally.release()
        with _in_its_place(configuration) if sign_on.user else nullcontext():
            _send(configuration, sign_on, terminal, file, tally)
    finally:
        tally.close()
    return len(presses)


@contextmanager
def _in_its_place(configuration: Configuration) -> Iterator[None]:
    """A broker has one session for each name that signs on: this and the terminal would end each other's."""
    directory = configuration.path(configuration.settings.terminal.data)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with alone(directory):
            yield
    except OSError as error:
        raise Problem(f"terminal.data {directory}: {error.strerror}") from error


def _send(configuration: Configuration, sign_on: SignOn, terminal: str, file: Path, tally: _FileTally) -> None:
    broker = configuration.settings.broker
    total = tally.owed_count()
    new: queue.SimpleQueue[tuple[int, bool]] = queue.SimpleQueue()
    publisher = Publisher(
        terminal,
        tally,
        host=broker.host,
        port=broker.port,
        client_id=f"fjes-{terminal}-replay-{tally.installation[:8]}",
        on_answer=lambda: new.put((tally.owed_count(), tally.others)),
        pace=Pace(messages=0.0, again=ANSWER_WITHIN / 3),
        tls=sign_on.tls,
        user=sign_on.user,
        password=sign_on.password,
        clock_trusted=can_be_trusted,
    )
    publisher.start()
    try:
        left, others = new.get(timeout=ANSWER_WITHIN) if total else (0, False)
        if others:
            raise Problem(
                f"{file} was counted for {terminal} before, with another survey or other periods in [privacy]; "
                "nothing was counted again"
            )
        if total and not left:
            raise Problem(
                f"{file} was counted for {terminal} before; nothing was counted again. If these are other presses "
                "that happen to look the same, say --again 1"
            )
        _wait_until_acknowledged(tally, total)
    except queue.Empty:
        raise Problem(
            f"no collector answers over the broker at {broker.host}:{broker.port}: start `fjes collector`, and see "
            "that the broker runs; nothing was counted"
        ) from None
    finally:
        publisher.stop()


def _wait_until_acknowledged(tally: Tally, total: int) -> None:
    left, until = total, time.monotonic() + ANSWER_WITHIN
    while left:
        time.sleep(0.02)
        owed = tally.owed_count()
        if owed < left:
            left, until = owed, time.monotonic() + ANSWER_WITHIN
        elif time.monotonic() > until:
            raise Problem(
                f"the collector stopped answering with {left} of {total} sheets to go; "
                "replay the file again later and it goes on from there"
            )
