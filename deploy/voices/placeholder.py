"""`fjes voices placeholder`: a machine's voice for languages that nobody has recorded yet, marked as such.

A placeholder lets staff try the sound, and lets a visitor who cannot read at least guess; a person is the real thing.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.files import read_sound
from deploy.voices.scope import Scope
from deploy.voices.sound import Samples, polish
from locales.catalogue import own_name

NOT_UNDERSTOOD = {"th": "espeak-ng does not speak Thai so that people understand it"}
"""Languages that espeak-ng lists and must not be heard in; only people can record these."""
VOICES = {"en": "gmw/en", "es": "roa/es-419", "pt": "roa/pt-BR"}
"""Where espeak-ng has several. Most who speak Spanish and Portuguese speak it as in America, and are at home with the
clearer ends of words there; English is the one that its makers tend best."""
WORDS_A_MINUTE = 130
"""Usual is 175. People read aloud to foreigners at about this speed, and the terminal's listeners often are."""
GAP = 3
"""Between words, in steps of 10 ms at the usual speed: the machine's words run into each other without."""
QUALITY = 0.0
"""Of Vorbis, its lowest: nine languages take 2.8 MB, and a voice that hums loses little by it."""
SECONDS = 60
"""At most for one text."""


def run_placeholder(configuration: Configuration, given: Sequence[str], *, anew: bool = False) -> None:
    """Makes what is missing, or all that no person has recorded when `anew`. Raises Problem."""
    scope = Scope(configuration)
    for language in given:
        if reason := NOT_UNDERSTOOD.get(language):
            raise Problem(f"no placeholders for {language}: {reason}. fjes voices record {language} records a person")
    voices = {language: espeak_voice(scope.speakable(language)) for language in scope.languages(given)}
    for language, voice in voices.items():
        made, left = make_placeholders(scope, language, voice, anew=anew)
        print(f"{language} {own_name(language)}: {made} placeholders made in {scope.shelf(language).directory}")
        if left:
            print(
                f"    left alone, as a person said an older text: {', '.join(left)}; "
                f"fjes voices record {language} --only {' '.join(left)}"
            )


def make_placeholders(scope: Scope, language: str, voice: str, *, anew: bool = False) -> tuple[int, list[str]]:
    """How many were made, and the names of a person's recordings of other texts, which are never overwritten."""
    shelf, voices = scope.shelf(language), scope.voices()
    shelf.prepare()
    made, left = 0, []
    for prompt in scope.prompts(language).all():
        recording = voices.find(prompt)
        if recording and not (anew and recording.placeholder):
            continue
        listed = shelf.spoken().get(prompt.name)
        if listed and not listed.placeholder:
            left.append(prompt.name)
            continue
        samples, rate = speak(prompt.text, voice)
        shelf.keep(prompt, samples, rate, quality=QUALITY, placeholder=True)
        made += 1
    return made, left


def espeak_voice(language: str) -> str:
    """The name of espeak-ng's own voice for a language. Raises Problem."""
    table = _espeak([f"--voices={language}"]).splitlines()[1:]
    own = [name for name in (row.split()[4] for row in table) if not name.startswith("mb/")]  # those need MBROLA
    if not own:
        raise Problem(f"no placeholders for {language}: espeak-ng does not speak it; record a person")
    return VOICES.get(language, own[0])


def speak(text: str, voice: str) -> tuple[Samples, int]:
    """One text as kept: trimmed, and as loud as every recording. Raises Problem."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "spoken.wav"
        pace = ["-s", str(WORDS_A_MINUTE), "-g", str(GAP)]
        _espeak(["-v", voice, "-b", "1", *pace, "--stdin", "-w", str(file)], text)
        samples, rate, _ = read_sound(file)
    return polish(samples, rate), rate


def _espeak(arguments: Sequence[str], text: str = "") -> str:
    """What espeak-ng prints. The text goes in as UTF-8, never as an argument."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise Problem("placeholders need espeak-ng: apt install espeak-ng")
    try:
        done = subprocess.run([program, *arguments], input=text.encode(), capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Problem(f"espeak-ng did not end within {SECONDS} s for “{text}”") from error
    if done.returncode:
        raise Problem(f"espeak-ng could not say “{text}”: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode(errors="replace")
