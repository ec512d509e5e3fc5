"""The staff corner of one terminal, put together from its settings and its parts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from deploy.configuration import Configuration
from kiosk.clock import TerminalClock, seconds_since_boot
from kiosk.staff.door import Door
from kiosk.staff.facts import FactSource
from kiosk.staff.throttle import Throttle
from kiosk.ui.staff.screen import StaffScreen
from kiosk.ui.staff.sounds import LanguageSounds
from kiosk.ui.voice import SdlVoice
from locales.voices import Voices


def staff_corner(
    configuration: Configuration,
    directory: Path,
    clock: TerminalClock,
    facts: FactSource,
    voices: Voices,
    voice: SdlVoice,
) -> StaffScreen | None:
    """None where the settings name no PIN. `directory` is that of the terminal's disk state."""
    file = configuration.staff_pin()
    if file is None:
        return None
    settings = configuration.settings
    has_device: Callable[[], bool] = lambda: voice.fault is None  # noqa: E731
    return StaffScreen(
        Door(file, Throttle(directory / "staff-tries.json", clock.boot_id, seconds_since_boot)),
        facts,
        lambda survey: LanguageSounds(survey, voices, voice, has_device),
        settings.site.languages,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="staff"),
        monotonic,
        settings.terminal.volume,
    )
