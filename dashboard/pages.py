"""The pages' addresses: the overview, the stream of changes, and what the overview loads."""

from typing import Annotated, Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import ServerSentEvent
from markupsafe import Markup

from contract.survey import Side
from dashboard import view
from dashboard.address import Address
from dashboard.assets import Assets
from dashboard.charts import pattern_chart, trend_chart
from dashboard.intervals import FEWEST, enough, satisfied, votes, wilson
from dashboard.live import Live
from dashboard.look import Look, Site, look
from dashboard.wording import Words

FRAGMENT_HEADER = "X-Fragment"
FOREVER = "public, max-age=31536000, immutable"
AnyRequest = Request[Any, Any, Any]
Query = Annotated[str | None, Parameter(required=False)]


class Renderer:
    """Fills the templates: a whole page, or its main part only for a page that is already open."""

    def __init__(self, site: Site, live: Live, assets: Assets) -> None:
        self._site = site
        self._live = live
        self._assets = assets
        self._templates = Environment(
            loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def words(self, language: str | None) -> Words:
        return Words(language if language in self._site.languages else self._site.languages[0])

    def overview(self, address: Address, fragment: bool) -> str:
        """The overview. Raises UnknownPlaceError and StoreError."""
        state = self._live.state  # taken first, so that a change meanwhile is shown again rather than missed
        seen = look(self._site, address)
        words = self.words(address.language)
        name = "overview.html" if seen.span else "empty.html"
        context = _context(seen, address, words) if seen.span else {}
        return self._render(name, address, words, fragment, state, online=seen.online, refused=seen.refused, **context)

    def message(self, heading: str, text: str, language: str | None, fragment: bool) -> str:
        """A page that says one thing; its texts are translated here."""
        words = self.words(language)
        said = {"heading": words.say(heading), "text": words.say(text)}
        return self._render("message.html", Address(language=language), words, fragment, self._live.state, **said)

    def _render(
        self, template: str, address: Address, words: Words, fragment: bool, state: str, **context: object
    ) -> str:
        return self._templates.get_template(template).render(
            address=address,
            asset=self._assets.href,
            fragment=fragment,
            languages=view.languages(address, self._site.languages, words.language, words),
            say=words.say,
            say_many=words.say_many,
            state=state,
            words=words,
            **context,
        )


def is_fragment(request: AnyRequest) -> bool:
    return FRAGMENT_HEADER in request.headers


def language_of(request: AnyRequest) -> str | None:
    language = request.query_params.get("language")
    return language if isinstance(language, str) else None


@get("/", media_type="text/html", sync_to_thread=True)
def overview(
    request: AnyRequest, pages: Renderer, period: Query = None, place: Query = None, language: Query = None
) -> str:
    return pages.overview(Address.parse(period, place, language), is_fragment(request))


@get("/live")
async def changes(live: Live) -> ServerSentEvent:
    return ServerSentEvent(live.stream(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@get("/assets/{edition:str}/{name:str}", sync_to_thread=True)
def asset(assets: Assets, edition: str, name: str) -> Response[bytes]:
    found = assets.find(edition, name)
    if found is None:
        raise NotFoundException
    headers = {"Cache-Control": FOREVER, "Content-Encoding": "gzip"}
    return Response(found.compressed(), media_type=found.media_type, headers=headers)


HANDLERS = [overview, changes, asset]


def _context(seen: Look, address: Address, words: Words) -> dict[str, Any]:
    shown = seen.shown
    earlier, later = view.steps(address, seen, words)
    sides = shown.answers or {}
    return {
        "shown": shown,
        "fewest": FEWEST,
        "crumbs": view.breadcrumbs(address, words),
        "below": view.below(address, seen),
        "lengths": view.lengths(address, seen, words),
        "earlier": earlier,
        "later": later,
        "period": words.period(shown.period),
        "before": words.period(shown.period.previous()),
        "segments": shown.scores and view.segments(shown.scores),
        "answers": {
            side: view.rows(sides[side], {o: words.answer(o, shown.surveys) for o in sides[side]})
            for side in Side
            if side in sides
        },
        "spoken": shown.languages
        and view.rows(shown.languages, {code: words.own_name(code) for code in shown.languages}),
        "trend": _trend_context(seen, words),
        "pattern": _pattern_context(seen, words),
    }


def _trend_context(seen: Look, words: Words) -> dict[str, Any] | None:
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


def _pattern_context(seen: Look, words: Words) -> dict[str, Any] | None:
    pattern = seen.shown.pattern
    if pattern is None or not any(isinstance(count, int) and count for count in pattern.values()):
        return None
    hours = sorted({int(key.partition("-")[2]) for key, count in pattern.items() if count})
    days = sorted({int(key.partition("-")[0]) for key, count in pattern.items() if count})
    lines = [(words.weekday(day), [pattern[f"{day}-{hour}"] for hour in hours]) for day in days]
    return {"spec": _data(pattern_chart(pattern, words)), "hours": hours, "lines": lines}


def _data(value: object) -> Markup:
    """JSON that can stand in a page: no character of it can end the element."""
    return Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c"))  # noqa: S704
