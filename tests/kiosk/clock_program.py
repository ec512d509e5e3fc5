"""A terminal without screen and network, as a process of its own: its clock is the machine's, or what is told it is.

`python -m tests.kiosk.clock_program DIRECTORY PROFILE BOOT TRUST`; BOOT is the name of this boot, TRUST one of
`kernel` (as on a board without a clock of its own: what adjtimex(2) says), `always` and `never`. It does what each
line of its standard input says, and answers with a line of JSON.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contract.sheets import PROFILES, RELEASE
from kiosk.clock import TerminalClock, kernel_says_synchronised
from kiosk.clock_file import ClockFile
from kiosk.recording import TallyRecorder
from kiosk.session import Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from kiosk.timing import Timing
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO

TRUST: dict[str, Callable[[], bool]] = {
    "kernel": kernel_says_synchronised,
    "always": lambda: True,
    "never": lambda: False,
}


class Terminal:
    """The parts, put together as deploy does it."""

    def __init__(self, directory: Path, profile: str, boot: str, trust: str) -> None:
        self.trust = TRUST[trust]
        self.file = ClockFile(directory / "clock.json")
        trusted = lambda: self.trust()  # noqa: E731, PLW0108  # it is changed by a command
        self.clock = TerminalClock(
            OSLO, trustworthy=trusted, synchronised=trusted, boot_id=boot, remembered=self.file.load()
        )
        filing = Filing(OSLO, PROFILES[profile])
        self.tally = Tally(directory / "tally.db", filing, release=RELEASE[profile], machine="machine")
        self.tally.start()
        self.heard: list[bool] = []
        self.recorder = TallyRecorder(self.tally, self.clock, recorded=self.heard.append, released=lambda: None)
        self.session = Session(
            default_survey(),
            ("nb", "th"),
            self.recorder,
            self.clock.monotonic,
            self.clock.moment,
            Timing(debounce=0),
        )

    def do(self, command: str, *given: str) -> Any:  # noqa: ANN401
        match command:
            case "face":
                self.session.choose_face(int(given[0]))
                self._wait()
                return self.session.view.screen
            case "leave":
                self.session.skip()
                self.session.dismiss()
                self._wait()
                return self.session.idle
            case "tick":
                self.recorder.tick()
                self._wait()
                self.clock.remember(self.file)
                return self.clock.booted() is not None
            case "trust":
                self.trust = TRUST[given[0]]
                return None
            case "now":
                return self.clock.local_now().isoformat()
            case "sheets":
                self.tally.release()
                return [
                    [sheet.table, sheet.period, sheet.counts, sheet.estimated]
                    for sheets in self.tally.owed().values()
                    for sheet in sheets
                ]
        raise ValueError(command)

    def _wait(self) -> None:
        """Until all is on disk, and the session has heard of it."""
        self.recorder._thread.submit(lambda: None).result()
        while self.heard:
            self.session.recorded(self.heard.pop(0))


def main(directory: str, profile: str, boot: str, trust: str) -> None:
    terminal = Terminal(Path(directory), profile, boot, trust)
    for line in sys.stdin:
        print(json.dumps(terminal.do(*line.split())), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
