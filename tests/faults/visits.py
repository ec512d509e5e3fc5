"""Visitors: what each of them touches, and what they meant by it.

What was meant is worked out here, from the touches alone, and shares nothing with the session that is tested.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

LANGUAGES = ("nb", "en", "es", "ro", "bg", "th")
ANSWERS = {
    **dict.fromkeys("43", ("social", "help", "health", "talk", "place")),
    **dict.fromkeys("21", ("wait", "staff", "nohelp", "language", "unsafe")),
}
CHANGES = 5
"""Changes of face that are still a change of mind, as the README's settings say."""
HAMMERING = 6.0
"""Seconds of touches without a rest that are still honest."""
REST = 0.6
IN_A_ROW = 3
"""Visits without a pause between them that are still honest."""
CALM, HURRY, HAMMER = 1.5, 0.7, 0.35
"""Seconds between two touches: with time to change places, without it, and without letting the hand rest."""
WALKS_AWAY = 21.0
"""Longer than any screen waits for a visitor."""
GAPS = (3.0, 8.0, 20.0, 60.0, 600.0, 7200.0)
"""Seconds until the next visitor comes, and how often it is so long."""
GAP_WEIGHTS = (30, 30, 20, 12, 6, 1)
YEARS = (946_684_800.0, 7_258_118_400.0)
"""From 2000 up to 2200, in seconds since 1970: outside, a clock is broken and no sheet can be of such a time."""


class Meant(NamedTuple):
    """What one visitor wants counted."""

    score: str
    language: str
    answer: str
    suspect: bool


class Touch(Struct, frozen=True, array_like=True):
    """`after` so many seconds: face, answer, skip, oops, languages, language, touch or dismiss; or only `wait`.

    `jump` is no touch either: the time of day jumps by so many seconds while the visitor stands there.
    """

    after: float
    what: str
    which: str = ""


class Told(Struct, frozen=True, array_like=True):
    """What the terminal is told of a visit: when it begins on its two clocks, and what is touched."""

    number: int
    seconds: float
    utc: float
    touches: list[Touch]


class Visit(NamedTuple):
    """One visitor, what they mean after each touch, and whether the terminal knew the date when they came."""

    told: Told
    meant: list[Meant | None]
    dated: bool

    def changes(self) -> Iterator[tuple[int, Meant | None]]:
        """Each touch that changes what is meant: its number, and what is meant from then on."""
        before: Meant | None = None
        for number, after in enumerate(self.meant):
            if after != before:
                yield number, after
            before = after


class Calendar(Struct):
    """The clocks of one machine, as the schedule has set them: `utc` in seconds since 1970."""

    utc: float
    seconds: float = 0.0
    boot: int = 1
    booted: float = 0.0
    """Monotonic seconds at which this boot began."""
    trusted: bool = True

    _right: float = 0.0
    """How much the untrusted time of day is behind the right one."""

    def pass_time(self, seconds: float) -> None:
        self.seconds += seconds
        self.utc += seconds

    def reboot(self, *, trusted: bool) -> None:
        """The machine is switched on again; without trust its time of day begins in 1970, as without a battery."""
        self.boot += 1
        self.booted = self.seconds
        if self.trusted and not trusted:
            self._right = self.utc
            self.utc = 0.0
        self.trusted = trusted

    def become_trusted(self) -> None:
        """A time service has set the clock."""
        if not self.trusted:
            self.utc += self._right
            self.trusted = True


class _Plan(NamedTuple):
    """One visitor to be: how long after the last one (None is any time), and whether they come as players."""

    touches: list[Touch]
    gap: float | None = None
    suspect: bool = False


