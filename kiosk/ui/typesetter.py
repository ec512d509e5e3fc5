"""Text and vectors to pictures, through typst, which shapes and breaks every script right (Kivy's own text does not).

Knows nothing of Kivy, so that whether a text fits can be told without a window. As a program it draws for a studio.
"""

import re
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec
import typst

from kiosk.ui.drawing import Drawing, Fit, Label
from locales import fonts


class Typesetter:
    """A typst compiler kept alive. Call from one thread only."""

    def __init__(self) -> None:
        installed, self._families = fonts.load()
        self._compiler = typst.Compiler(Path(__file__).with_name("label.typ"), font_paths=installed)

    def png(self, drawing: Drawing) -> bytes:
        """The drawing as a PNG of its own size on a transparent ground."""
        page = self._compiler.compile(format="png", ppi=72, sys_inputs=self._inputs(drawing))
        assert isinstance(page, bytes)
        return page

    def fitted(self, label: Label) -> tuple[bytes, Fit]:
        """The label's PNG, and how it came to fit its box."""
        page = self.png(label)
        found = self._compiler.query("<fit>", field="value", one=True)  # takes its inputs from the last compilation
        return page, msgspec.json.decode(found, type=Fit)

    def fit(self, label: Label) -> Fit:
        """How a label would be drawn."""
        return self.fitted(label)[1]

    def lacking(self, label: Label) -> str:
        """The first letter of it that no installed font has; empty when all of it can be drawn.

        A picture has an empty box there, without a word; only an accessible PDF is refused for it.
        """
        try:
            self._compiler.compile(format="pdf", pdf_standards="ua-1", sys_inputs=self._inputs(label))
        except typst.TypstError as error:
            if found := re.search(r'the text `"(.+)"` could not be displayed', str(error)):
                return found[1]
            raise
        return ""

    def _inputs(self, drawing: Drawing) -> dict[str, str]:
        task: dict[str, Any] = msgspec.to_builtins(drawing)
        if isinstance(drawing, Label):
            together = drawing.together or (drawing.text,)
            task |= {"fonts": self._families, "together": together, "margin": drawing.margin}
        return {"task": msgspec.json.encode(task).decode()}


def main() -> None:
    """Reads drawings, answers each with its PNG; both come after their length in 4 bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the terminal, whose end closes the pipe
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    typesetter = Typesetter()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while length := int.from_bytes(source.read(4)):
        drawing: Drawing = msgspec.msgpack.decode(source.read(length), type=Drawing)
        png = typesetter.png(drawing)
        sink.write(len(png).to_bytes(4) + png)
        sink.flush()


if __name__ == "__main__":
    main()
