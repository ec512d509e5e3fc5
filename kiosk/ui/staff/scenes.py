"""The staff corner's pages as scenes, from its view alone: plates and words, and no picture to guess at."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from contract.survey import Survey
from kiosk.staff.pin import LONGEST
from kiosk.staff.throttle import RESTS
from kiosk.staff.view import Act, Page, View
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel
from kiosk.ui.look import LOOKS
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.staff import layout
from kiosk.ui.staff.words import DOMAIN, Row, Words
from kiosk.ui.target import Deed, Picture, Scene, Target
from kiosk.view import LOUDEST, QUIETEST, Appearance
from locales.catalogue import own_name
from locales.prompts import Prompt

LOOK = LOOKS[Appearance.NORMAL]


class StaffScenes:
    """The scenes of the staff corner on one panel, for a survey in the site's languages."""

    def __init__(self, survey: Survey, languages: Sequence[str], panel: Panel, words: Words) -> None:
        self._survey = survey
        self._languages = tuple(languages)
        self._panel = panel
        self._words = words
        self._brush = Brush(panel, LOOK)
        self.cells = layout.Cells(panel)

    def of(self, view: View) -> Scene:
        """What to show for a view."""
        match view.page:
            case Page.PAD:
                return self._pad(view)
            case Page.HOME:
                return self._home(view)
            case Page.LANGUAGES:
                return self._language_test(view)
            case Page.TOUCH:
                return self._touch_test(view)
            case Page.LEAVING:
                return self._leaving()

    def ahead(self, view: View) -> Iterator[Scene]:
        """What may be shown soon after a view, so that it can be drawn meanwhile."""
        if view.page is Page.PAD:
            pad = View(Page.PAD)
            yield from map(self._pad, (replace(pad, digits=1), replace(pad, checking=True), replace(pad, wrong=True)))
            yield from (self._pad(replace(pad, rest=rest)) for rest in RESTS)
            return
        yield self._home(replace(view, part=view.part + 1))
        yield self._touch_test(replace(view, marked=frozenset(list(self.cells.boxes)[::2])))
        yield self._leaving()
        for language in self._languages:
            yield self._language_test(replace(view, heard=language))
        for volume in range(QUIETEST, LOUDEST + 1):
            yield self._language_test(replace(view, volume=volume))

    def parts(self, view: View) -> int:
        """How many pages the facts need."""
        rows = self._words.rows(view.facts)
        most = len(layout.home(self._panel, len(self._home_acts(2))).rows)
        return -(-len(rows) // most)

    def _pad(self, view: View) -> Scene:
        boxes = layout.pad(self._panel, LONGEST)
        say = self._words.say
        if view.rest:
            notice = self._words.rest(view.rest)
        elif view.checking:
            notice = say("Just a moment")
        else:
            notice = say("That is not the PIN.") if view.wrong else ""
        named = {"erase": (Act.ERASE, say("Erase")), "enter": (Act.ENTER, say("OK"))}
        words = tuple(word for _, word in named.values())
        return _scene(
            (
                self._label(boxes.title, say("The staff's PIN"), 40, weight=600, align="left"),
                *(self._brush.plate(box, solid=True, round_=True) for box in boxes.dots[: view.digits]),
                *((self._label(boxes.notice, notice, 28, align="left"),) if notice else ()),
            ),
            (
                *(
                    self._button(box, *named[key], together=words)
                    if key in named
                    else self._button(box, f"{Act.DIGIT} {key}", key, 44)
                    for key, box in boxes.keys.items()
                ),
                self._button(boxes.close, Act.CLOSE, say("Close")),
            ),
        )

    def _home(self, view: View) -> Scene:
        rows, parts = self._words.rows(view.facts), self.parts(view)
        part = view.part % parts
        acts = self._home_acts(parts, part)
        boxes = layout.home(self._panel, len(acts))
        most = len(boxes.rows)
        shown = rows[part * most : (part + 1) * most]
        words = tuple(acts.values())
        return _scene(
            tuple(
                picture for row, places in zip(shown, boxes.rows, strict=False) for picture in self._row(row, places)
            ),
            tuple(
                self._button(box, act, word, together=words)
                for (act, word), box in zip(acts.items(), boxes.buttons, strict=True)
            ),
        )

    def _home_acts(self, parts: int, part: int = 0) -> dict[Act, str]:
        say = self._words.say
        return {
            Act.CLOSE: say("Close"),
            **({Act.TURN: self._words.more(part + 1, parts)} if parts > 1 else {}),
            Act.LANGUAGES: say("Languages and sound"),
            Act.TOUCH: say("Touch test"),
            Act.RESTART: say("Restart"),
            Act.LEAVING: say("Leave"),
        }

    def _row(self, row: Row, places: tuple[Box, Box]) -> Iterator[Picture]:
        name, value = places
        yield self._label(name, row.name, 26, weight=600, align="left", language=row.language)
        yield self._label(value, row.value, 26, align="left")

    def _language_test(self, view: View) -> Scene:
        boxes = layout.languages(self._panel, len(self._languages))
        say, heard = self._words.say, view.heard
        if heard:
            asked = self._label(boxes.question, self._survey.question[heard], 36, weight=600, language=heard)
        else:
            asked = self._label(boxes.question, say("Touch a language to hear it."), 36, weight=600)
        known = [one for one in (view.facts.languages if view.facts else ()) if one.language == heard]
        about = [*map(self._words.about, known)] if view.working else [say("No sound device was found.")]
        names = tuple(map(own_name, self._languages))
        words = (say("Back"), say("Quieter"), say("Louder"))
        return _scene(
            (
                asked,
                *((self._label(boxes.about, " ".join(about), 26),) if about else ()),
                self._label(boxes.volume, self._words.volume(view.volume), 26),
            ),
            (
                *(
                    self._button(
                        box,
                        f"{Act.HEAR} {language}",
                        own_name(language),
                        solid=language == heard,
                        language=language,
                        together=names,
                    )
                    for language, box in zip(self._languages, boxes.languages, strict=True)
                ),
                self._button(boxes.back, Act.BACK, words[0], together=words),
                self._button(boxes.quieter, Act.QUIETER, words[1], together=words),
                self._button(boxes.louder, Act.LOUDER, words[2], together=words),
            ),
        )

    def _touch_test(self, view: View) -> Scene:
        text = self._words.say("Draw over the whole screen: every square turns dark. Touch here to go back.")
        cells = (self._brush.plate(box, solid=cell in view.marked) for cell, box in self.cells.boxes.items())
        return _scene(tuple(cells), (self._button(self.cells.out, Act.BACK, text),))

    def _leaving(self) -> Scene:
        boxes = layout.leaving(self._panel)
        say = self._words.say
        asked = say("Leave the terminal? Nobody can vote until it is started again.")
        words = (say("Back"), say("Yes, leave"))
        return _scene(
            (self._label(boxes.question, asked, 44, weight=600),),
            (
                self._button(boxes.back, Act.BACK, words[0], together=words),
                self._button(boxes.leave, Act.LEAVE, words[1], solid=True, together=words),
            ),
        )

    def _button(
        self,
        box: Box,
        asked: str,
        word: str,
        units: int = 26,
        *,
        solid: bool = False,
        language: str = "",
        together: tuple[str, ...] = (),
    ) -> Target:
        plate = self._brush.plate(box, solid=solid)
        colour = LOOK.on_solid if solid else LOOK.ink
        inner = box.shrunk(self._panel.mm(0.8))
        label = self._label(inner, word, units, colour=colour, language=language, together=together)
        return Target(box, Deed.STAFF, asked, (plate, label))

    def _label(
        self,
        box: Box,
        text: str,
        units: int,
        *,
        colour: str = "",
        weight: int = 500,
        align: str = "center",
        language: str = "",
        together: tuple[str, ...] = (),
    ) -> Picture:
        prompt = Prompt(DOMAIN, language or self._words.language, text)
        return self._brush.label(
            box, prompt, (units, units), colour=colour, weight=weight, align=align, together=together
        )


def _scene(pictures: tuple[Picture, ...], targets: tuple[Target, ...]) -> Scene:
    return Scene(pictures=pictures, targets=targets, paper=LOOK.paper, ink=LOOK.ink)
