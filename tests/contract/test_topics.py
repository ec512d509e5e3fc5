"""Topics: each names one terminal and one kind, and nothing else is one."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from contract.errors import RefusedError
from contract.ids import TERMINAL
from contract.topics import Kind, parse_topic, topic


@given(st.from_regex(TERMINAL, fullmatch=True), st.sampled_from(Kind))
def test_what_is_written_is_read(terminal: str, kind: Kind) -> None:
    assert parse_topic(topic(terminal, kind)) == (terminal, kind)


def test_they_are_as_documented() -> None:
    assert topic("stua-1", Kind.SHEETS) == "fjes/v1/stua-1/sheets"
    assert topic("+", Kind.HELLO) == "fjes/v1/+/hello"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fjes/v1/stua-1",
        "fjes/v1/stua-1/votes",
        "fjes/v1/stua-1/sheets/1",
        "fjes/v1/stua-1/sheets\n",
        "/fjes/v1/stua-1/sheets",
        "fjes/v2/stua-1/sheets",
        "fjes/v1//sheets",
        "fjes/v1/+/sheets",
        "fjes/v1/Stua-1/sheets",
        "fjes/v1/-stua/sheets",
        "fjes/v1/stua-/sheets",
        f"fjes/v1/{'a' * 64}/sheets",
        "fjes/v1/stuå/sheets",
        "fjes/v1/stua-1/SHEETS",
    ],
)
def test_other_topics_are_refused_by_name(text: str) -> None:
    with pytest.raises(RefusedError, match="is not fjes/v1/<terminal>/<kind>") as refused:
        parse_topic(text)
    assert repr(text) in str(refused.value)


@given(st.text())
def test_any_text_is_a_topic_or_refused(text: str) -> None:
    try:
        terminal, kind = parse_topic(text)
    except RefusedError:
        return
    assert topic(terminal, kind) == text
