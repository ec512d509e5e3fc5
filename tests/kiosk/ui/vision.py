"""Colours as others see them: contrast by WCAG 2.2, and sight without red or green cones, or in greys."""

from collections.abc import Sequence

Colour = tuple[float, float, float]
"""Red, green, blue, each 0 to 1 in light (not in the screen's own steps)."""
Matrix = tuple[Colour, Colour, Colour]

_SAME: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
_LIGHT = (0.2126, 0.7152, 0.0722)
SIGHTS: dict[str, Matrix] = {
    "usual": _SAME,
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "greyscale": (_LIGHT, _LIGHT, _LIGHT),
}
"""G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of Color Vision
Deficiency, IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0, on linear light."""


def light(colour: str | Sequence[int]) -> Colour:
    """A colour as `#22303C`, or as three steps of 0 to 255, in light."""
    steps = bytes.fromhex(colour[1:]) if isinstance(colour, str) else colour
    red, green, blue = (_linear(step / 255) for step in steps[:3])
    return red, green, blue


def _linear(step: float) -> float:
    return step / 12.92 if step <= 0.04045 else ((step + 0.055) / 1.055) ** 2.4


def seen(colour: Colour, sight: str) -> Colour:
    """The colour that usual eyes would have to see to have the same impression."""
    red, green, blue = (
        min(1.0, max(0.0, sum(part * share for part, share in zip(colour, row, strict=True)))) for row in SIGHTS[sight]
    )
    return red, green, blue


def luminance(colour: Colour) -> float:
    return sum(part * share for part, share in zip(colour, _LIGHT, strict=True))


def contrast(a: Colour, b: Colour) -> float:
    """1 to 21."""
    darker, lighter = sorted((luminance(a), luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)
