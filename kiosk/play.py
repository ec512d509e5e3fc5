"""Which sessions look like play: the rules in one place, and the memory of touches that they need.

Play is judged by time alone: when fingers land, when sessions begin, how often the face was changed. Nothing of a
vote is remembered, and nothing is written down.
"""

import sys
from typing import Annotated

from msgspec import Meta, Struct


class Rules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when on a vote is counted as suspect.

    Every threshold is set so that honest people stay well on their side of it: to count a visitor apart is worse than
    to count a game. Someone alone who votes again and again as slowly as a queue moves is taken for a queue.
    """

    changes: Annotated[
        int, Meta(ge=1, le=100, description="Changes of face in one session that are a change of mind; more are play.")
    ] = 5
    """Whoever cannot read may try all four faces to see what they do and come back to the first: four changes. One
    more is somebody who still hesitates; after that, touching faces is what they came for."""
    rest: Annotated[
        float,
        Meta(ge=0.1, le=5, description="Seconds between two touches that show a hand at rest; less is hammering."),
    ] = 0.6
    """A hand that hammers comes down again within half a second. One that looks for its next target takes longer: to
    see it and to move there is about 0.7 s for a quick person. It is above the session's debounce, so that the
    echoes of a wet finger lengthen no series by themselves."""
    hammering: Annotated[
        float, Meta(ge=1, le=60, description="Seconds of touches without a rest that an honest hand may need.")
    ] = 6.0
    """A wet finger stutters for a second or two, four touches on "louder" take as long, and a quick visitor is through
    in three seconds, a keypad's user at the last target in five. Each of them then stops to look or to listen."""
    pause: Annotated[
        float,
        Meta(ge=0.1, le=10, description="Seconds without a touch in which people can have changed places."),
    ] = 1.0
    """One steps aside and another reaches out: 1.2 s in a hurried queue, 1.5 s among children. The longest silence
    counts between the touch that ended one vote and the one that begins the next, so that it is the same whoever of
    the two touches the thanks away. Somebody alone who votes again has the hand there already: 0.4 to 0.9 s."""
    in_a_row: Annotated[
        int,
        Meta(ge=1, le=100, description="Sessions without such a pause between them that are honest; more are play."),
    ] = 3
    """Two or three friends who stand before the terminal together may touch it one right after another. The first
    votes of a burst count: they look like those friends, and of what was counted before nothing is remembered."""


EVERYBODY_HONEST = Rules(changes=sys.maxsize, hammering=float("inf"), in_a_row=sys.maxsize)
"""For presses that are no fingers, as those of a file."""


class Play:
    """Judges the session that is going on; a session once suspect stays so. Times are monotonic seconds."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._landed = float("-inf")
        self._series = float("-inf")
        self._arrived = float("-inf")
        self._pause = float("inf")
        self._in_a_row = 0
        self._faces = 0
        self._suspect = False

    @property
    def suspect(self) -> bool:
        """Whether the session looks like play so far."""
        return self._suspect

    def landed(self, now: float) -> None:
        """A finger landed, anywhere; to tell of one finger twice, or of its echoes, is no harm."""
        silence = now - self._landed
        if silence >= self._rules.rest:
            self._series = now
        if silence >= self._rules.pause:
            self._arrived = now
        self._pause = max(self._pause, silence)
        self._landed = now
        self._suspect = self._suspect or self._hammers

    def began(self) -> None:
        """The touch that landed last begins a session."""
        self._in_a_row = 1 if self._pause >= self._rules.pause else self._in_a_row + 1
        self._faces = 0
        self._suspect = self._hammers or self._in_a_row > self._rules.in_a_row

    def face(self) -> None:
        """A face was chosen: the first of the session, or a change.

        Who comes to the first face after a pause may be another one than who began the session, and left it there.
        """
        if not self._faces and self._landed - self._arrived < self._rules.rest:
            self._in_a_row = 1
            self._suspect = self._hammers
        self._faces += 1
        self._suspect = self._suspect or self._faces - 1 > self._rules.changes

    def done(self) -> None:
        """The visitor has nothing more to choose: from here on, the next one may step up."""
        self._pause = 0.0

    @property
    def _hammers(self) -> bool:
        return self._landed - self._series > self._rules.hammering
