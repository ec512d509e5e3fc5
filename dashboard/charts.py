"""What both charts share: colours, numbers given in the specification, and its last touches."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

Spec = dict[str, Any]
Point = Mapping[str, Any]
GREEN, QUIET, LINE, INK = "#157F5F", "#5E6B76", "#D9D2C5", "#22303C"
"""As in the mock-ups; page.css gives the marks, by their names, the colours of dark mode."""


def chart_of(points: Sequence[Point], **options: Any) -> alt.Chart:  # noqa: ANN401
    """A chart of a few explicit numbers."""
    return alt.Chart(alt.Data(values=list(points)), **options)  # type: ignore[no-untyped-call]


def finished(layers: Sequence[alt.Chart], height: int) -> Spec:
    """The Vega-Lite specification: as wide as its container, `height` pixels of plot."""
    chart = alt.LayerChart(layer=list(layers)).properties(width="container", height=height, background="transparent")
    dressed = chart.configure(font="Noto Sans", aria=False).configure_view(stroke=None)
    spec: Spec = dressed.configure_axis(labelFontSize=12, labelColor=QUIET, ticks=False).to_dict()
    return spec
