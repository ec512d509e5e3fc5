"""What the overview shows as a table for spreadsheets: the same guarded numbers, and nothing else."""

import csv
import io
from collections.abc import Iterator, Mapping

from dashboard.document import Document, document
from dashboard.privacy import Shown

_HEAD = ("figure", "of", "value")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""
_CROSSINGS = ("answers", "languages")


def as_shown(shown: Shown) -> Document:
    """The document for who may see the page, which shows no crossings where nobody voted.

    So it names no answer and no language that is offered elsewhere only.
    """
    return document(shown) | ({} if shown.votes else dict.fromkeys(_CROSSINGS))


def figures_csv(shown: Shown) -> bytes:
    """One number a line. What is not known is empty, and a hidden number is as on the page, as "<5"."""
    text = io.StringIO(_BYTE_ORDER_MARK)
    text.seek(0, io.SEEK_END)
    rows = csv.writer(text)
    rows.writerow(_HEAD)
    figures = {name: value for name, value in as_shown(shown).items() if shown.votes or name not in _CROSSINGS}
    rows.writerows(_lines(figures, "", ""))
    return text.getvalue().encode()


def _lines(value: object, figure: str, of: str) -> Iterator[tuple[str, str, object]]:
    """Figures by name, and within by what they are of, as `satisfied help`."""
    if isinstance(value, Mapping):
        for key, within in value.items():
            yield from _lines(within, figure or key, f"{of} {key}".strip() if figure else "")
    else:
        yield figure, of, "" if value is None else value
