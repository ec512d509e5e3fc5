"""The terminal that is measured: all ten languages, the managers' messages, speech, and where on its glass what is."""

from pathlib import Path
from time import monotonic, sleep

from deploy.configuration import read_settings
from kiosk.ui.layout import Box, Panel
from kiosk.ui.scene import Deed, Scenes
from kiosk.view import View
from locales.prompts import Prompts
from locales.voices import Voices
from tests.bench.programs import children_of, memory_of

SIZE = (1280, 800)
LANGUAGES = ("nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar")
SOUND = {"SDL_AUDIODRIVER": "dummy"}
"""A loudspeaker that takes every sound for as long as it lasts, and is silent."""
PATIENCE = 60.0
"""Seconds in which all pictures are drawn."""
SETTLES = 2.0

_SETTINGS = """\
[site]
languages = {languages}
[[site.messages]]
nb = "Dere syntes ventetiden var lang. Nå er vi to på mandager."
en = "You found the waiting long. On Mondays we are two now."
ar = "قلتم إن الانتظار طويل. نحن الآن اثنان يوم الاثنين."
[[site.messages]]
th = "กาแฟเย็น ตอนนี้ร้อนแล้ว"
en = "You said that the coffee is cold. It is hot now."
[terminal]
id = "stua-1"
data = "terminal"
window = "{size[0]}x{size[1]}"
clock = "trusted"
[broker]
port = {port}
[collector]
store = "fjes.db"
"""


def write_settings(directory: Path, *, size: tuple[int, int] = SIZE, port: int = 1) -> Path:
    """A terminal with a window and a new disk; without a port there is no broker."""
    file = directory / "fjes.toml"
    file.write_text(_SETTINGS.format(languages=list(LANGUAGES), size=size, port=port), encoding="utf-8")
    return file


class Glass:
    """Where what can be touched is, on each of the terminal's screens."""

    def __init__(self, settings: Path) -> None:
        configuration = read_settings(settings)
        survey, voices = configuration.survey(), Voices(configuration.voices())
        self.speaks = tuple(one for one in LANGUAGES if voices.speaks(Prompts(survey, one).needed()))
        self._scenes = Scenes(
            survey,
            LANGUAGES,
            Panel.of(configuration.settings.terminal.size or SIZE),
            speaks=self.speaks,
            messages=configuration.settings.site.messages,
        )

    def box(self, view: View, deed: Deed, value: str = "") -> Box:
        """Raises LookupError when nothing there does this."""
        return self._scenes.of(view).find(deed, value).box


def until_drawn(terminal: int) -> float:
    """Returns when a terminal, by its process, has all pictures drawn, and lets it settle.

    The most memory that it took meanwhile, with the process that draws for it, in megabytes. Raises RuntimeError.
    """
    peak, until = 0.0, monotonic() + PATIENCE
    while helpers := children_of(terminal):
        peak = max(peak, sum(map(memory_of, (terminal, *helpers))))
        if monotonic() > until:
            raise RuntimeError("the pictures are never all drawn")
        sleep(0.01)
    sleep(SETTLES)
    return max(peak, memory_of(terminal))
