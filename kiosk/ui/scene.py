"""What each screen shows and what can be touched on it, as plain data: layout filled with words and pictures.

Nothing here depends on which face was touched but the ring around it and the words of its side.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from contract.faces import face_svg
from contract.survey import SCORES, FollowUp, Option, Side, Survey, side_of
from kiosk.session import Screen, View
from kiosk.ui import layout
from kiosk.ui.drawing import LEAST_SIZE, Drawing, Label, Vector
from kiosk.ui.layout import Answer, Box, Grid, Notice, Size
from kiosk.ui.pictograms import CAMERA_OFF, CHECK, MICROPHONE_OFF, PAUSE, pictogram_svg
from locales.catalogue import catalogue, own_name

PAPER, INK, QUIET, LINE, CARD = "#FBF8F3", "#22303C", "#5E6B76", "#D9D2C5", "#FFFFFF"
BAR, BAR_TRACK = "#8791A0", "#E9E2D6"
SMALL_SIZE = 20
"""Texts are this high where they fit, in pixels, also on screens so small that the drawing's own size is less."""


class Deed(StrEnum):
    """What a touch asks of the session."""

    FACE = "face"
    ANSWER = "answer"
    LANGUAGE = "language"
    SKIP = "skip"
    DISMISS = "dismiss"


class Picture(Struct, frozen=True):
    """A drawing in its place."""

    box: Box
    drawing: Drawing


class Target(Struct, frozen=True):
    """Something to touch: its place, what it does, and its pictures from back to front."""

    box: Box
    deed: Deed
    value: str
    pictures: tuple[Picture, ...]


class Scene(Struct, frozen=True):
    """One screen in one language. `bar` is where the time left is shown."""

    pictures: tuple[Picture, ...] = ()
    targets: tuple[Target, ...] = ()
    bar: Box | None = None

    def all_pictures(self) -> Iterator[Picture]:
        yield from self.pictures
        for target in self.targets:
            yield from target.pictures


