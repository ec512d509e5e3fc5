"""Facts, a lock and a loudspeaker that the tests of the staff corner are made of."""

from datetime import date, datetime

from kiosk.staff.door import Verdict
from kiosk.staff.facts import Facts, LanguageFacts, Versions, Voice
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO

PIN = "7294"
SURVEY = default_survey()
FACTS = Facts(
    terminal="stua-1",
    connected=True,
    acknowledged=date(2026, 3, 24),
    owed=0,
    clock_trusted=True,
    now=datetime(2026, 3, 24, 14, 5, tzinfo=OSLO),
    versions=Versions("fjes 0.1.0", "visit@1", "3.11.2", "2.3.1", "2.30.9", "V3D 4.2"),
    languages=tuple(LanguageFacts(language, "2026-11-21 Kari N.", Voice.PEOPLE) for language in SURVEY.languages),
)
WORST = Facts(
    terminal="a-terminal-whose-name-is-as-long-as-names-may-be"[:40],
    connected=False,
    acknowledged=date(2026, 9, 28),
    owed=123456,
    clock_trusted=False,
    now=datetime(2026, 9, 28, 23, 58, tzinfo=OSLO),
    versions=Versions(
        "fjes 10.20.30.dev123", "a-survey-with-a-name@12", "3.14.15", "2.30.40", "2.30.40", "Mesa " + "Intel(R) " * 30
    ),
    languages=tuple(
        LanguageFacts(language, "2026-11-21 Wolfeschlegelsteinhausen-Bergerdorff, Anne-Marguerite", Voice.PLACEHOLDER)
        for language in SURVEY.languages
    ),
    faults=("sound", "voices", "screen", "disk", "damaged", "something-that-a-newer-version-says"),
)
"""Every fact at its longest."""


class FakeLock:
    """A lock that the right PIN opens, and that rests as long as the test says."""

    def __init__(self, pin: str = PIN) -> None:
        self.pin = pin
        self.there = True
        self.rest = 0.0
        self.tried: list[str] = []

    def wait(self) -> float:
        return self.rest

    def check(self, digits: str) -> Verdict:
        self.tried.append(digits)
        return Verdict(digits == self.pin, self.rest)


class FakeSounds:
    """A loudspeaker that remembers what it was told."""

    def __init__(self) -> None:
        self.working = True
        self.said: list[tuple[str, int]] = []
        self.hushes = 0

    def say(self, language: str, volume: int) -> None:
        self.said.append((language, volume))

    def tick(self) -> None:
        """Nothing follows."""

    def hush(self) -> None:
        self.hushes += 1
