"""What all charts share: colours, numbers given in the specification, and its frame.

The specifications are Vega-Lite, written out. Altair took longer to build and check them than all the rest of a page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
Point = Mapping[str, Any]
GREEN, RED, QUIET, LINE, INK = "#157F5F", "#B8412F", "#5E6B76", "#D9D2C5", "#22303C"
"""As in the mock-ups; page.css gives the marks, by their names, the colours of dark mode."""
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def layer(mark: str, look: Mapping[str, Any], data: str, name: str = "", **encoding: Spec) -> Spec:
    """One kind of mark over the data of that name; `name` is what the style sheet knows it by."""
    named = {"name": name} if name else {}
    return {**named, "data": {"name": data}, "mark": {"type": mark, **look}, "encoding": encoding}


def quantity(field: str, **options: Any) -> Spec:  # noqa: ANN401
    """What a number of each point is drawn as."""
    return {"field": field, "type": "quantitative", **options}


def name_of(field: str) -> Spec:
    """What a text of each point is for: to be read, or to part the points by."""
    return {"field": field, "type": "nominal"}


def chart(layers: Sequence[Spec], height: int, data: Mapping[str, Sequence[Point]]) -> Spec:
    """The Vega-Lite specification: as wide as its container, `height` pixels of plot."""
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "height": height,
        "background": "transparent",
        "config": {
            "aria": False,
            "font": "Noto Sans",
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "labelColor": QUIET, "ticks": False},
        },
        "datasets": {name: list(points) for name, points in data.items()},
        "layer": list(layers),
    }
