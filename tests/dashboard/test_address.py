"""Addresses and the way from one period to another."""

from datetime import datetime

import pytest

from contract.errors import RefusedError
from contract.periods import Granularity, Period
from dashboard.address import Address, default_period, neighbours, of_length

P = Period.parse
NOW = datetime(2026, 11, 21, 16)
SPAN = (P("2023-01-02"), P("2023-12-29"))


def test_the_address_holds_the_whole_state() -> None:
    address = Address.parse("2023-03", "oslo/pro/", "nb")
    assert address.href() == "/?period=2023-03&place=oslo/pro&language=nb"
    assert address.in_place(None) == "/?period=2023-03&language=nb"
    assert address.at(P("2023")) == "/?period=2023&place=oslo/pro&language=nb"
    assert address.in_language("en").endswith("language=en")
    asked = Address.parse("2023-03", "oslo", "nb", "wait")
    assert asked.href() == "/?period=2023-03&place=oslo&answer=wait&language=nb"
    assert asked.at(P("2023")) == "/?period=2023&place=oslo&answer=wait&language=nb"
    assert asked.about(None) == "/?period=2023-03&place=oslo&language=nb#why"
    assert address.about("help") == "/?period=2023-03&place=oslo/pro&answer=help&language=nb#answer"
    assert address.home() == "/?language=nb"
    assert Address.parse(None, None, None).href() == "/"


@pytest.mark.parametrize("text", ["2023-13", "20", "2023-03-07T14+01:00", "2023..2024"])
def test_no_other_range_can_be_asked_for(text: str) -> None:
    with pytest.raises(RefusedError):
        Address.parse(text, None, None)


def test_without_a_period_it_is_this_month_or_the_latest_with_votes() -> None:
    assert default_period(None, NOW) == P("2026-11")
    assert default_period(SPAN, NOW) == P("2023-12")
    assert default_period((SPAN[0], P("2026-11-20")), NOW) == P("2026-11")


def test_a_shorter_period_is_the_one_with_the_latest_votes() -> None:
    assert of_length(Granularity.MONTH, P("2023"), SPAN, NOW) == P("2023-12")
    assert of_length(Granularity.DAY, P("2023"), SPAN, NOW) == P("2023-12-29")
    assert of_length(Granularity.DAY, P("2023-03"), SPAN, NOW) == P("2023-03-31")
    assert of_length(Granularity.DAY, P("2026"), None, NOW) == P("2026-11-21")
    assert of_length(Granularity.YEAR, P("2023-03"), SPAN, NOW) == P("2023")


def test_steps_stay_where_votes_can_be() -> None:
    assert neighbours(P("2023"), SPAN, NOW) == (None, P("2024"))
    assert neighbours(P("2026-11"), SPAN, NOW) == (P("2026-10"), None)
    assert neighbours(P("2026-11"), None, NOW) == (None, None)
