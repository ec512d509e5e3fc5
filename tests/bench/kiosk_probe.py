"""The real terminal, telling what happens inside it: `python -m tests.bench.kiosk_probe SETTINGS`.

It is `fjes kiosk` with its window and its recorder replaced by ones that speak of what they do, and do the same.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import deploy.kiosk
from deploy.configuration import read_settings
from deploy.logs import set_up_logs
from kiosk.clock import TerminalClock
from kiosk.recording import TallyRecorder
from kiosk.tally import Tally
from kiosk.ui.app import KioskApp
from kiosk.ui.scene import Target
from tests.bench.programs import say


class TellingApp(KioskApp):
    """Says `touched` when a touch has had its effect, so that the next frame is the changed one."""

    def _touched(self, target: Target) -> None:
        super()._touched(target)
        say("touched")


class TellingRecorder(TallyRecorder):
    """Says `disk` when a change is committed."""

    def __init__(
        self, tally: Tally, clock: TerminalClock, *, recorded: Callable[[bool], None], released: Callable[[], None]
    ) -> None:
        def tell(ok: bool) -> None:
            say("disk" if ok else "refused")
            recorded(ok)

        super().__init__(tally, clock, recorded=tell, released=released)


def main(settings: str) -> None:
    set_up_logs("kiosk")
    app = partial(TellingApp, on_ready=partial(say, "ready"), on_frame=lambda at: say("frame"))
    vars(deploy.kiosk).update(KioskApp=app, TallyRecorder=TellingRecorder)
    deploy.kiosk.run_kiosk(read_settings(Path(settings)))


if __name__ == "__main__":
    main(*sys.argv[1:])
