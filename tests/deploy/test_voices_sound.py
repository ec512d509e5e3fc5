"""Sound as numbers: against the standard's own figures, and as properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.voices.sound import (
    CEILING,
    TARGET,
    Samples,
    is_clipped,
    limit,
    loudness,
    normalise,
    polish,
    resample,
    trim,
)
from tests.deploy.sounds import RATE, quiet, speech

PEAK = 10 ** (CEILING / 20)


def tone(frequency: float, seconds: float = 2.0, *, rate: int = RATE, amplitude: float = 1.0) -> Samples:
    return np.asarray(amplitude * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate))


def noise(seed: int, seconds: float, amplitude: float) -> Samples:
    return np.random.default_rng(seed).normal(0, amplitude, int(seconds * RATE))


class TestLoudness:
    @pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
    def test_a_full_tone_of_997_hz_in_one_channel_is_as_loud_as_the_standard_says(self, rate: int) -> None:
        """ITU-R BS.1770-4, annex 1: -3.01 LKFS."""
        assert loudness(tone(997, rate=rate), rate) == pytest.approx(-3.01, abs=0.01)

    @pytest.mark.parametrize("room", [0.0, 0.003])
    def test_pauses_do_not_make_speech_quieter(self, room: float) -> None:
        spoken = speech(2)
        whole = np.concatenate([spoken, noise(1, 10, room)])
        assert loudness(whole, RATE) == pytest.approx(loudness(spoken, RATE), abs=0.5)

    def test_low_hum_counts_less_than_speech(self) -> None:
        assert loudness(tone(40), RATE) < loudness(tone(997), RATE) - 3

    @given(gain=st.floats(-30, 0))
    def test_each_decibel_is_one(self, gain: float) -> None:
        spoken = speech(1)
        assert loudness(spoken * 10 ** (gain / 20), RATE) == pytest.approx(loudness(spoken, RATE) + gain, abs=0.01)

    @pytest.mark.parametrize("seconds", [0.0, 0.001, 1.0])
    def test_silence_has_none(self, seconds: float) -> None:
        assert loudness(quiet(seconds), RATE) == -np.inf

    def test_a_short_word_is_measured_whole(self) -> None:
        assert loudness(tone(997, 0.2), RATE) == pytest.approx(-3.01, abs=0.1)


class TestTrim:
    @given(before=st.floats(0, 3), after=st.floats(0, 3))
    def test_only_speech_is_left_with_a_little_around_it(self, before: float, after: float) -> None:
        kept = trim(np.concatenate([quiet(before), speech(2), quiet(after)]), RATE)
        assert 1.8 * RATE <= len(kept) <= 2.35 * RATE

    @given(seed=st.integers(0, 9), level=st.floats(-70, -45))
    def test_the_noise_of_a_room_is_no_speech(self, seed: int, level: float) -> None:
        room = noise(seed, 4, 10 ** (level / 20))
        room[RATE : 3 * RATE] += speech(2)
        assert 1.8 * RATE <= len(trim(room, RATE)) <= 2.4 * RATE

    def test_a_click_before_speech_is_cut_away(self) -> None:
        click = quiet(1)
        click[1000:1200] = 0.8
        assert len(trim(np.concatenate([click, speech(2)]), RATE)) < 2.35 * RATE

    @given(sound=st.sampled_from([quiet(0), quiet(0.005), quiet(3), noise(1, 3, 0.001), tone(300, 0.02)]))
    def test_nothing_is_left_of_silence_and_of_clicks(self, sound: Samples) -> None:
        assert len(trim(sound, RATE)) == 0

    def test_a_pause_between_words_stays(self) -> None:
        said = np.concatenate([speech(1), quiet(1), speech(1)])
        assert len(trim(said, RATE)) >= 2.9 * RATE


class TestNormalise:
    @given(gain=st.floats(-28, 8))
    def test_whoever_speaks_is_as_loud_as_the_others(self, gain: float) -> None:
        assert loudness(normalise(speech(2) * 10 ** (gain / 20), RATE), RATE) == pytest.approx(TARGET, abs=0.5)

    @settings(max_examples=50)
    @given(seed=st.integers(0, 1000), size=st.integers(0, 5000), spikes=st.integers(0, 20))
    def test_no_peak_is_above_the_ceiling(self, seed: int, size: int, spikes: int) -> None:
        random = np.random.default_rng(seed)
        sound = random.normal(0, 0.2, size)
        if size:
            sound[random.integers(0, size, spikes)] *= random.uniform(1, 40, spikes)
        limited = limit(sound, RATE)
        assert len(limited) == size
        assert np.abs(limited).max(initial=0) <= PEAK + 1e-9
        assert np.all(np.abs(limited) <= np.abs(sound) + 1e-9)

    def test_what_is_far_from_a_peak_is_untouched(self) -> None:
        sound = speech(1)
        sound[100] = 3.0
        assert limit(sound, RATE)[1000:] == pytest.approx(sound[1000:])

    def test_noise_is_not_made_a_voice(self) -> None:
        assert loudness(normalise(noise(1, 2, 0.0001), RATE), RATE) < TARGET - 12

    def test_silence_stays_silence(self) -> None:
        assert not normalise(quiet(1), RATE).any()


class TestPolish:
    def test_a_take_becomes_a_recording(self) -> None:
        take = np.concatenate([quiet(2), speech(2) * 0.1, quiet(3)]) + 0.05  # a microphone with an offset
        kept = polish(take, RATE)
        assert 1.8 * RATE <= len(kept) <= 2.35 * RATE
        assert loudness(kept, RATE) == pytest.approx(TARGET, abs=0.5)
        assert kept[0] == kept[-1] == 0
        assert abs(kept.mean()) < 0.01

    @pytest.mark.parametrize("seconds", [0.0, 0.2, 5.0])
    def test_nothing_becomes_nothing(self, seconds: float) -> None:
        assert len(polish(quiet(seconds), RATE)) == 0


@pytest.mark.parametrize(("rate", "wanted"), [(44100, 48000), (48000, 24000), (16000, 48000), (48000, 48000)])
def test_another_rate_is_the_same_sound(rate: int, wanted: int) -> None:
    assert np.abs(resample(tone(440, 1, rate=rate), rate, wanted) - tone(440, 1, rate=wanted)).max() < 0.01


def test_of_nothing_another_rate_is_nothing() -> None:
    assert len(resample(quiet(0), 44100, 48000)) == 0


def test_what_is_cut_off_is_told_from_what_is_loud() -> None:
    assert is_clipped(np.clip(speech(1, amplitude=2.0), -1, 1))
    assert not is_clipped(speech(1, amplitude=0.98))
    assert not is_clipped(quiet(0))
