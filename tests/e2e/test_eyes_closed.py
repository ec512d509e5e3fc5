"""A visitor with eyes closed: whole visits at the real terminal by keypad alone, choosing only by what is heard.

Nothing here looks at the screen. The loudspeaker is SDL's own, so that what is heard are the samples of the real
recordings; it takes them faster than people listen.
"""

from collections.abc import Callable
from time import sleep

import pytest

from contract.sheets import Table
from tests.e2e.ear import Ear
from tests.e2e.finger import ECHO
from tests.e2e.site import Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e

LANGUAGES = ("nb", "en")
SPOKEN = ("question", "how-to", "nobody-sees")
"""What is said of the question before its faces."""


class Visitor:
    """Hears, and presses keys."""

    def __init__(self, site: Site, ear: Ear) -> None:
        self._keys = site.screen.keys
        self._ear = ear
        self._before = len(ear.names)

    @property
    def heard(self) -> list[str]:
        """What this visitor has heard, all of it to the end."""
        return self._ear.names[self._before :]

    def press(self, key: str) -> None:
        self._keys(key)

    def choose(self, key: str) -> None:
        """Presses a key that chooses, and not so soon that it were an echo of the last one."""
        sleep(ECHO)
        self._keys(key)

    def hear(self, count: int) -> list[str]:
        """What is said next."""
        return [self._ear.next() for _ in range(count)]

    def wait_for(self, name: str) -> None:
        """Does nothing until it is said."""
        while self._ear.next() != name:
            pass

    def go_to(self, name: str, key: str) -> None:
        """Presses a key until what it comes to says its name."""
        while self.heard[-1] != name:
            self.press(key)
            self._ear.next()


@pytest.fixture
def site(make_site: Callable[..., Site], ear: Ear) -> Site:
    site = make_site("busy", LANGUAGES)
    site.environment = {**ear.environment}
    site.program = "tests.e2e.slow_walk"
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    return site


def test_by_keypad_in_another_language_and_by_a_single_switch(site: Site, ear: Ear) -> None:
    visitor = Visitor(site, ear)
    visitor.press("Tab")
    first = visitor.hear(4)
    theirs = first[0].partition("/")[0]
    mine = next(language for language in LANGUAGES if language != theirs)
    assert first == said(theirs, *SPOKEN, "face-4")

    visitor.go_to(f"{mine}/name", "Right")
    visitor.choose("Return")
    visitor.hear(3)
    visitor.go_to(f"{mine}/face-1", "KP_Down")
    visitor.choose("KP_Enter")
    visitor.hear(1)
    visitor.go_to(f"{mine}/answer-staff", "Tab")
    visitor.press("shift+Tab")
    visitor.hear(1)
    visitor.choose("space")
    visitor.hear(1)
    visitor.choose("Return")
    names = [f"{language}/name" for language in LANGUAGES]
    assert visitor.heard == [
        *said(theirs, *SPOKEN, "face-4", "face-3", "face-2", "face-1"),
        *names[: names.index(f"{mine}/name") + 1],
        *said(mine, *SPOKEN, "face-4", "face-3", "face-2", "face-1"),
        *said(mine, "why-unsatisfied", "answer-wait", "answer-staff", "answer-wait", "thanks"),
    ]
    eventually(lambda: site.stored(Table.ANSWERS) == {"1:wait": 1}, f"stored {site.stored(Table.ANSWERS)}")
    assert site.stored(Table.LANGUAGES) == {f"1:{mine}": 1}

    eventually(site.asks, "the terminal does not ask the next visitor")  # who comes when the other one has gone
    visitor = Visitor(site, ear)
    visitor.choose("space")
    visitor.hear(1)
    theirs = visitor.heard[0].partition("/")[0]
    visitor.wait_for(f"{theirs}/face-3")
    visitor.choose("space")
    visitor.wait_for(f"{theirs}/answer-social")
    visitor.choose("space")
    visitor.hear(1)
    assert visitor.heard == said(theirs, *SPOKEN, "face-4", "face-3", "why-satisfied", "answer-social", "thanks")
    eventually(
        lambda: site.stored(Table.ANSWERS) == {"1:wait": 1, "3:social": 1}, f"stored {site.stored(Table.ANSWERS)}"
    )


def said(language: str, *names: str) -> list[str]:
    return [f"{language}/{name}" for name in names]
