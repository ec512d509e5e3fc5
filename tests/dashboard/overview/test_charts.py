"""The charts' specifications are such as Vega-Lite draws, and say what the page says."""

from datetime import datetime
from typing import Any

import vl_convert

from contract.periods import Period
from contract.sheets import Vote
from contract.survey import Side
from dashboard.figures import figures_of
from dashboard.overview.answer_chart import answer_chart, even_steps
from dashboard.overview.charts import Spec
from dashboard.overview.pattern_chart import pattern_chart
from dashboard.overview.trend_chart import trend_chart
from dashboard.overview.week import hours_of
from dashboard.privacy import Chosen
from dashboard.wording import Words
from tests.fakes.read_store import FakeReadStore

WORDS = Words("en")


def answer() -> Spec:
    """Two silent months, one that is hidden, twelve votes, none, and a month that is not told yet."""
    counts: tuple[tuple[int | str | None, int | None], ...] = (
        (None, 0),
        (None, 0),
        ("<5", 40),
        (12, 50),
        (0, 30),
        (None, None),
    )
    months = [Chosen(Period.parse(f"2023-{n:02}"), None, *one) for n, one in enumerate(counts, 1)]
    return answer_chart(months, Side.SATISFIED, WORDS)


def trend() -> Spec:
    """Of a month: three days in a row, one alone, and silence about them."""
    store = FakeReadStore()
    for day in (6, 7, 8, 20):
        store.vote(datetime(2023, 3, day, 14), Vote(4, "nb"), times=9 + day)
        store.vote(datetime(2023, 3, day, 14), Vote(1, "nb"))
    found = figures_of(store, Period.parse("2023-03"), None, datetime(2024, 1, 1)).trend
    assert found is not None
    return trend_chart(found, WORDS)


def pattern() -> Spec:
    return pattern_chart(hours_of({"1-9": 12, "1-10": "<5", "5-9": 0, "5-10": 7}), WORDS)


def drawn(spec: Spec) -> str:
    """As in a container 600 pixels wide."""
    return vl_convert.vegalite_to_svg({**spec, "width": 600})


def layer_of(spec: Spec, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(layer for layer in spec["layer"] if layer.get("name") == name)
    return found


def test_the_trend_is_drawn_with_its_band_a_day_that_stands_alone_and_the_silences() -> None:
    spec = trend()
    svg = drawn(spec)
    for name in ("silence", "band", "alone", "line", "shares"):
        assert f"{name}_marks" in svg
    assert ">silent<" in svg
    assert ">100%<" in svg
    assert [point["x"] for point in spec["datasets"]["points"]] == [5.5, 6.5, 7.5, 19.5]
    assert [point["x"] for point in spec["datasets"]["alone"]] == [19.5]
    assert spec["datasets"]["points"][0]["says"].startswith("6 Mar: 93.8% (95% sure to lie between ")


def test_the_pattern_shades_numbers_and_outlines_what_is_hidden() -> None:
    spec = pattern()
    assert "squares_marks" in drawn(spec)
    assert [point["says"] for point in spec["datasets"]["hidden"]] == ["Mon 10–11: <5"]
    assert layer_of(spec, "squares")["encoding"]["fillOpacity"]["scale"]["domain"] == [0, 12]


def test_every_layer_draws_numbers_that_are_given() -> None:
    for spec in (trend(), pattern()):
        assert {layer["data"]["name"] for layer in spec["layer"]} == set(spec["datasets"])


def test_one_answer_is_drawn_with_its_hidden_numbers_and_its_gaps() -> None:
    spec = answer()
    svg = drawn(spec)
    assert svg.count("Jan 2023") == 1
    data = spec["datasets"]
    assert [(gap["from"], gap["to"], gap["label"]) for gap in data["gaps"]] == [(0, 2, "silent"), (5, 6, "")]
    assert [gap["middle"] for gap in data["silences"]] == [1.0]
    assert [(point["middle"], point["label"]) for point in data["named"]] == [(2.5, "<5"), (4.5, "0")]
    assert [(point["top"], point["says"]) for point in data["columns"]] == [
        (12, "April 2023: 12"),
        (0, "May 2023: 0"),
    ]
    assert len({point["top"] for point in data["hidden"]}) == 1, "which tells nothing of the number"


def test_a_count_is_drawn_on_whole_even_steps() -> None:
    assert even_steps(1) == [0, 1]
    assert even_steps(7) == [0, 2, 4, 6, 8]
    assert even_steps(321) == [0, 100, 200, 300, 400]
    assert even_steps(40_001)[-1] >= 40_001
