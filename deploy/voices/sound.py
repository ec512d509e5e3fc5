"""Sound as numbers: how loud it is, where speech begins and ends, and one loudness for every recording."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""One channel, from -1 to 1."""

TARGET = -18.0
"""Loudness of every recording, in LUFS. It is what the Audio Engineering Society recommends for speech that is heard
over the internet (TD1008, 2021); louder, the peaks of speech no longer fit under `CEILING`, quieter, a small
loudspeaker has too little left to turn up in a busy room."""
CEILING = -2.0
"""Highest peak, in dB of full scale: Vorbis draws a peak up to 1 dB higher than it was."""
MOST_GAIN = 30.0
"""In dB. What would need more is mostly the noise of the room; it stays too quiet, and that is said."""
SILENCE = -55.0
"""In dB of full scale; no 10 ms of a recording of speech at any usual distance are quieter than this throughout."""
FULL = 0.99
"""A sample from here on is taken for cut off."""
MUCH = 0.001
"""Share of samples cut off from which on it is heard: a millisecond in each second."""

_FRAMES = 100
"""Frames in a second when speech is looked for."""
_BEFORE, _AFTER = 0.1, 0.2
"""Seconds that are left around speech: weak sounds at its ends, as f and s, are hard to tell from the room."""
_SUSTAINED = 9
"""Frames, of which more than half must be loud: a click of a key is shorter."""
_FADE = 0.01
"""Seconds."""

# Biquads of the K-weighting at 48 kHz: ITU-R BS.1770-4, tables 1 and 2.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_BLOCK, _STEP = 0.4, 0.1
"""Seconds; BS.1770-4 measures in blocks that overlap by three quarters."""


def decibel(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Levels of mean squares; silence is -120 dB."""
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))


def loudness(samples: Samples, rate: int) -> float:
    """Integrated loudness in LUFS by ITU-R BS.1770-4, both gates; -inf for silence.

    What is shorter than one block is measured as one.
    """
    weighted = _weigh(samples, rate)
    block, step = min(int(_BLOCK * rate), len(samples)), int(_STEP * rate)
    if not block:
        return -np.inf
    energy = np.concatenate([[0.0], np.cumsum(weighted**2)])
    starts = np.arange(0, len(samples) - block + 1, step)
    power = (energy[starts + block] - energy[starts]) / block
    heard = power[_lufs(power) > -70.0]
    if not len(heard):
        return -np.inf
    heard = heard[_lufs(heard) > _lufs(heard.mean()) - 10.0]
    return float(_lufs(heard.mean()))


def _lufs(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return decibel(np.asarray(power)) - 0.691


def _weigh(samples: Samples, rate: int) -> Samples:
    """K-weighted, by the filters' response at each frequency; it is the same whatever the rate."""
    size = 1 << (len(samples) + rate // 10).bit_length()  # room for the filters to ring out
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1 / rate) / 48000)
    response = np.ones_like(z)
    for above, below in (_SHELF, _HIGH_PASS):
        response = response * np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    return np.fft.irfft(np.fft.rfft(samples, size) * response, size)[: len(samples)]


def frame_levels(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """The level of each 10 ms, in dB of full scale."""
    size = rate // _FRAMES
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    return decibel(np.mean(frames**2, axis=1)) if len(frames) else np.empty(0)


def trim(samples: Samples, rate: int) -> Samples:
    """From a little before the first sound of speech to a little after the last; empty when nothing is heard."""
    levels = frame_levels(samples, rate)
    if not len(levels) or levels.max() < SILENCE:
        return samples[:0]
    loudest, background = levels.max(), np.percentile(levels, 10)
    threshold = min(max(loudest - 40, background + 8), loudest - 20)
    loud = np.convolve(levels > threshold, np.ones(_SUSTAINED), "same") > _SUSTAINED / 2
    heard = np.flatnonzero(loud)
    if not len(heard):
        return samples[:0]
    first = heard[0] / _FRAMES - _BEFORE
    last = (heard[-1] + 1) / _FRAMES + _AFTER
    return samples[max(0, int(first * rate)) : int(last * rate)]


def normalise(samples: Samples, rate: int) -> Samples:
    """As loud as `TARGET`, no peak above `CEILING`; silence stays silence."""
    gain = TARGET - loudness(samples, rate)
    return limit(samples * 10 ** (min(gain, MOST_GAIN) / 20), rate) if np.isfinite(gain) else samples


def limit(samples: Samples, rate: int) -> Samples:
    """Turned down smoothly around each peak above `CEILING`, and untouched elsewhere.

    The gain is decided per millisecond, held for `reach` to both sides and averaged over one less: no average then
    reaches past a peak's own gain, nor does the line between two of them.
    """
    ceiling = 10 ** (CEILING / 20)
    size, reach = max(1, rate // 1000), 6
    blocks = -(-len(samples) // size)
    padded = np.pad(np.abs(samples), (0, blocks * size - len(samples)))
    peaks = padded.reshape(blocks, size).max(axis=1, initial=0.0)
    if not blocks or peaks.max() <= ceiling:
        return samples
    gains = np.pad(np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)), 2 * reach, constant_values=1.0)
    held = np.lib.stride_tricks.sliding_window_view(gains, 2 * reach + 1).min(axis=1)
    smooth = np.convolve(held, np.full(2 * reach - 1, 1 / (2 * reach - 1)), "valid")[1:-1]
    middles = np.arange(blocks) * size + (size - 1) / 2
    return samples * np.interp(np.arange(len(samples)), middles, smooth)


def polish(samples: Samples, rate: int) -> Samples:
    """A take as it is kept: only the speech, in one loudness, without a click at either end. Empty for silence."""
    speech = trim(samples - samples.mean() if len(samples) else samples, rate)
    if not len(speech):
        return speech
    kept = normalise(speech, rate).copy()
    size = min(int(_FADE * rate), len(kept) // 2)
    ramp = np.linspace(0.0, 1.0, size)
    kept[:size] *= ramp
    kept[len(kept) - size :] *= ramp[::-1]
    return kept


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate, by its spectrum."""
    size = round(len(samples) * wanted / rate)
    if rate == wanted or not size:
        return samples
    spectrum = np.fft.rfft(samples)
    fitted = np.zeros(size // 2 + 1, dtype=complex)
    kept = min(len(fitted), len(spectrum))
    fitted[:kept] = spectrum[:kept]
    return np.fft.irfft(fitted, size) * (size / len(samples))


def is_clipped(samples: Samples) -> bool:
    """Whether so much is cut off at full scale that it is heard."""
    return bool(len(samples)) and float(np.mean(np.abs(samples) >= FULL)) > MUCH
