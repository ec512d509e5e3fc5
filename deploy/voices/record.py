"""`fjes voices record`: walks one speaker through the texts of a language, with a microphone and the Enter key."""

import shutil
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.faults import faults, faults_of_take
from deploy.voices.files import Shelf
from deploy.voices.microphone import RATE, Microphone, PortAudioMicrophone, PortAudioSpeaker, Speaker
from deploy.voices.scope import Scope
from deploy.voices.sound import Samples, polish
from locales.catalogue import own_name
from locales.prompts import Prompt

QUALITY = 0.5
"""Of Vorbis; about 80 kbit/s, at which speech is not told from what was recorded. A language takes 1 MB."""
HEAD, TAIL = 0.15, 0.1
"""Seconds left out at the ends of a take, in which the Enter key is heard; nobody speaks so soon."""


class Console(Protocol):
    """What the speaker reads and answers."""

    def say(self, line: str) -> None: ...

    def show(self, heading: str, text: str, meaning: str) -> None:
        """The text to speak, large and clear; `meaning` is the same in English, for who helps the speaker, or ""."""
        ...

    def ask(self, question: str) -> str:
        """What was typed before Enter, without spaces around it. Raises EOFError when nobody can answer."""
        ...


class Outcome(StrEnum):
    """What became of one text."""

    KEPT = "kept"
    SKIPPED = "skipped"
    QUIT = "quit"


class Line(Struct, frozen=True):
    """One text to speak, and what it means in English, or ""."""

    prompt: Prompt
    meaning: str = ""


def run_record(
    configuration: Configuration, language: str, *, only: Sequence[str] = (), everything: bool = False, name: str = ""
) -> None:
    """Records what no person has said yet; or `only` some texts, or `everything`. Raises Problem."""
    scope = Scope(configuration)
    scope.speakable(language)
    shelf = scope.shelf(language)
    shelf.prepare()
    lines = choose(scope, language, only=only, everything=everything)
    if not lines:
        print(f"{own_name(language)}: every text is said by a person. --all records them anew.")
        return
    microphone = PortAudioMicrophone(name)
    console = Terminal()
    console.say(f"{own_name(language)}: {len(lines)} texts, with the microphone {microphone.name}.")
    console.say(f"Recordings are kept in {shelf.directory}, each as soon as you keep it. Sit close, in a quiet room.")
    Walk(lines, shelf, microphone, PortAudioSpeaker(), console).run()


def choose(scope: Scope, language: str, *, only: Sequence[str] = (), everything: bool = False) -> list[Line]:
    """The texts to speak, in the order of a visit. Raises Problem for a name that there is not."""
    voices = scope.voices()
    if only:
        prompts = scope.named(language, only)
    else:
        every = scope.prompts(language).all()
        prompts = [prompt for prompt in every if everything or not (found := voices.find(prompt)) or found.placeholder]
    return [Line(prompt, meaning) for prompt, meaning in zip(prompts, _meanings(scope, language, prompts), strict=True)]


def _meanings(scope: Scope, language: str, prompts: Sequence[Prompt]) -> list[str]:
    """What each says in English, where the survey has it."""
    try:
        scope.languages(["en"])
    except Problem:
        return [""] * len(prompts)
    english = {prompt.name: prompt.text for prompt in scope.prompts("en").all()}
    return ["" if language == "en" or prompt.name == "name" else english.get(prompt.name, "") for prompt in prompts]


class Walk:
    """Goes through the texts; each is on the disk when the speaker keeps it, so that ending early loses nothing."""

    def __init__(
        self, lines: Sequence[Line], shelf: Shelf, microphone: Microphone, speaker: Speaker, console: Console
    ) -> None:
        self._lines = lines
        self._shelf = shelf
        self._microphone = microphone
        self._speaker = speaker
        self._console = console

    def run(self) -> list[Outcome]:
        """What became of each text, up to the last that was reached. Raises Problem when the sound or disk fails."""
        outcomes: list[Outcome] = []
        try:
            for number, line in enumerate(self._lines, 1):
                outcomes.append(self._one(number, line))
                if outcomes[-1] is Outcome.QUIT:
                    break
        except (EOFError, KeyboardInterrupt):
            outcomes.append(Outcome.QUIT)
        finally:
            self._microphone.stop()
        kept = outcomes.count(Outcome.KEPT)
        self._console.say(f"{kept} recorded, {len(self._lines) - kept} left.")
        return outcomes

    def _one(self, number: int, line: Line) -> Outcome:
        prompt = line.prompt
        heading = f"{own_name(prompt.language)}, {number} of {len(self._lines)}: {prompt.name}"
        while True:
            self._console.show(heading, prompt.text, line.meaning)
            if outcome := self._leave("Enter: start recording   s: skip   q: quit"):
                return outcome
            take = self._take(prompt)
            if len(take) and (outcome := self._judge(prompt, take)):
                return outcome

    def _leave(self, question: str) -> Outcome | None:
        """Skip or quit, if that is the answer."""
        while (answer := self._console.ask(question)) not in ("", "s", "q"):
            self._console.say(f"{answer!r} is none of these.")
        return {"s": Outcome.SKIPPED, "q": Outcome.QUIT}.get(answer)

    def _take(self, prompt: Prompt) -> Samples:
        """One take as it would be kept, with what is wrong with it said; empty when nothing was heard."""
        self._microphone.start()
        self._console.ask("● Recording. Speak, then Enter: stop")
        heard = self._microphone.stop()
        heard = heard[int(HEAD * RATE) : max(0, len(heard) - int(TAIL * RATE))]
        take = polish(heard, RATE)
        if not len(take):
            self._console.say("Nothing was heard. Is the microphone on, and the right one?")
            return take
        for fault in [*faults_of_take(heard, RATE), *(f"it {fault}" for fault in faults(take, RATE, prompt.text))]:
            self._console.say(f"! Better once more: {fault}.")
        return take

    def _judge(self, prompt: Prompt, take: Samples) -> Outcome | None:
        """Plays it until the speaker decides; None for another take."""
        self._play(take)
        while True:
            answer = self._console.ask("Enter: keep   a: again   l: listen   s: skip   q: quit without this one")
            if not answer:
                self._shelf.keep(prompt, take, RATE, quality=QUALITY)
                return Outcome.KEPT
            if answer == "a":
                return None
            if answer == "l":
                self._play(take)
            elif answer in ("s", "q"):
                return Outcome.SKIPPED if answer == "s" else Outcome.QUIT
            else:
                self._console.say(f"{answer!r} is none of these.")

    def _play(self, take: Samples) -> None:
        try:
            self._speaker.play(take, RATE)
        except Problem as problem:  # without a loudspeaker, recording still works
            self._console.say(f"! {problem}")


class Terminal:
    """The text terminal that the command was typed in."""

    def say(self, line: str) -> None:
        print(line)

    def show(self, heading: str, text: str, meaning: str) -> None:
        rule = "─" * min(shutil.get_terminal_size().columns, 100)
        print(f"\n{rule}\n{heading}\n\n\n      \033[1m{text}\033[0m\n\n")
        if meaning:
            print(f"      in English: {meaning}\n")
        print(rule)

    def ask(self, question: str) -> str:
        return input(f"{question}  ").strip().lower()
