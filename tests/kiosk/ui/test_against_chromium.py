"""Arabic and Thai as Chromium draws them: the same words, font, size and width give the same lines and letters.

The pictures side by side are kept for a person to look at; where, pytest says with -s.
"""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import fontpkg
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps

from kiosk.session import Appearance
from kiosk.ui.drawing import Label
from kiosk.ui.layout import Panel
from tests.browser import open_browser
from tests.kiosk.ui.samples import drawn, picture, scenes, views

pytestmark = pytest.mark.e2e

ALIKE = 0.8
"""Least share of the ink that both have in the same place; half a pixel's shift of all edges leaves some 0.9."""
PITCH = {"ar": 1.6 - 0.12, "th": 1.511 - 0.12}
"""From line to line in kiosk/ui/label.typ, in parts of the size."""
SLACK, NEAR = 2, 2
"""Pixels that Chromium gets more, as its words are wider by a fraction of one; and that its ink may be larger."""


def texts(language: str) -> list[Label]:
    """Every text of the screens in one language, as it is drawn on a usual screen, and larger on a small one."""
    found = [
        picture.drawing
        for size, appearance in (((1280, 800), Appearance.NORMAL), ((800, 480), Appearance.LARGE))
        for view in views(language, appearance)
        for picture in scenes(Panel.of(size)).of(view).all_pictures()
    ]
    every = [label for label in found if isinstance(label, Label) and label.language == language]
    return list({(label.text, label.size): label for label in every}.values())


@pytest.mark.parametrize("language", ["ar", "th"])
def test_every_text_is_drawn_as_chromium_draws_it(language: str, tmp_path: Path) -> None:
    labels = texts(language)
    assert len(labels) > 30
    rows, unlike = [], []
    for label, theirs in zip(labels, chromium(labels), strict=True):
        ours = ImageOps.invert(picture(label).getchannel("A"))
        rows.append((ours, theirs))
        if not same_lines(ours, theirs) or alike(ours, theirs) < ALIKE:
            unlike.append((label.text, softened(ours).size, softened(theirs).size, alike(ours, theirs)))
    sheet(rows).save(tmp_path / f"{language}.png")
    print(tmp_path / f"{language}.png")
    assert unlike == []


def chromium(labels: list[Label]) -> Iterator[Image.Image]:
    """Each text in black on white, in the width that our own drawing of it has."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_content(f"<style>{fonts()}</style>" + "".join(map(block, labels)))
        page.evaluate("document.fonts.ready")
        places = page.evaluate("[...document.querySelectorAll('div')].map(div => div.getBoundingClientRect().toJSON())")
        whole = Image.open(BytesIO(page.screenshot(full_page=True))).convert("L")
    for place in places:
        yield whole.crop(tuple(round(place[side]) for side in ("left", "top", "right", "bottom")))


def block(label: Label) -> str:
    fit, (width, _), _ = drawn(label)
    way = "rtl" if label.language == "ar" else "ltr"
    style = (
        f"width: {width - 2 * label.margin + SLACK}px; padding: {label.size}px; text-align: {label.align};"
        f"font: {label.weight} {fit.size}px/{PITCH[label.language]} {family()}; text-rendering: geometricPrecision"
    )
    return f'<div lang="{label.language}" dir="{way}" style="{escape(style)}">{escape(label.text)}</div>'


def family() -> str:
    """In the typesetter's order."""
    names = (f.name for slug, f in fontpkg.families().items() if slug.startswith("noto-sans"))
    return ", ".join(f"'{name}'" for name in sorted(names, key=len))


@cache
def fonts() -> str:
    faces = []
    for slug, found in fontpkg.families().items():
        upright = [file.path for file in found.files if "Italic" not in file.path.name]
        if slug.startswith("noto-sans"):
            data = b64encode(upright[0].read_bytes()).decode()
            faces.append(
                f"@font-face {{font-family: '{found.name}'; font-weight: 100 900; src: url(data:;base64,{data})}}"
            )
    return "".join(faces)


def same_lines(a: Image.Image, b: Image.Image) -> bool:
    """Whether the ink is as high and as wide: another break would make it higher, lower, wider or narrower."""
    first, second = softened(a), softened(b)
    return abs(first.height - second.height) <= NEAR and abs(first.width - second.width) <= NEAR


def alike(a: Image.Image, b: Image.Image) -> float:
    """The share of ink in common, 0 to 1, with one laid over the other as well as a pixel's shift allows."""
    first, second = softened(a), softened(b)
    size = max(first.width, second.width) + 2, max(first.height, second.height) + 2
    first = spread(first, size)
    shifts = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return max(common(first, ImageChops.offset(spread(second, size), x, y)) for x, y in shifts)


def common(a: Image.Image, b: Image.Image) -> float:
    return amount(ImageChops.darker(a, b)) / amount(ImageChops.lighter(a, b))


def softened(image: Image.Image) -> Image.Image:
    ink = ImageOps.invert(image)
    return ink.crop(ink.point(lambda step: 255 if step > 64 else 0).getbbox()).filter(ImageFilter.GaussianBlur(1.2))


def spread(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    whole = Image.new("L", size)
    whole.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return whole


def amount(image: Image.Image) -> int:
    return sum(step * count for step, count in enumerate(image.histogram()))


def sheet(rows: list[tuple[Image.Image, Image.Image]]) -> Image.Image:
    """Ours on the left, Chromium's on the right."""
    left = max(ours.width for ours, _ in rows)
    width, height = left + max(theirs.width for _, theirs in rows), sum(max(a.height, b.height) for a, b in rows)
    whole, top = Image.new("L", (width, height), 255), 0
    for ours, theirs in rows:
        whole.paste(ours, (0, top))
        whole.paste(theirs, (left, top))
        top += max(ours.height, theirs.height)
    return whole
