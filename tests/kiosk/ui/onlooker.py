"""Somebody behind the visitor, who sees the real window: pictures of it, and films of how screens change."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from contract.faces import FACES
from contract.survey import SCORES
from kiosk.ui import layout
from kiosk.ui.layout import Box
from kiosk.ui.look import LOOKS
from kiosk.view import Appearance
from tests.polling import PATIENCE, eventually
from tests.screen import Screen

SIZE = (1280, 800)
LANGUAGES = ("nb", "ar")
PANEL = layout.Panel.of(SIZE)
CALM = 0.15
"""Seconds without a change after which a screen that has all its colours is there to stay."""
MARGIN = 6
"""Pixels that a letter may reach out of its text's box."""

Pixels = NDArray[np.int16]
"""Rows, columns, and red, green and blue from 0 to 255."""


class Place:
    """Where things are for a visitor with a language and an appearance, and what they look like."""

    def __init__(self, language: str = "nb", appearance: Appearance = Appearance.NORMAL) -> None:
        self.look = LOOKS[appearance]
        self._mirrored = language == "ar"
        self.question = layout.question(PANEL, LANGUAGES, large=self.look.large)
        self.why = layout.why(PANEL, large=self.look.large)

    def at(self, box: Box) -> Box:
        """The box where this visitor finds it."""
        return box.mirrored(SIZE[0]) if self._mirrored else box

    def is_marked(self, score: int, image: Image.Image) -> bool:
        """Whether the question why is there, and this face has the mark."""
        face = self.at(self.why.faces[score])
        return colour(image, (face.x + round(face.width * 0.02), face.centre[1])) == self.look.ink

    def is_lit(self, image: Image.Image, answer: int) -> bool:
        """Whether there is a ring of light above an answer."""
        card = self.at(self.why.answers[answer].card)
        above = image.crop((card.centre[0], card.y - 12, card.centre[0] + 1, card.y - 3))
        return self.look.ink in [colour(above, (0, down)) for down in range(above.height)]

    def is_thanked(self, image: Image.Image) -> bool:
        """Whether the thanks are there, and no face is marked any more."""
        text = layout.thanks(PANEL).text
        words = pixels(image.crop((text.x, text.y, text.right, text.bottom)))
        is_there = bool((words == ImageColor.getrgb(self.look.ink)).all(axis=2).any())
        return is_there and not any(self.is_marked(score, image) for score in SCORES)

    @property
    def told_apart(self) -> Iterator[Box]:
        """What differs between the two sides: words and pictograms."""
        yield self.at(self.why.question)
        for answer in self.why.answers:
            yield self.at(answer.pictogram)
            yield self.at(answer.text.shrunk(-MARGIN))


class Visit:
    """Touches at one window, and pictures of it. No time runs out."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.place = Place()
        self.speech = False

    def begin(self, language: str, appearance: Appearance, *, speech: bool) -> Pixels:
        """Chooses them by touch, and gives the question's picture."""
        self.touch(self.place.question.languages[language])
        self.place = Place(language)
        chosen = self.place.at(self.place.question.languages[language])
        self.until(lambda image: colour(image, (chosen.x + 8, chosen.centre[1])) == self.place.look.solid)
        while self.place.look != LOOKS[appearance]:
            self.touch(self.place.question.tools.appearance)
            now = next(now for now, look in LOOKS.items() if look is self.place.look)
            self.place = Place(language, now.next)
        if speech:
            self.touch(self.place.question.tools.ear)
        self.speech = speech
        tool = self.place.at(self.place.question.tools.quieter)
        corners = (tool.x, tool.y, tool.right, tool.bottom)
        return self.until(
            lambda image: (
                colour(image, (2, 2)) == self.place.look.paper
                and (image.crop(corners).getcolors(1) is None) is speech
                and colour(image, self.place.at(self.place.question.faces[4]).centre) != self.place.look.paper
            )
        )

    def choose(self, box: Box) -> None:
        """Touches it; with speech once to hear it, and once more."""
        if self.speech:
            self.touch(box)
        self.touch(box)

    def touch(self, box: Box) -> None:
        self.screen.touch(self.place.at(box).centre)

    def why(self, score: int, faces: Mapping[int, Box]) -> Pixels:
        """The picture of the question why after one of these faces; with speech the first answer is lit."""
        self.choose(faces[score])
        shown = self.until(lambda image: self.place.is_marked(score, image))
        if not self.speech:
            return shown
        self.screen.keys("Tab")
        return self.until(lambda image: self.place.is_lit(image, 0))

    def end(self) -> None:
        """From the question why to the next visitor."""
        self.choose(self.place.why.skip)
        self.until(self.place.is_thanked)
        self.leave()

    def leave(self) -> None:
        """From the thanks to the next visitor."""
        self.place, self.speech = Place(), False
        self.touch(Box(0, 0, *SIZE))
        face = self.place.question.faces[4]
        self.until(lambda image: colour(image, (face.centre[0], face.y + face.height // 8)) == FACES[4].colour)

    def until(self, holds: Callable[[Image.Image], bool]) -> Pixels:
        """Waits for what is to be seen, and until nothing has changed for a moment."""
        seen = [self.screen.image()]
        since = monotonic()

        def calm() -> bool:
            nonlocal since
            now = self.screen.image()
            if now != seen[-1] or not holds(now):
                seen[:] = [now]
                since = monotonic()
            return monotonic() - since > CALM

        eventually(calm, "what is to be seen does not come")
        return pixels(seen[-1])

    def film(self, box: Box, holds: Callable[[Image.Image], bool]) -> list[Pixels]:
        """All pictures that could be taken from a touch until what it leads to is there, each that differs once."""
        frames = [self.screen.image()]
        self.screen.press(self.place.at(box).centre)

        def seen() -> bool:
            if (now := self.screen.image()) != frames[-1]:
                frames.append(now)
            return holds(now)

        try:
            eventually(seen, "what is to be seen does not come")
        finally:
            self.screen.lift()
        return [*map(pixels, frames), self.until(holds)]


@contextmanager
def opened(*flags: str) -> Iterator[Visit]:
    """A window on a screen of its own; sound is played to nowhere, as fast as people hear it. Flags of tests.window."""
    with Screen(SIZE) as screen:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.window", "SCREEN", ",".join(LANGUAGES), "slow", "quick", *flags],
            env={**screen.environment, "SDL_AUDIODRIVER": "dummy"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            visit = Visit(screen)
            eventually(lambda: screen.image().getcolors(1) is None, "the window shows nothing")
            yield visit
        finally:
            process.terminate()
            process.wait(PATIENCE)


def colour(image: Image.Image, at: tuple[int, int]) -> str:
    return "#" + image.crop((*at, at[0] + 1, at[1] + 1)).tobytes().hex().upper()


def pixels(image: Image.Image) -> Pixels:
    return np.asarray(image).astype(np.int16)


def part(box: Box) -> tuple[slice, slice]:
    return slice(box.y, box.bottom), slice(box.x, box.right)
