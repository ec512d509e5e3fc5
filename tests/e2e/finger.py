"""A finger at the terminal's real window, and an eye on what it shows."""

from collections.abc import Sequence
from time import sleep

from contract.faces import FACES
from kiosk.ui import layout
from kiosk.ui.scene import INK
from tests.polling import eventually
from tests.screen import Screen

SIZE = (1280, 800)
LANGUAGES = ("nb", "en", "es", "ro", "bg", "th")
ECHO = 0.35
"""Seconds after which a touch is no echo of the last one."""

PANEL = layout.Panel.of(SIZE)
QUESTION, WHY, THANKS = layout.question(PANEL, LANGUAGES), layout.why(PANEL), layout.thanks(PANEL)


class Finger:
    """Visits, touch by touch, each waiting for what the screen says to it."""

    def __init__(self, screen: Screen, languages: Sequence[str] = LANGUAGES) -> None:
        self.screen = screen
        self.faces = layout.question(PANEL, languages).faces

    def touch(self, box: layout.Box) -> None:
        sleep(ECHO)
        self.screen.touch(box.centre)

    def asks(self) -> bool:
        """Whether the four faces are on the screen."""
        return all(self._colour(box, 0.5, 0.12) == FACES[score].colour for score, box in self.faces.items())

    def chosen(self) -> list[int]:
        """The scores of the faces that are marked on the second screen; none on another screen."""
        return [score for score, box in WHY.faces.items() if self._colour(box, 0.02, 0.5) == INK]

    def speak(self, language: str) -> None:
        """Touches a language, and waits until that is done."""
        box = QUESTION.languages[language]
        self.touch(box)
        eventually(lambda: self._colour(box, 8 / box.width, 0.5) == INK, f"{language} is not the chosen language")
        sleep(1.0)  # the rotation may have shown it as chosen already

    def choose(self, score: int, faces: dict[int, layout.Box]) -> None:
        """Touches a face; the terminal then asks why, which says that the vote is on its disk."""
        self.touch(faces[score])
        eventually(lambda: self.chosen() == [score], f"the terminal does not ask why face {score}")

    def visit(self, score: int, answer: int | None = None, language: str | None = None) -> None:
        """A whole visit: perhaps a language, a face, an answer's card or skip, and gone."""
        if language:
            self.speak(language)
        self.choose(score, self.faces)
        self.touch(WHY.skip if answer is None else WHY.answers[answer].card)
        eventually(lambda: self.chosen() == [], "the terminal does not thank")
        self.leave()

    def leave(self) -> None:
        self.touch(THANKS.text)
        eventually(self.asks, "the terminal does not ask the next visitor")

    def _colour(self, box: layout.Box, across: float, down: float) -> str:
        x, y = box.x + round(box.width * across), box.y + round(box.height * down)
        return "#" + self.screen.image().crop((x, y, x + 1, y + 1)).tobytes().hex().upper()
