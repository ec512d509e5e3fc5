"""The pages about surveys themselves: who may see which, and what stands on them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.pages import AnyRequest, language_of
from dashboard.people.roles import Role
from dashboard.places import UnknownPlaceError
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.surveys import view
from dashboard.surveys.desk import SIZES, Desk, Editing, Size

SURVEYS, EDIT, LOOK = "/surveys", "/surveys/edit", "/surveys/publish"


@dataclass(frozen=True, slots=True)
class SurveyPages:
    """The pages as the one who asks may see them."""

    request: AnyRequest
    renderer: Renderer
    reader: Reader
    desk: Desk

    def list_page(self, *, problem: str = "") -> Response[str]:
        """What terminals ask, place by place."""
        desk, words = self.desk, self.renderer.words(language_of(self.request))
        mine = [place for place in desk.places_with_around() if self.reader.access.may(Role.MANAGER, place)]
        told = desk.showing(view.worth_showing(mine, self.reader, desk.told_of()))
        showings = [(one, view.question_of(one, words), view.hours_told(one.opening or (), words)) for one in told]
        return self._page("surveys.html", SURVEYS, None, problem, showings=showings, mine=mine, today=desk.today())

    def form_page(self, editing: Editing, beside: str | None, *, problem: str = "") -> Response[str]:
        """The form, in two languages side by side."""
        words = self.renderer.words(language_of(self.request))
        given = view.editor(editing, self.desk.given.languages, beside, words)
        return self._page("survey_edit.html", EDIT, editing.place, problem, **given)

    def look_over(self, place: str, beside: str | None, size: str | None, *, problem: str = "") -> Response[str]:
        """How a terminal would show the draft, and the button that publishes it."""
        desk, words = self.desk, self.renderer.words(language_of(self.request))
        editing, languages = desk.editing(place), desk.given.languages
        return self._page(
            "survey_look.html",
            LOOK,
            place,
            problem,
            editing=editing,
            draws=desk.given.draw is not None,
            screens=view.screens(editing.draft, words),
            tabs=view.tabs(editing.draft, languages, words),
            lacks=sum(editing.draft.missing(languages).values()),
            beside=beside if beside in languages else languages[0],
            size=self.size_of(size),
            sizes=dict.fromkeys((desk.given.size, *SIZES)),
            version=desk.version(editing.draft),
            today=desk.today(),
        )

    def own_place(self, place: str | None) -> str:
        """A place that the reader is a manager of; any other is as if it were not there."""
        place = (place or "").strip("/ ")
        if not self.reader.access.may(Role.MANAGER, place) or place not in self.desk.places_with_around():
            raise UnknownPlaceError(f"place {place!r} is not known; no terminal stands there")
        return place

    def size_of(self, text: str | None) -> Size:
        """One of the sizes that are offered; a stranger's could take all memory."""
        given = self.desk.given.size
        named = {f"{width}x{height}": (width, height) for width, height in (given, *SIZES)}
        return named.get(text or "", given)

    def go_to(self, path: str, place: str = "", beside: str | None = None) -> Redirect:
        href = Address(place=place or None, language=language_of(self.request), path=path).href()
        if beside:
            href += f"{'&' if '?' in href else '?'}{urlencode({'beside': beside})}"
        return Redirect(href, status_code=303)

    def _page(self, template: str, path: str, place: str | None, problem: str, **given: Any) -> Response[str]:  # noqa: ANN401
        address = Address(place=place or None, language=language_of(self.request), path=path)
        said = self.renderer.words(address.language).say(problem) if problem else ""
        text = self.renderer.page(template, address, self.reader, problem=said, **given)
        return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


def survey_pages(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    desk: NamedDependency[Desk],
) -> SurveyPages:
    """What the handlers ask for as `surveys`."""
    return SurveyPages(request, pages, reader, desk)
