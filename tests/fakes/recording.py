"""A speaker at a desk who reads, answers, speaks and hears: fakes for the ports of `deploy.voices`."""

from collections.abc import Iterable

import numpy as np

from deploy.errors import Problem
from deploy.voices.sound import Samples


class FakeConsole:
    """Gives the answers one by one and keeps what was shown; then nobody answers any more."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = iter(answers)
        self.lines: list[str] = []
        self.texts: list[str] = []
        self.meanings: list[str] = []
        self.questions: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def show(self, heading: str, text: str, meaning: str) -> None:
        self.lines.append(heading)
        self.texts.append(text)
        self.meanings.append(meaning)

    def ask(self, question: str) -> str:
        self.questions.append(question)
        try:
            answer = next(self._answers)
        except StopIteration as error:
            raise EOFError from error
        if answer == "^C":
            raise KeyboardInterrupt
        return answer


class FakeMicrophone:
    """Hears one take after the other."""

    def __init__(self, takes: Iterable[Samples]) -> None:
        self._takes = iter(takes)
        self.running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> Samples:
        if not self.running:
            return np.empty(0)
        self.running = False
        return next(self._takes)


class FakeSpeaker:
    """Keeps what was played; a broken one plays nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self._broken = broken
        self.played: list[Samples] = []

    def play(self, samples: Samples, rate: int) -> None:
        if self._broken:
            raise Problem("it cannot be played here: no device")
        self.played.append(samples)
