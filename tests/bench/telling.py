"""The terminal's window and recorder replaced by ones that speak of what they do, and do the same."""

from collections.abc import Callable
from functools import partial

import deploy.kiosk
from kiosk.clock import TerminalClock
from kiosk.faults import Faults
from kiosk.recording import TallyRecorder
from kiosk.tally import Tally
from kiosk.ui.app import KioskApp
from tests.bench.programs import say


class TellingApp(KioskApp):
    """Says `touched` when a touch has had its effect, so that the next frame is the changed one."""

    def finger_down(self, finger: int, x: float, y: float) -> None:
        super().finger_down(finger, x, y)
        say("touched")


class TellingRecorder(TallyRecorder):
    """Says `disk` when a change is committed."""

    def __init__(
        self,
        tally: Tally,
        clock: TerminalClock,
        *,
        recorded: Callable[[bool], None],
        released: Callable[[], None],
        faults: Faults | None = None,
    ) -> None:
        def tell(ok: bool) -> None:
            say("disk" if ok else "refused")
            recorded(ok)

        super().__init__(tally, clock, recorded=tell, released=released, faults=faults)


def tell() -> None:
    """From now on `fjes kiosk` is built with the telling parts."""
    app = partial(TellingApp, on_ready=partial(say, "ready"), on_frame=lambda at: say("frame"))
    vars(deploy.kiosk).update(KioskApp=app, TallyRecorder=TellingRecorder)
