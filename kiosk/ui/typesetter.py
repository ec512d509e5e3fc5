"""Text and vectors to pictures, through typst, which shapes and breaks every script right (Kivy's own text does not).

Knows nothing of Kivy, so that whether a text fits can be told without a window. As a program it draws for a studio.
"""

import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg
import msgspec
import typst

from kiosk.ui.drawing import Drawing, Fit, Label


class Typesetter:
    """A typst compiler kept alive. Call from one thread only."""

    def __init__(self) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[*dict.fromkeys(_font_directories())]
        )
        self._compiler = typst.Compiler(Path(__file__).with_name("label.typ"), font_paths=fonts)
        self._families = tuple(family.name for family in _families())

    def png(self, drawing: Drawing) -> bytes:
        """The drawing as a PNG of its own size on a transparent ground."""
        page = self._compiler.compile(format="png", ppi=72, sys_inputs=self._inputs(drawing))
        assert isinstance(page, bytes)
        return page

    def fit(self, label: Label) -> Fit:
        """How a label would be drawn."""
        self.png(label)  # a query takes its inputs from the last compilation
        found = self._compiler.query("<fit>", field="value", one=True)
        return msgspec.json.decode(found, type=Fit)

    def _inputs(self, drawing: Drawing) -> dict[str, str]:
        task: dict[str, Any] = msgspec.to_builtins(drawing)
        if isinstance(drawing, Label):
            together = drawing.together or (drawing.text,)
            task |= {"fonts": self._families, "together": together, "margin": drawing.margin}
        return {"task": msgspec.json.encode(task).decode()}


@cache
def _families() -> tuple[fontpkg.Family, ...]:
    """Noto Sans first, then its siblings for other scripts, as installed."""
    found = (family for slug, family in fontpkg.families().items() if slug.startswith("noto-sans"))
    return tuple(sorted(found, key=lambda family: len(family.slug)))


def _font_directories() -> Iterator[str]:
    for family in _families():
        for file in family.files:
            yield str(file.path.parent)


def main() -> None:
    """Reads drawings, writes their PNGs, each after its length in 4 bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the terminal, whose end closes the pipe
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    typesetter = Typesetter()
    for drawing in msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Drawing, ...]):
        png = typesetter.png(drawing)
        sys.stdout.buffer.write(len(png).to_bytes(4) + png)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
