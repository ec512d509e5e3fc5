"""The screen's own light, off while the terminal sleeps: a backlight of the kernel's, or the monitor through X11.

Where a system has neither, the picture is black and the light stays on.
"""

from pathlib import Path
from typing import Protocol

import structlog

from kiosk.ui.x11 import X11

BACKLIGHTS = Path("/sys/class/backlight")
log = structlog.get_logger()


class Light(Protocol):
    """The port to the screen's light. Neither raises."""

    def off(self) -> None: ...

    def on(self) -> None: ...


class KernelBacklight:
    """/sys/class/backlight: of each screen there, `brightness` can be set up to `max_brightness`."""

    def __init__(self, directory: Path = BACKLIGHTS) -> None:
        self._directory = directory
        self._before: dict[Path, int] = {}

    def off(self) -> None:
        for file in self._directory.glob("*/brightness"):
            try:
                if bright := int(file.read_text()):
                    self._before[file] = bright
                file.write_text("0")
            except (OSError, ValueError) as error:
                log.warning("backlight-not-set", file=str(file), error=str(error))

    def on(self) -> None:
        """As bright as before; as bright as can be where it was dark when the terminal started."""
        for file in self._directory.glob("*/brightness"):
            try:
                bright = self._before.get(file) or int(file.with_name("max_brightness").read_text())
                if not int(file.read_text()):
                    file.write_text(str(bright))
            except (OSError, ValueError) as error:
                log.warning("backlight-not-set", file=str(file), error=str(error))


class X11Monitor:
    """A monitor that sleeps and wakes through the X server."""

    def __init__(self, x11: X11) -> None:
        self._x11 = x11

    def off(self) -> None:
        self._power(on=False)

    def on(self) -> None:
        self._power(on=True)

    def _power(self, *, on: bool) -> None:
        try:
            self._x11.power(on=on)
        except OSError as error:
            log.warning("monitor-not-set", error=str(error))


def find_light(x11: X11 | None, directory: Path = BACKLIGHTS) -> Light:
    """What this system has."""
    if x11 and not any(directory.glob("*/brightness")):
        return X11Monitor(x11)
    return KernelBacklight(directory)
