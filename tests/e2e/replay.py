"""Reads what the probed terminal told and holds it against the model: what came in, was shown and was counted."""

import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from contract.survey import Survey, Text
from kiosk.play import Rules
from kiosk.timing import Timing
from kiosk.ui.layout import Box, Panel
from kiosk.ui.scene import Scene, Scenes
from kiosk.view import Appearance, Screen, View
from tests.e2e.model import Asked, Model, Sheets, Vote

CHOOSES = (13, 32, 271, 261, 0x40000000 | 158)
"""Enter, space, and the keypad's Enter, 5 and Return, by Kivy's numbers."""
MOVES = (9, 273, 274, 275, 276, 258, 260, 262, 264, 269, 270, 0x40000000 | 186)
"""Tab, arrows, and on the keypad 2, 4, 6, 8, minus, plus and tab."""
AT_ONCE = ("speech", "louder", "quieter", "dismiss")
"""With speech on these need no first touch that names them."""
SHIFT = 4
"""Pixels by which the picture may be off its place, against burn-in."""
GOES = 15.0
"""Seconds in which a screen before may still be under a finger: it stays while the next one is drawn, or gives way to
another one before it has faded in, which at the pace of a test it often does."""

MOUSE = -1

Deed = list[str]
"""What is done, and its value."""
Said = dict[str, Any]


class Touch(Struct, frozen=True):
    """A finger that came in: which, and where, in pixels for the mouse, else from 0 to 1."""

    finger: int
    x: float
    y: float


