"""The four faces as our own vectors, so that the terminal and the pages show the same ones.

They are told apart by mouth, eyes and brows first; colour only helps. The saddest face is sad, not angry: its brows
rise towards the middle.
"""

from msgspec import Struct

SIZE = 216
"""The faces are drawn on a square this wide."""


class Face(Struct, frozen=True):
    """One face: its colour, the ink of its features, and the features (SVG) in full and in outline.

    `strong` is its colour on black, where the features are black too. `currentColor` stands for the ink.
    """

    colour: str
    strong: str
    ink: str
    features: str
    outline: str


def _eyes(y: float, distance: float, radius: float = 17) -> str:
    left, right = SIZE / 2 - distance, SIZE / 2 + distance
    return "".join(
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="currentColor" stroke="none"/>' for x in (left, right)
    )


def _line(path: str) -> str:
    return f'<path d="{path}" fill="none"/>'


_LAUGHING_EYES = _line("M55 89Q72 65 89 89M127 89Q144 65 161 89")
_LAUGH = "M56 127H160C150 153 128 165 108 165S66 153 56 127Z"
_SMILE = _line("M65 136Q108 171 151 136")
_FROWN = _line("M70 157Q108 136 146 157")
_WORRY = _line("M53 77 85 62M163 77 131 62")
_SADNESS = _line("M61 170Q108 114 155 170")

FACES = {
    4: Face(
        "#157F5F",
        "#4FE0B0",
        "#FFFFFF",
        f'{_LAUGHING_EYES}<path d="{_LAUGH}" fill="currentColor"/>',
        f"{_LAUGHING_EYES}{_line(_LAUGH)}",
    ),
    3: Face("#7DB95B", "#C6F08A", "#17301F", _eyes(84, 36) + _SMILE, _eyes(84, 36, 15) + _SMILE),
    2: Face("#E8A33D", "#FFCF70", "#3B2708", _eyes(89, 36) + _FROWN, _eyes(89, 36, 15) + _FROWN),
    1: Face("#B8412F", "#FF9E8C", "#FFFFFF", _eyes(98, 34) + _WORRY + _SADNESS, _eyes(98, 34, 15) + _WORRY + _SADNESS),
}
"""The faces by score."""


def face_svg(score: int, outline: str | None = None, *, paper: str = "#FFFFFF", strong: bool = False) -> str:
    """The face of a score as an SVG document: in its colours, or as an outline on `paper` in the given ink.

    `strong` faces are for a black ground.
    """
    face = FACES[score]
    if outline is None:
        colour, ink = (face.strong, "#000000") if strong else (face.colour, face.ink)
        return _document(ink, 12, f'<circle cx="108" cy="108" r="108" fill="{colour}"/>', face.features)
    disc = f'<circle cx="108" cy="108" r="105" fill="{paper}" stroke="{outline}" stroke-width="6"/>'
    return _document(outline, 10, disc, face.outline)


def _document(ink: str, stroke: int, disc: str, features: str) -> str:
    features = features.replace("currentColor", ink)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">{disc}'
        f'<g stroke="{ink}" stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round">{features}</g></svg>'
    )
