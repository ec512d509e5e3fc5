"""An alert in words: a short name, and one kind sentence. The same on the page and in what is sent."""

from math import ceil

from contract.periods import Period
from dashboard.noted import noted
from dashboard.people.alerts import COLLECTOR, SUSPECTS, Happening, Kind
from dashboard.wording import Words

ALERTS = "/alerts"
"""The page of alerts."""
_NAMES = {
    Kind.SILENT: noted("A terminal is away"),
    Kind.FAULT: noted("A terminal should be looked at"),
    Kind.QUIET: noted("No votes come"),
    Kind.UNSATISFIED: noted("More unsatisfied than usual"),
    Kind.BURST: noted("Unusually many votes"),
    Kind.BEST: noted("The best month yet"),
    Kind.CERTIFICATE: noted("A certificate ends"),
    Kind.DISK: noted("A disk is nearly full"),
}
_ENDS = {
    "server": noted("The broker's certificate ends in {days} days at most. It is renewed by: fjes broker renew"),
    "authority": noted("The certificate of the site's authority ends in {days} days at most."),
}
_ENDED = {
    "server": noted("The broker's certificate has ended. It is renewed by: fjes broker renew"),
    "authority": noted("The certificate of the site's authority has ended; terminals need new bundles."),
}
_FULL = {
    "store": noted("Little room is left for the votes on the server's disk: {megabytes} MB."),
    "backups": noted("Little room is left for backups on the server's disk: {megabytes} MB."),
}
"""By what deploy calls them."""


def name(happening: Happening, words: Words) -> str:
    """A few words, as a heading."""
    if happening.subject == COLLECTOR:
        return words.say("Votes are not collected")
    return words.say(_NAMES[happening.kind])


def sentence(happening: Happening, words: Words) -> str:
    """What is the matter, and where."""
    place = happening.place or words.say("all places")
    match happening.kind:
        case Kind.SILENT if happening.subject == COLLECTOR:
            return words.say(
                "For half an hour the collector has not run, or has not reached the broker. "
                "Terminals keep their votes until it does."
            )
        case Kind.SILENT:
            text = noted("{terminal} ({place}) has not been connected for half an hour in which it is open there.")
            return words.say(text, terminal=happening.subject, place=place)
        case Kind.FAULT:
            terminal, _, fault = happening.subject.partition(" ")
            return words.say(
                "{terminal} should be looked at: {faults}", terminal=terminal, faults=words.faults([fault])
            )
        case Kind.CERTIFICATE:
            days = ceil(happening.said.get("days", 0))
            return words.say((_ENDS if days > 0 else _ENDED)[happening.subject], days=words.number(days))
        case Kind.DISK:
            room = int(happening.said.get("megabytes", 0))
            return words.say(_FULL[happening.subject], megabytes=words.number(room))
        case _:
            return _of_votes(happening, place, words)


def _of_votes(happening: Happening, place: str, words: Words) -> str:
    when = Period.parse(happening.period)
    values = {
        "place": place,
        "period": words.period(when),
        "votes": words.number(int(happening.said.get("votes", 0))),
        "suspects": words.number(int(happening.said.get("suspects", 0))),
        "satisfied": words.percent(happening.said.get("satisfied", 0)),
    }
    match happening.kind:
        case Kind.QUIET:
            return words.say("{place} has had no vote since {period}, and usually there are some.", **values)
        case Kind.UNSATISFIED:
            text = noted("{place}, {period}: {satisfied} of {votes} votes were satisfied, fewer than chance explains.")
        case Kind.BEST:
            text = noted(
                "{place}, {period}: {satisfied} of {votes} votes were satisfied, more than in any month before."
            )
        case _ if happening.subject == SUSPECTS:
            text = noted("{place}, {period}: {suspects} suspect votes, far more than usual. Somebody may have played.")
        case _:
            text = noted("{place}, {period}: {votes} votes, far more than is usual on that day of the week.")
    return words.say(text, **values)