class Replay:
    """One terminal's tale, from its first line to its last. Raises AssertionError where it is not as it should be."""

    def __init__(
        self, survey: Survey, languages: Sequence[str], messages: Sequence[Text], rules: Rules, timing: Timing
    ) -> None:
        self.sheets = Sheets()
        self.touches: list[Touch] = []
        self.happened: Counter[str] = Counter()
        """How often each deed was done, each event came and each screen was shown: so that a test can see how much it
        has tested."""
        self.silences: list[float] = []
        """Seconds from one beat to the next, without those in which the machine let the main thread stand."""
        self._survey = survey
        self._languages = languages
        self._messages = messages
        self._rules = rules
        self._timing = timing
        self._size = (0, 0)
        self._scenes: dict[tuple[Any, ...], Scenes] = {}
        self._speaks: tuple[str, ...] = ()
        self._model: Model
        self._before: deque[tuple[View, float]] = deque(maxlen=200)
        """Views that were shown, and until when."""
        self._named: tuple[Deed, View] | None = None
        self._beat: tuple[float, float] | None = None

    def read(self, tale: Path) -> None:
        lines = self._lines(tale)
        for said in lines:
            self.happened[said["event"]] += 1
            match said["event"]:
                case "session":
                    self._begin(said)
                case "size":
                    self._size = tuple(said["size"])
                    self._before.clear()
                case "finger":
                    self._finger(said, self._calls(lines))
                case "key":
                    self._key(said, self._calls(lines))
                case "call":
                    assert said["name"] in ("tick", "listen", "recorded"), f"nobody asked for {said}"
                    self._call(said)
                case "beat":
                    self._beats(said)

    def _lines(self, tale: Path) -> Iterator[Said]:
        with tale.open() as file:
            yield from map(json.loads, file)

    def _calls(self, lines: Iterator[Said]) -> list[Said]:
        """What came of an event, until it is handled."""
        found = []
        for said in lines:
            if said["event"] == "handled":
                break
            assert said["event"] == "call"
            found.append(said)
        return found

    def _begin(self, said: Said) -> None:
        self._speaks = tuple(said["speaks"])
        messages = [tuple(text) for text in self._messages]
        self._model = Model(
            self._survey,
            self._languages,
            self._speaks,
            messages,
            self._rules,
            self._timing,
            said["volume"],
            said["now"],
        )
        self._named = None

    def _finger(self, said: Said, calls: list[Said]) -> None:
        """Every finger is one touch, and at most one deed: that of the target under it."""
        self._note_touch(said)
        view, under = self._view(), said["under"]
        self._check_under(said, view)
        if under and not self._offers(view, under):
            under = None  # a finger on what fades out, and is no more
        expected = [["touch"]]
        if under and (not view.speech or under[0] in AT_ONCE):
            expected.append(under)
        elif under and self._named == (under, view):
            expected.append(under)  # the second touch
        elif under and len(calls) > 1:
            assert said["lit"] == under, f"a first touch with speech on did something: {said}, {calls}"
            expected.append(under)
        assert _deeds(calls) == expected, f"{said} with {view} led to {calls}"
        self._all_at(said, calls)
        self._named = (under, self._view()) if under and len(expected) == 1 else None

    def _note_touch(self, said: Said) -> None:
        """A finger on the glass is noted as it was sent: by parts of the screen."""
        finger, x, y = said["finger"], said["x"], said["y"]
        across, down = (1, 1) if finger == MOUSE else self._size
        self.touches.append(Touch(finger, x / across, y / down))

    def _key(self, said: Said, calls: list[Said]) -> None:
        """A key is nothing, or a touch and what is lit; or it asks for speech, until the visitor has heard any."""
        self._named = None
        code, lit, view = said["code"], said["lit"], self._view()
        if code not in CHOOSES + MOVES:
            assert not calls, f"{said} led to {calls}"
            return
        self.happened["keypad"] += 1
        allowed: list[list[Deed]] = [[], [["speech", ""]]]
        if view.screen is Screen.THANKS:
            allowed = [[["dismiss", ""]]] if code in CHOOSES else [[]]
        elif code in CHOOSES and lit:
            allowed = [[lit], [], [["speech", ""]]] if view.speech else [[lit]]
        assert _deeds(calls) in [[["touch"], *deeds] for deeds in allowed], f"{said} with {view} led to {calls}"
        self._all_at(said, calls)

    def _all_at(self, said: Said, calls: list[Said]) -> None:
        for call in calls:
            assert call["now"] == said["now"]
            self._call(call)

    def _call(self, said: Said) -> None:
        """Does the same to the model, and compares all that can be seen of it."""
        model, now, name, args = self._model, said["now"], said["name"], said["args"]
        before, asked, ended = self._view(), len(model.asked), model.ended
        came = "moment" in said
        was_there = model.begun
        match name:
            case "touch":
                model.touch(now, said.get("moment", ""))
            case "listen":
                model.listen(now)
            case "tick":
                model.tick(now)
            case "recorded":
                model.recorded(now, ok=args[0])
            case _:
                self.happened[name] += 1
                model.do(name, args[0], now, said.get("moment", ""))
        assert came == (model.begun and not was_there), f"a visit begins with its first touch: {said}"
        assert [_asked(change) for change in said["changes"]] == model.asked[asked:], (
            f"{said}, expected {model.asked[asked:]}"
        )
        assert said["ended"] == model.ended - ended, f"{said}"
        assert said["view"] == model.view, f"{said} after {before}, expected {model.view}"
        assert said["idle"] == model.idle, f"{said}"
        self._count()
        if (view := self._view()) != before:
            self._before.append((before, now))
            self.happened[f"screen {view.screen}"] += view.screen is not before.screen

    def _count(self) -> None:
        for asked in self._model.sheets:
            self.sheets.change(asked)
        self._model.sheets.clear()

    def _beats(self, said: Said) -> None:
        at, held_up = said["at"], said["held_up"]
        if self._beat:
            self.silences.append(at - self._beat[0] - (held_up - self._beat[1]))
        self._beat = at, held_up

    def _view(self) -> View:
        model = self._model
        return View(
            Screen(model.screen),
            model.language,
            model.score,
            model.answer,
            model.chosen,
            Appearance(model.appearance),
            model.speech,
            model.volume,
            model.hurry,
            model.message,
        )

    def _check_under(self, said: Said, view: View) -> None:
        """What the stage has there is what the view's scene has there; or, for a moment, the scene before."""
        x, y, under, now = said["x"], said["y"], said["under"], said["now"]
        recent = [view, *(before for before, until in self._before if now - until <= GOES)]
        assert any(self._has(view, x, y, under) for view in recent), f"{said} is not what {view} has there"

    def _has(self, view: View, x: float, y: float, under: Deed | None) -> bool:
        targets = self._scene_of(view).targets
        if under is None:
            return not any(_holds(target.box, x, y, -SHIFT) for target in targets)
        return any([target.deed, target.value] == under and _holds(target.box, x, y, SHIFT) for target in targets)

    def _offers(self, view: View, deed: Deed) -> bool:
        return deed in [[target.deed, target.value] for target in self._scene_of(view).targets]

    def _scene_of(self, view: View) -> Scene:
        key = (self._size, self._speaks)
        if key not in self._scenes:
            panel = Panel.of(self._size)
            self._scenes[key] = Scenes(
                self._survey, self._languages, panel, speaks=self._speaks, messages=self._messages
            )
        return self._scenes[key].of(view)


def _holds(box: Box, x: float, y: float, wider: int) -> bool:
    return box.x - wider <= x < box.x + box.width + wider and box.y - wider <= y < box.y + box.height + wider


def _deeds(calls: list[Said]) -> list[Deed]:
    return [[call["name"], *call["args"]] for call in calls]


def _asked(change: list[Any]) -> Asked:
    _survey, moment, before, after = change
    return moment, _vote(before), _vote(after)


def _vote(plain: list[Any] | None) -> Vote | None:
    return (plain[0], plain[1], plain[2], plain[3]) if plain else None