class Visitors:
    """Makes visits, one after another, of chance alone."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self._kinds = (self._plain, self._chooses_language, self._changes_mind, self._takes_back, self._moves_vote)
        self._rare = (self._only_looks, self._plays, self._hammers, self._sees_the_clock_jump)

    def crowd(self, count: int, calendar: Calendar, *, plain: bool = False) -> list[Visit]:
        """So many visitors at the terminal of this calendar, which goes on until the last has left.

        `plain` ones touch a face and perhaps an answer, and leave each other time.
        """
        visits: list[Visit] = []
        while len(visits) < count:
            visits += [self._visit(plan, calendar) for plan in ([_Plan(self._plain())] if plain else self._group())]
        return visits

    def _visit(self, plan: _Plan, calendar: Calendar) -> Visit:
        self._number += 1
        gap = self._chance.choices(GAPS, GAP_WEIGHTS)[0] if plan.gap is None else plan.gap
        calendar.pass_time(gap)
        told = Told(self._number, calendar.seconds, calendar.utc, plan.touches)
        dated = calendar.trusted and YEARS[0] < calendar.utc < YEARS[1]
        calendar.pass_time(sum(touch.after for touch in plan.touches))
        return Visit(told, meanings(plan.touches, suspect=plan.suspect), dated)

    def _group(self) -> list[_Plan]:
        if self._chance.random() < 0.02:
            return self._rush()
        kinds = self._kinds if self._chance.random() < 0.93 else self._rare
        return [_Plan(self._chance.choice(kinds)())]

    def _rush(self) -> list[_Plan]:
        """Visits right after each other: from the fourth on, they are play."""
        return [
            _Plan(
                [Touch(0, "face", face := self._face()), Touch(HURRY, *self._answer(face)), Touch(HURRY, "dismiss")],
                gap=HURRY if number else None,
                suspect=number >= IN_A_ROW,
            )
            for number in range(self._chance.randint(4, 7))
        ]

    def _plain(self) -> list[Touch]:
        face = self._face()
        return [Touch(0, "face", face), *self._end(face)]

    def _chooses_language(self) -> list[Touch]:
        face = self._face()
        return [Touch(0, "language", self._language()), Touch(CALM, "face", face), *self._end(face)]

    def _changes_mind(self) -> list[Touch]:
        faces = self._faces(self._chance.randint(2, 4))
        return [*faces, *self._end(faces[-1].which)]

    def _takes_back(self) -> list[Touch]:
        first, then = self._face(), self._face()
        back = [Touch(0, "face", first), Touch(CALM, "oops")]
        if self._chance.random() < 0.3:
            return [*back, *[Touch(WALKS_AWAY, "wait")] * 3]
        return [*back, Touch(CALM, "face", then), *self._end(then)]

    def _moves_vote(self) -> list[Touch]:
        face = self._face()
        other = [Touch(CALM, "languages"), Touch(CALM, "language", self._language())]
        return [Touch(0, "face", face), *other, *self._end(face)]

    def _only_looks(self) -> list[Touch]:
        return [Touch(0, "touch"), Touch(CALM, "language", self._language()), *[Touch(WALKS_AWAY, "wait")] * 3]

    def _plays(self) -> list[Touch]:
        faces = self._faces(CHANGES + self._chance.randint(2, 4))
        return [*faces, Touch(HURRY, *self._answer(faces[-1].which)), Touch(HURRY, "dismiss")]

    def _hammers(self) -> list[Touch]:
        face = self._face()
        then = self._answer(face) if self._chance.random() < 0.5 else ("skip",)
        blows = [Touch(HAMMER, "touch")] * (int(HAMMERING / HAMMER) + 2)
        return [Touch(0, "face", face), *blows, Touch(HURRY, *then), Touch(HURRY, "dismiss")]

    def _sees_the_clock_jump(self) -> list[Touch]:
        face = self._face()
        jump = self._chance.choice([-86_400.0, -3_600.0, 1_800.0, 7_200.0, 100_000.0])
        return [Touch(0, "face", face), Touch(HURRY, "jump", str(jump)), *self._end(face)]

    def _end(self, face: str) -> list[Touch]:
        """The rest of a visit after the face: an answer, "skip", or nothing at all."""
        chance = self._chance.random()
        if chance < 0.7:
            return [Touch(CALM, *self._answer(face)), Touch(CALM, "dismiss")]
        if chance < 0.85:
            return [Touch(CALM, "skip"), Touch(CALM, "wait"), Touch(CALM, "dismiss")]
        return [Touch(WALKS_AWAY, "wait")] * 3

    def _face(self) -> str:
        return self._chance.choice("4321")

    def _faces(self, count: int) -> list[Touch]:
        """Each of them another than the last."""
        touches = [Touch(0, "face", self._face())]
        while len(touches) < count:
            others = "4321".replace(touches[-1].which, "")
            touches.append(Touch(HURRY, "face", self._chance.choice(others)))
        return touches

    def _answer(self, face: str) -> tuple[str, str]:
        return "answer", self._chance.choice(ANSWERS[face])

    def _language(self) -> str:
        return self._chance.choice(LANGUAGES)


def meanings(touches: Sequence[Touch], *, suspect: bool = False) -> list[Meant | None]:
    """What a visitor wants counted after each touch; with the last one the visit is over, and known for play or not."""
    meant: list[Meant | None] = []
    vote: Meant | None = None
    language, faces = LANGUAGES[0], 0
    series = 0.0
    for touch in touches:
        if touch.what not in ("wait", "jump"):
            series = series + touch.after if touch.after < REST else 0.0
            suspect = suspect or series > HAMMERING
        match touch.what:
            case "face" if vote is None or vote.score != touch.which:
                faces += 1
                suspect = suspect or faces - 1 > CHANGES
                vote = Meant(touch.which, language, "none", suspect)
            case "answer" if vote is not None:
                vote = Meant(vote.score, language, touch.which, suspect)
            case "language":
                language = touch.which
                if vote is not None and vote.language != language:
                    vote = Meant(vote.score, language, vote.answer, suspect)
            case "oops":
                vote = None
        meant.append(vote)
    if vote is not None and suspect:
        meant[-1] = vote._replace(suspect=True)
    return meant
