"""Puts one answer into words: how many chose it, when, and where."""

from collections.abc import Mapping
from typing import Any

from contract.periods import Granularity
from contract.survey import Side
from dashboard.address import Address
from dashboard.look import Look
from dashboard.one_answer import OneAnswer
from dashboard.overview.answer_chart import answer_chart
from dashboard.overview.spots import places_of_answer
from dashboard.wording import Words


def answer_view(one: OneAnswer, seen: Look, address: Address, words: Words) -> Mapping[str, Any]:
    """All that the card of an answer tells; `spec` is None where there is nothing to draw."""
    satisfied, quarterly = one.side is Side.SATISFIED, seen.shown.period.granularity is Granularity.QUARTER
    by_quarter, by_month = (
        words.say("Votes with this answer, quarter by quarter"),
        words.say("Votes with this answer, month by month"),
    )
    return {
        "name": words.answer(one.answer, seen.shown.surveys),
        "side": one.side,
        "says": _says(one, words),
        "share": words.say("Of the satisfied") if satisfied else words.say("Of the unsatisfied"),
        "title": by_quarter if quarterly else by_month,
        "over_time": one.over_time,
        "spec": answer_chart(one.over_time, one.side, words) if any(at.asked for at in one.over_time) else None,
        "places": None if one.here.asked is None else places_of_answer(one.places, address, words),
    }


def _says(one: OneAnswer, words: Words) -> str:
    """How many chose the answer in the page's own period."""
    here, period = one.here, words.period(one.here.period)
    if here.asked is None:
        return words.say("Answers are told by month, quarter and year, when these are over.")
    if isinstance(here.count, str):
        return words.say("How many chose it in {period} is hidden, to protect visitors.", period=period)
    if here.asked and here.count is None:
        return words.say("In {period} it could not be chosen.", period=period)
    if here.share is None:
        return words.say("Too few to say")
    given = {"n": words.number(here.count or 0), "all": words.number(here.asked), "period": period}
    share = f"{words.percent(here.share.value, 0)}; {words.interval(here.share)}"
    if one.side is Side.SATISFIED:
        return words.say("In {period}, {n} of {all} satisfied visitors chose it: {share}.", share=share, **given)
    return words.say("In {period}, {n} of {all} unsatisfied visitors chose it: {share}.", share=share, **given)
