"""Voices: nothing is heard but the text on the screen, and what is damaged is named and left out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from contract.errors import RefusedError
from locales.catalogue import default_survey, languages
from locales.prompts import Prompt, Prompts
from locales.voices import SHIPPED, Recording, Voices, read_voices, recording_file, shipped

NEVER_BY_MACHINE = {"th"}
HELLO = Prompt("thanks", "nb", "Takk!")
BYE = Prompt("skip", "nb", "Hopp over")


def lay(directory: Path, **spoken: str | tuple[str, bool]) -> None:
    """Recordings in a language's directory, by name: the text, and whether it is a placeholder."""
    directory.mkdir(parents=True, exist_ok=True)
    entries: dict[str, dict[str, object]] = {}
    for name, said in spoken.items():
        text, placeholder = (said, False) if isinstance(said, str) else said
        entries[name] = {"text": text, "placeholder": placeholder}
        recording_file(directory, name).write_bytes(b"sound")
    (directory / "voices.json").write_text(json.dumps(entries))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A site's own directory."""
    return tmp_path / "own"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """In the place of the recordings that come with fjes."""
    made = tmp_path / "locales"
    made.mkdir()
    return made


class TestFind:
    def test_a_recording_of_the_text_is_found(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Takk!", skip=("Hopp over", True))
        voices = Voices(own, root)
        assert voices.find(HELLO) == Recording(own / "nb" / "thanks.ogg", placeholder=False)
        assert voices.find(BYE) == Recording(own / "nb" / "skip.ogg", placeholder=True)
        assert voices.speaks([HELLO, BYE])

    def test_what_was_said_before_the_text_changed_is_not_heard(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Tusen takk!")
        assert Voices(own, root).find(HELLO) is None
        assert not Voices(own, root).speaks([HELLO])

    def test_the_sites_own_comes_first(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Takk!")
        lay(shipped("nb", root), thanks="Takk!", skip="Hopp over")
        voices = Voices(own, root)
        assert voices.find(HELLO) == Recording(own / "nb" / "thanks.ogg", placeholder=False)
        assert voices.find(BYE) == Recording(root / "nb" / "audio" / "skip.ogg", placeholder=False)

    def test_where_the_sites_own_says_an_older_text_the_other_is_heard(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Tusen takk!")
        lay(shipped("nb", root), thanks=("Takk!", True))
        assert Voices(own, root).find(HELLO) == Recording(root / "nb" / "audio" / "thanks.ogg", placeholder=True)

    def test_a_person_comes_before_a_machine(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks=("Takk!", True))
        lay(shipped("nb", root), thanks="Takk!")
        assert Voices(own, root).find(HELLO) == Recording(root / "nb" / "audio" / "thanks.ogg", placeholder=False)

    def test_another_language_is_another_voice(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Takk!")
        assert Voices(own, root).find(Prompt("thanks", "da", "Takk!")) is None

    def test_a_site_without_recordings_of_its_own_has_those_of_fjes(self, root: Path) -> None:
        lay(shipped("nb", root), thanks="Takk!")
        assert Voices(root=root).speaks([HELLO])

    def test_one_text_that_cannot_be_heard_is_enough(self, own: Path, root: Path) -> None:
        lay(own / "nb", thanks="Takk!")
        voices = Voices(own, root)
        assert voices.speaks([HELLO])
        assert not voices.speaks([HELLO, BYE])
        assert voices.speaks([])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    listed=st.dictionaries(
        st.sampled_from(["own", "fjes"]),
        st.dictionaries(
            st.sampled_from(["thanks", "skip"]), st.tuples(st.sampled_from(["a", "b", "ä"]), st.booleans())
        ),
    ),
    name=st.sampled_from(["thanks", "skip", "name"]),
    text=st.sampled_from(["a", "b", "ä", ""]),
)
def test_whatever_is_found_says_the_text(
    tmp_path_factory: pytest.TempPathFactory,
    listed: dict[str, dict[str, tuple[str, bool]]],
    name: str,
    text: str,
) -> None:
    """And something is found exactly when something says it; a machine only where no person does."""
    directory = tmp_path_factory.mktemp("voices")
    places = {"own": directory / "own" / "nb", "fjes": shipped("nb", directory / "locales")}
    for place in places.values():
        place.mkdir(parents=True)
    for where, spoken in listed.items():
        lay(places[where], **spoken)
    found = Voices(directory / "own", directory / "locales").find(Prompt(name, "nb", text))
    saying = {
        recording_file(places[where], name): spoken[name][1]
        for where, spoken in listed.items()
        if name in spoken and spoken[name][0] == text
    }
    assert (found is None) == (not saying)
    if found:
        assert saying[found.file] == found.placeholder == all(saying.values())


class TestTrouble:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "truncated"),
            (b'{"thanks": ', "truncated"),
            (b"[]", "Expected `object`, got `array`"),
            (b'{"thanks": {"placeholder": true}}', "missing required field `text`"),
            (b'{"thanks": {"text": 1}}', "Expected `str`, got `int`"),
            (b'{"../../thanks": {"text": "Takk!"}}', "matching regex"),
            (b'{"thanks": {"text": "\xff"}}', "UTF-8"),
            (b'{"thanks": {"text": "Takk!", "x": ' + b"[" * 100_000, "nested too deep"),
        ],
    )
    def test_a_damaged_list_is_named_and_silent(self, own: Path, root: Path, content: bytes, reason: str) -> None:
        lay(own / "nb", thanks="Takk!")
        lay(own / "en", thanks="Thank you!")
        (own / "nb" / "voices.json").write_bytes(content)
        voices = Voices(own, root)
        with capture_logs() as logs:
            assert voices.find(HELLO) is None
            assert voices.speaks([Prompt("thanks", "en", "Thank you!")])
        [entry] = logs
        assert (entry["event"], entry["log_level"]) == ("voices-damaged", "warning")
        assert str(own / "nb" / "voices.json") in entry["reason"]
        assert reason in entry["reason"]
        with pytest.raises(RefusedError, match=r"voices\.json"):
            read_voices(own / "nb")

    def test_a_list_that_cannot_be_read_is_named_and_silent(self, own: Path, root: Path) -> None:
        (own / "nb" / "voices.json").mkdir(parents=True)
        with capture_logs() as logs:
            assert Voices(own, root).find(HELLO) is None
        assert [entry["event"] for entry in logs] == ["voices-damaged"]

    @pytest.mark.parametrize("state", ["missing", "empty"])
    def test_a_file_that_cannot_be_played_is_named_and_silent(self, own: Path, root: Path, state: str) -> None:
        lay(own / "nb", thanks="Takk!", skip="Hopp over")
        file = own / "nb" / "thanks.ogg"
        if state == "missing":
            file.unlink()
        else:
            file.write_bytes(b"")
        voices = Voices(own, root)
        with capture_logs() as logs:
            assert voices.find(HELLO) is None
            assert voices.find(BYE) is not None
        assert logs == [{"event": "recording-missing", "log_level": "warning", "file": str(file), "reason": state}]

    def test_a_site_directory_that_is_not_there_is_named(self, own: Path, root: Path) -> None:
        with capture_logs() as logs:
            assert Voices(own, root).find(HELLO) is None
        assert [(entry["event"], entry["directory"]) for entry in logs] == [("voices-unreadable", str(own))]

    def test_no_warning_comes_when_a_visitor_chooses_a_language(self, own: Path, root: Path) -> None:
        """It would tell which language is spoken now, and when."""
        lay(own / "nb", thanks="Takk!")
        for language in ("en", "ar"):
            lay(own / language, thanks="…")
            (own / language / "thanks.ogg").unlink()
        voices = Voices(own, root)
        with capture_logs() as logs:
            voices.find(HELLO)
        assert len(logs) == 2
        with capture_logs() as later:
            for language in ("en", "ar", "th"):
                voices.find(Prompt("thanks", language, "…"))
        assert later == []

    def test_a_directory_without_a_list_is_fine(self, own: Path, root: Path) -> None:
        (own / "nb").mkdir(parents=True)
        with capture_logs() as logs:
            assert Voices(own, root).find(HELLO) is None
        assert logs == []


def test_the_terminal_needs_no_library_of_sound_for_this() -> None:
    code = "import sys, locales.voices; print(*{'soundfile', 'sounddevice', 'numpy'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=SHIPPED.parent, text=True).split() == []


def shipped_prompts(language: str) -> Iterator[Prompt]:
    return Prompts(default_survey(), language).all()


class TestShipped:
    @pytest.mark.parametrize("language", sorted(set(default_survey().languages) - NEVER_BY_MACHINE))
    def test_every_shipped_language_but_thai_speaks_all_its_prompts(self, language: str) -> None:
        """When a text was changed: fjes voices placeholder LANGUAGE."""
        voices = Voices()
        assert [prompt.name for prompt in shipped_prompts(language) if voices.find(prompt) is None] == []

    def test_thai_is_never_spoken_by_a_machine(self) -> None:
        machine = [name for name, spoken in read_voices(shipped("th")).items() if spoken.placeholder]
        assert machine == []

    @pytest.mark.parametrize("language", languages("kiosk"))
    def test_nothing_else_lies_beside_the_recordings(self, language: str) -> None:
        directory = shipped(language)
        if directory.exists():
            listed = {recording_file(directory, name) for name in read_voices(directory)} | {directory / "voices.json"}
            assert set(directory.iterdir()) == listed
            assert set(read_voices(directory)) == {prompt.name for prompt in shipped_prompts(language)}

    def test_they_take_little_room(self) -> None:
        """Bytes; a terminal's card and every clone of the repository hold them."""
        assert sum(file.stat().st_size for file in SHIPPED.glob("*/audio/*")) < 3_200_000
