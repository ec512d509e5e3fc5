"""`fjes voices check`: what a language still needs before people can listen to people."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from contract.errors import RefusedError
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.faults import faults
from deploy.voices.files import read_sound
from deploy.voices.scope import Scope
from locales.catalogue import own_name
from locales.prompts import Prompt
from locales.voices import Recording, Spoken, Voices, read_voices, recording_file

VORBIS = "OGG VORBIS"
"""What the terminal's player is known to read."""


class State(Struct, frozen=True):
    """How one language stands."""

    language: str
    texts: int
    missing: tuple[str, ...]
    placeholders: tuple[str, ...]
    findings: tuple[str, ...]  # a sentence each
    ear: bool  # visitors can listen

    @property
    def silent(self) -> bool:
        """No recording at all, so that no visitor is promised one."""
        return len(self.missing) == self.texts and not self.findings

    @property
    def good(self) -> bool:
        """Everything is said by a person, and nothing is wrong with it."""
        return not (self.missing or self.placeholders or self.findings)


def run_check(configuration: Configuration, given: Sequence[str] = ()) -> None:
    """Prints what each language needs. Raises Problem when one is neither good nor wholly silent."""
    scope = Scope(configuration)
    voices = scope.voices()
    states = [examine(scope, voices, language) for language in scope.languages(given)]
    for state in states:
        for line in report(state):
            print(line)
    needy = [state.language for state in states if not (state.good or state.silent)]
    if needy:
        raise Problem(
            f"{len(needy)} of {len(states)} languages {'need' if len(needy) > 1 else 'needs'} recordings by a person: "
            f"{', '.join(f'fjes voices record {language}' for language in needy)}"
        )
    silent = [state.language for state in states if state.silent]
    spoken = f"{len(states) - len(silent)} of {len(states)} languages are spoken by people"
    print(f"{spoken}; silent: {', '.join(silent)}" if silent else spoken)


def examine(scope: Scope, voices: Voices, language: str) -> State:
    """Looks at every recording of one language, and into the sound of each that would be played."""
    prompts = scope.prompts(language)
    every = list(prompts.all())
    found = {prompt.name: voices.find(prompt) for prompt in every}
    lists, findings = _lists(scope.directories(language))
    if lacks := scope.untranslated(language):
        findings.append(f"the catalogue does not say: {'; '.join(lacks)}")
    for prompt in every:
        recording = found[prompt.name]
        findings.extend(_sounds(prompt, recording) if recording else _why_not(prompt, lists))
    return State(
        language,
        len(every),
        tuple(name for name, recording in found.items() if recording is None),
        tuple(name for name, recording in found.items() if recording and recording.placeholder),
        tuple(findings),
        voices.speaks(prompts.needed()),
    )


def report(state: State) -> Iterator[str]:
    """Lines to print."""
    by_people = state.texts - len(state.missing) - len(state.placeholders)
    ear = "visitors can listen" if state.ear else "no ear is shown"
    yield (
        f"{state.language} {own_name(state.language)}: {state.texts} texts, {by_people} by people, "
        f"{len(state.placeholders)} placeholders, {len(state.missing)} missing; {ear}"
    )
    if not state.silent:
        for what, names in (("missing", state.missing), ("placeholder", state.placeholders)):
            if names:
                yield f"    {what}: {'all' if len(names) == state.texts else ', '.join(names)}"
    for finding in state.findings:
        yield f"    {finding}"


def _lists(directories: Sequence[Path]) -> tuple[list[tuple[Path, dict[str, Spoken]]], list[str]]:
    """What is listed in each directory, and what is wrong with the lists."""
    lists, findings = [], []
    for directory in directories:
        try:
            lists.append((directory, read_voices(directory)))
        except RefusedError as error:
            findings.append(f"the list is damaged, so none of its recordings are played: {error}")
    return lists, findings


def _why_not(prompt: Prompt, lists: Sequence[tuple[Path, dict[str, Spoken]]]) -> Iterator[str]:
    """Why a text has no recording to play, where there is more to say than that it is missing."""
    for directory, spoken in lists:
        file = recording_file(directory, prompt.name)
        listed = spoken.get(prompt.name)
        if listed is None and file.exists():
            yield f"{prompt.name}: {file} is there, but the list beside it does not say what it says"
        elif listed is not None and listed.text != prompt.text:
            yield f"{prompt.name}: says another text, “{listed.text}”; the screen says “{prompt.text}”"
        elif listed is not None:
            yield f"{prompt.name}: {file} is {'empty' if file.exists() else 'listed, but not there'}"


def _sounds(prompt: Prompt, recording: Recording) -> Iterator[str]:
    """What is wrong with a recording that is played."""
    try:
        samples, rate, kind = read_sound(recording.file)
    except RefusedError as error:
        yield f"{prompt.name}: {recording.file}: {error}"
        return
    if kind != VORBIS:
        yield f"{prompt.name}: is {kind}, expected {VORBIS}"
    for fault in faults(samples, rate, prompt.text):
        yield f"{prompt.name}: {fault}"