class Scenes:
    """The scenes of one survey on one size of screen."""

    def __init__(self, survey: Survey, languages: Sequence[str], size: Size) -> None:
        self.survey = survey
        self.languages = tuple(languages)
        self.size = size
        self._grid = Grid(size)

    def of(self, view: View) -> Scene:
        """What to show for a view."""
        if view.screen is Screen.WHY and view.score is not None:
            return self.why(view.language, view.score)
        if view.screen is Screen.THANKS:
            return self.thanks(view.language)
        if view.screen is Screen.UNAVAILABLE:
            return self.unavailable(view.language)
        return self.question(view.language)

    def all(self) -> Iterator[Scene]:
        """Every scene there is, the likeliest first."""
        for language in self.languages:
            yield self.question(language)
        for language in self.languages:
            for score in SCORES:
                yield self.why(language, score)
            yield self.thanks(language)
            yield self.unavailable(language)

    def question(self, language: str) -> Scene:
        boxes = layout.question(self.size, self.languages)
        camera, microphone = boxes.signs
        anonymous = catalogue(language, "kiosk").gettext("Anonymous")
        return Scene(
            pictures=(
                self._label(boxes.anonymous, anonymous, language, 22, colour=QUIET, weight=400, align="end"),
                self._pictogram(camera, CAMERA_OFF, QUIET, 1.6),
                self._pictogram(microphone, MICROPHONE_OFF, QUIET, 1.6),
                self._label(boxes.question, self.survey.question[language], language, 54, weight=600),
            ),
            targets=(
                *(
                    Target(box, Deed.FACE, str(score), (_vector(box, face_svg(score)),))
                    for score, box in boxes.faces.items()
                ),
                *(self._language(box, name, chosen=name == language) for name, box in boxes.languages.items()),
            ),
        )

    def why(self, language: str, score: int) -> Scene:
        asked = self.survey.follow_up(side_of(score))
        boxes = layout.why(self.size, len(asked.options))
        questions = tuple(self.survey.follow_up(side).question[language] for side in Side)
        skip = catalogue(language, "kiosk").gettext("Skip")
        return Scene(
            pictures=(
                self._label(
                    boxes.question,
                    asked.question[language],
                    language,
                    48,
                    weight=600,
                    align="start",
                    together=questions,
                ),
            ),
            targets=(
                *(self._small_face(box, face, chosen=face == score) for face, box in boxes.faces.items()),
                *(
                    self._answer(answer, option, language, boxes.rows)
                    for answer, option in zip(boxes.answers, asked.options, strict=True)
                ),
                Target(
                    boxes.skip,
                    Deed.SKIP,
                    "",
                    (self._plate(boxes.skip, INK), self._label(boxes.skip, skip, language, 32, colour=CARD)),
                ),
            ),
            bar=boxes.bar,
        )

    def thanks(self, language: str) -> Scene:
        text = catalogue(language, "kiosk").gettext("Thank you!")
        pictures = self._notice(layout.thanks(self.size), CHECK, text, language, 72)
        return Scene(targets=(Target(Box(0, 0, *self.size), Deed.DISMISS, "", pictures),))

    def unavailable(self, language: str) -> Scene:
        text = catalogue(language, "kiosk").gettext("This screen is resting for a moment. Please tell the staff.")
        return Scene(pictures=self._notice(layout.unavailable(self.size), PAUSE, text, language, 44))

    def _notice(self, boxes: Notice, sign: str, text: str, language: str, units: float) -> tuple[Picture, ...]:
        return (
            self._pictogram(boxes.pictogram, sign, INK, 1.6),
            self._label(boxes.text, text, language, units, weight=600),
        )

    def _language(self, box: Box, language: str, *, chosen: bool) -> Target:
        names = tuple(own_name(name) for name in self.languages)
        colour = CARD if chosen else INK
        inner = box.shrunk(self._grid.px(8))
        label = self._label(inner, own_name(language), language, 26, colour=colour, together=names)
        plate = self._plate(box, INK) if chosen else self._plate(box, CARD, LINE)
        return Target(box, Deed.LANGUAGE, language, (plate, label))

    def _small_face(self, box: Box, score: int, *, chosen: bool) -> Target:
        face = box.shrunk(self._grid.px(9))
        ring = (_vector(box, _ring_svg()),) if chosen else ()
        return Target(box, Deed.FACE, str(score), (*ring, _vector(face, face_svg(score, outline=INK))))

    def _answer(self, boxes: Answer, option: Option, language: str, rows: bool) -> Target:
        together = tuple(text for side in Side for text in _texts(self.survey.follow_up(side), language))
        align = "start" if rows else "center"
        units = 34 if rows else 29
        pictures = (
            self._plate(boxes.card, CARD, LINE),
            self._pictogram(boxes.pictogram, option.pictogram, INK, 1.8),
            self._label(boxes.text, option.text[language], language, units, align=align, together=together),
        )
        return Target(boxes.card, Deed.ANSWER, option.id, pictures)

    def _label(
        self,
        box: Box,
        text: str,
        language: str,
        units: float,
        *,
        colour: str = INK,
        weight: int = 500,
        align: str = "center",
        together: tuple[str, ...] = (),
    ) -> Picture:
        """A text that is `units` high, though never tiny on a small screen, and down to two thirds where it must."""
        size = max(self._grid.px(units), SMALL_SIZE)
        least = max(round(size * 2 / 3), LEAST_SIZE)
        label = Label(text, language, box.width, box.height, size, least, colour, weight, align, together)
        if align == "start":  # the letters, not their margin, stand in line with what is above and below
            box = Box(box.x - label.margin, box.y, box.width, box.height)
        return Picture(box, label)

    def _pictogram(self, box: Box, name: str, ink: str, stroke: float) -> Picture:
        return _vector(box, pictogram_svg(name, ink, stroke))

    def _plate(self, box: Box, fill: str, line: str = "none") -> Picture:
        """The ground of a card or a button."""
        stroke, radius = max(2, self._grid.px(2)), self._grid.px(22)
        return _vector(box, _plate_svg(box, fill, line, stroke, radius))


def _texts(asked: FollowUp, language: str) -> tuple[str, ...]:
    return tuple(option.text[language] for option in asked.options)


def _vector(box: Box, svg: str) -> Picture:
    return Picture(box, Vector(svg, box.width, box.height))


def _plate_svg(box: Box, fill: str, line: str, stroke: int, radius: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box.width} {box.height}">'
        f'<rect x="{stroke / 2:g}" y="{stroke / 2:g}" width="{box.width - stroke}" height="{box.height - stroke}" '
        f'rx="{radius}" fill="{fill}" stroke="{line}" stroke-width="{stroke}"/></svg>'
    )


def _ring_svg() -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 104">'
        f'<circle cx="52" cy="52" r="50" fill="none" stroke="{INK}" stroke-width="4"/></svg>'
    )
