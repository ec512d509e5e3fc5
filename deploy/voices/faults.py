"""What is wrong with how one recording sounds; each threshold with its reason."""

from collections.abc import Iterator

import numpy as np

from deploy.voices.sound import TARGET, Samples, frame_levels, is_clipped, loudness, trim

APART = 6.0
"""DB from the common loudness. A visitor sets the volume once; 6 dB more or less is clearly another volume."""
LONGEST_BEGIN, LONGEST_LETTER = 2.0, 0.25
"""Seconds, and seconds for each letter. Calm speech has 10 to 15 letters a second, and Chinese 4 signs: what takes
longer than this has a long silence in it or says more than the screen does, while someone in a hurry waits."""
SHORTEST_LETTER = 0.03
"""Seconds for each letter: nobody says over 30 a second, so part of the text is missing."""
CLEAR = 15.0
"""DB between the loudest speech and the quietest tenth of a take. Less is hard to understand for ears that are not
used to the language: 15 dB is what the American Speech-Language-Hearing Association asks of classrooms (2005)."""


def faults(samples: Samples, rate: int, text: str) -> Iterator[str]:
    """In words, for a recording that says `text`; none when it is good."""
    if not len(trim(samples, rate)):
        yield "is silent"
        return
    if is_clipped(samples):
        yield "is clipped: it is cut off where it is loudest"
    level = loudness(samples, rate)
    expected = f"expected {TARGET - APART:.0f} to {TARGET + APART:.0f}"
    if level < TARGET - APART:
        yield f"is too quiet: {level:.0f} LUFS, {expected}"
    if level > TARGET + APART:
        yield f"is too loud: {level:.0f} LUFS, {expected}"
    seconds, letters = len(samples) / rate, len(text)
    if seconds > (longest := LONGEST_BEGIN + LONGEST_LETTER * letters):
        yield f"is too long: {seconds:.1f} s, expected at most {longest:.1f}"
    if seconds < SHORTEST_LETTER * letters:
        yield f"is too short: {seconds:.1f} s for {letters} letters, so it may be cut off"


def faults_of_take(samples: Samples, rate: int) -> Iterator[str]:
    """In words, for what the microphone heard, before it is trimmed and made louder."""
    if is_clipped(samples):
        yield "it was too loud for the microphone and is cut off; go further away, or turn the microphone down"
    levels = frame_levels(samples, rate)
    if len(levels) and levels.max() - np.percentile(levels, 10) < CLEAR:
        yield "there is much noise; go nearer to the microphone, or to a quieter room"
