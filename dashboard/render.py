"""Fills the templates with guarded figures in a reader's language."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contract.survey import Side
from dashboard.address import Address
from dashboard.assets import Assets
from dashboard.intervals import FEWEST, enough, satisfied, votes, wilson
from dashboard.live import Live
from dashboard.look import Look, Site, look
from dashboard.overview import view
from dashboard.overview.answer_view import answer_view
from dashboard.overview.pattern_chart import pattern_chart
from dashboard.overview.spots import places_beside
from dashboard.overview.trend_chart import trend_chart
from dashboard.overview.week import hours_of
from dashboard.people.roles import Access
from dashboard.privacy import Shown
from dashboard.reader import Reader
from dashboard.telling_apart import Often
from dashboard.today import today_at
from dashboard.wording import Words

Context = dict[str, Any]


class Renderer:
    """Makes whole pages, or the main part only for a page that is already open."""

    def __init__(
        self,
        site: Site,
        live: Live,
        assets: Assets,
        *,
        has_surveys: bool = False,
        has_mail: bool = False,
        unseen: Callable[[Access], int] | None = None,
    ) -> None:
        """`unseen` tells how many alerts somebody may see and nobody has taken note of; None where there are none."""
        self._unseen = unseen
        self._has_surveys = has_surveys
        self._has_mail = has_mail
        self._site = site
        self._live = live
        self._assets = assets
        self._templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words(self, language: str | None) -> Words:
        """Those of a language that the site has; otherwise its first."""
        known = self._site.languages
        return Words(language if language and language in known else known[0])

    def overview(self, address: Address, reader: Reader, fragment: bool) -> str:
        """The overview, as far as it is the reader's. Raises UnknownPlaceError and StoreError."""
        state = self._state(reader)  # taken first, so that a change meanwhile is shown again rather than missed
        words = self.words(address.language)
        own = reader.see(address)
        if own is None:
            return self._render("places.html", address, words, fragment, state, reader, homes=reader.access.homes())
        seen = look(self._site, own, everything=reader.sees_everything)
        name = "overview.html" if seen.span else "empty.html"
        context = _context(seen, own, reader, words, self._site.spoken) if seen.span else {}
        terminals = {"presences": seen.presences, "refused": seen.refused}
        return self._render(name, own, words, fragment, state, reader, **terminals, **context)

    def wall(self, address: Address, reader: Reader, fragment: bool) -> str:
        """What a wall screen shows of a place that the reader may see. Raises as `overview`."""
        state, words = self._state(reader), self.words(address.language)
        own = reader.see_one(address)
        today = today_at(self._site, own, words)
        return self._render("wall.html", own, words, fragment, state, reader, today=today, fewest=FEWEST)

    def message(
        self, heading: str, text: str, language: str | None, fragment: bool, reader: Reader | None, *, may_pass: bool
    ) -> str:
        """A page that says one thing; its texts are translated here. `may_pass` when asking again can answer better."""
        words = self.words(language)
        said = {"heading": words.say(heading), "text": words.say(text)}
        address = Address(language=language)
        state = self._state(reader) if may_pass and reader else ""
        return self._render("message.html", address, words, fragment, state, reader, **said)

    def page(self, template: str, address: Address, reader: Reader | None = None, **context: object) -> str:
        """A page that does not change by itself."""
        return self._render(template, address, self.words(address.language), False, "", reader, **context)

    def local(self, moment: datetime) -> datetime:
        """Local civil time."""
        return moment.astimezone(self._site.timezone)

    def _state(self, reader: Reader) -> str:
        return self._live.pulse(everything=reader.sees_everything).state

    def _render(
        self,
        template: str,
        address: Address,
        words: Words,
        fragment: bool,
        state: str,
        reader: Reader | None,
        **values: object,
    ) -> str:
        context = {"form_token": reader.form_token if reader else "", **values}
        return self._templates.get_template(template).render(
            address=address,
            asset=self._assets.href,
            fragment=fragment,
            alerts=self._unseen(reader.access) if self._unseen and reader and reader.person else None,
            has_mail=self._has_mail,
            has_surveys=self._has_surveys,
            live=bool(state),
            reader=reader,
            languages=view.languages(address, self._site.languages, words.language, words),
            say=words.say,
            say_many=words.say_many,
            state=state,
            local=self.local,
            words=words,
            **context,
        )


def _context(seen: Look, address: Address, reader: Reader, words: Words, spoken: Sequence[str]) -> Context:
    shown = seen.shown
    told = shown.languages and view.worth_telling(shown.languages, spoken)
    earlier, later = view.steps(address, seen, words)
    return {
        "shown": shown,
        "visited": view.visited(shown, words),
        "fewest": FEWEST,
        "crumbs": view.breadcrumbs(address, reader, words),
        "below": view.below(address, seen),
        "may_export": reader.may_export(address.place),
        "lengths": view.lengths(address, seen, words),
        "earlier": earlier,
        "later": later,
        "period": words.period(shown.period),
        "before": words.period(shown.period.previous()),
        "last_year": words.period(shown.period.year_before()) if shown.since_last_year else "",
        "segments": shown.scores and view.segments(shown.scores),
        "answers": {
            side: view.rows(options, {option: words.answer(option, shown.surveys) for option in options})
            for side, options in (shown.answers or {}).items()
        },
        "spoken": told and view.rows(told, {code: words.own_name(code) for code in told}),
        "unchanged": _unchanged(shown),
        "one": _answer_context(seen, address, words),
        "beside": places_beside(seen, address, words),
        "trend": _trend_context(seen, words),
        "pattern": _pattern_context(seen, words),
    }


def _trend_context(seen: Look, words: Words) -> Context | None:
    trend = seen.shown.trend
    if trend is None or not any(s.scores is not None and enough(s.scores) for s in trend.stretches):
        return None
    lines, joined = [], False
    for stretch in trend.stretches:
        known = stretch.scores is not None and enough(stretch.scores)
        share = wilson(satisfied(stretch.scores), votes(stretch.scores)) if known and stretch.scores else None
        lines.append((words.stretch(stretch), stretch.scores and votes(stretch.scores), share))
        joined = joined or (known and (stretch.start, stretch.end) not in trend.units)
    return {"spec": _data(trend_chart(trend, words)), "lines": lines, "step": trend.step, "joined": joined}


def _unchanged(shown: Shown) -> dict[Side, bool]:
    """Whether all answers of a side that can be compared have not clearly changed."""
    changed = {
        side: [shown.answers_changed[key] for key in options if key in shown.answers_changed]
        for side, options in (shown.answers or {}).items()
    }
    return {side: bool(every) and set(every) == {Often.UNCLEAR} for side, every in changed.items()}


def _answer_context(seen: Look, address: Address, words: Words) -> Context | None:
    if seen.answer is None:
        return None
    told = answer_view(seen.answer, seen, address, words)
    return {**told, "spec": told["spec"] and _data(told["spec"])}


def _pattern_context(seen: Look, words: Words) -> Context | None:
    hours = hours_of(seen.shown.pattern or {})
    if not any(isinstance(cell.votes, int) and cell.votes for cell in hours):
        return None
    lines: dict[str, list[int | str]] = {}
    for cell in sorted(hours, key=lambda cell: (cell.day, cell.hour)):
        lines.setdefault(words.weekday(cell.day), []).append(cell.votes)
    heads = sorted({cell.hour for cell in hours})
    return {"spec": _data(pattern_chart(hours, words)), "hours": heads, "lines": list(lines.items())}


def _data(value: object) -> Markup:
    """JSON that can stand in a page: no character of it can end the element."""
    return Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c"))  # noqa: S704
