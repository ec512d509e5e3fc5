"""The fonts that everything is written in, on screen and on paper: Noto Sans and its siblings, as installed."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fontpkg
import typst

import locales


def load() -> tuple[typst.Fonts, tuple[str, ...]]:
    """The fonts for typst, and the names of their families in the order in which a letter is looked for."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[*dict.fromkeys(_directories())]
    )
    known = [family.name for family in _families()]
    return fonts, (*known, *(name for name in sorted(fonts.families()) if name not in known))


@cache
def _families() -> tuple[fontpkg.Family, ...]:
    """Noto Sans first, then its siblings for other scripts."""
    found = (family for slug, family in fontpkg.families().items() if slug.startswith("noto-sans"))
    return tuple(sorted(found, key=lambda family: len(family.slug)))


def _directories() -> Iterator[str]:
    """Of the installed families, and of the languages whose script none of them has: `locales/<language>/fonts/`."""
    for family in _families():
        for file in family.files:
            yield str(file.path.parent)
    for directory in sorted(Path(locales.__path__[0]).glob("*/fonts")):
        yield str(directory)
