"""Settings files, right and wrong in every way: the error names file, key, value and what is expected."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from contract.periods import Granularity
from contract.sheets import PROFILES, Table
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.settings import Settings
from kiosk.moment import Known
from kiosk.opening import Opening
from kiosk.play import Rules
from locales.catalogue import default_survey, languages

DEFAULT = default_survey()


def written(directory: Path, text: str) -> Path:
    file = directory / "fjes.toml"
    file.write_text(text, encoding="utf-8")
    return file


def read(directory: Path, text: str) -> Configuration:
    return read_settings(written(directory, text))


def problem(directory: Path, text: str) -> str:
    """What is said about a file, without its name, which must be there."""
    file = written(directory, text)
    with pytest.raises(Problem) as raised:
        read_settings(file)
    start = f"settings {file}: "
    assert str(raised.value).startswith(start)
    return str(raised.value).removeprefix(start)


def test_without_a_file_everything_is_as_documented() -> None:
    assert read_settings(None).settings == Settings()


def test_an_empty_file_is_the_same(tmp_path: Path) -> None:
    assert read(tmp_path, "").settings == Settings()


def test_the_keys_that_are_fixed_are_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        [site]
        timezone = "Europe/Bucharest"
        languages = ["ro", "en"]
        [broker]
        host = "broker.example"
        port = 8883
        [privacy]
        profile = "busy"
        release = 3
        [privacy.periods]
        faces = "day"
        [terminal]
        id = "stua-1"
        data = "here"
        window = "1280x800"
        [collector]
        store = "there.db"
        [dashboard]
        host = "0.0.0.0"
        port = 80
        """,
    ).settings
    assert settings.site.languages == ("ro", "en")
    assert (settings.broker.host, settings.broker.port) == ("broker.example", 8883)
    assert settings.privacy.votes_to_release == 3
    assert settings.privacy.granularities == {**PROFILES["busy"], Table.FACES: Granularity.DAY}
    assert settings.terminal.size == (1280, 800)
    assert settings.dashboard.port == 80


def test_a_profile_brings_its_own_periods_and_release() -> None:
    assert Settings().privacy.granularities == PROFILES["small"]
    assert Settings().privacy.votes_to_release == 5
    assert Settings().terminal.size is None


MESSAGE = "[[site.messages]]\n"
OPENING = "[[site.opening]]\n"

BAD = [
    ("site = 3", ["site = 3", "expected a section"]),
    ("[privacy]\nperiods = 3", ["privacy.periods = 3", "expected a section"]),
    ('[site]\ntimezone = "Oslo"', ["site", "timezone 'Oslo'", "expected a name as Europe/Oslo"]),
    ("[site]\ntimezone = 1", ["site.timezone = 1", "expected text", "got a whole number"]),
    ("[site]\nlanguages = []", ["site.languages = []", "expected a list of length >= 1"]),
    ('[site]\nlanguages = "nb"', ["site.languages = 'nb'", "expected a list", "got text"]),
    ('[site]\nlanguages = ["nb", "NB"]', ["site.languages[1] = 'NB'", "expected text"]),
    ('[site]\nlanguages = ["xx"]', ["language 'xx'", f"expected some of {', '.join(languages('kiosk'))}"]),
    ('[site]\nlanguages = ["nb", "nb"]', ["languages nb, nb", "expected each once"]),
    ("[site]\nmessages = 3", ["site.messages = 3", "expected a list"]),
    (MESSAGE, ["the message number 1 is empty", "expected a text per language"]),
    (MESSAGE + 'xx = "We did"', ["language 'xx'", "expected some of"]),
    (MESSAGE + "en = 3", ["site.messages[0].en = 3", "expected text"]),
    (MESSAGE + 'en = ""', ["site.messages[0].en = ''", "expected text of length >= 1"]),
    (MESSAGE + f'en = "{"a" * 201}"', ["site.messages[0].en = 'aaa", "expected text of length <= 200"]),
    ((MESSAGE + 'en = "We did"\n') * 4, ["site.messages = [", "expected a list of length <= 3"]),
    ("[site]\nvoices = 3", ["site.voices = 3", "expected text"]),
    (OPENING + 'days = "mon"\nopen = "09:00"', ["site.opening[0]", "missing required field `close`"]),
    (OPENING + 'days = "man-fre"\nopen = "09:00"\nclose = "16:00"', ["site.opening[0]", "days 'man-fre'", "mon-fri"]),
    (OPENING + 'days = "mon"\nopen = "9"\nclose = "16:00"', ["site.opening[0]", "open '9'", "expected one as 09:00"]),
    (OPENING + 'days = "mon"\nopen = 09:00:00\nclose = "16:00"', ["site.opening[0].open = ", "expected text"]),
    (OPENING + 'days = "mon"\nopen = "09:00"\nclose = "09:00"', ["site.opening[0]", "both 09:00", "00:00 and 24:00"]),
    ('[broker]\nhost = ""', ["broker.host = ''", "expected text of length >= 1"]),
    ('[broker]\nport = "x"', ["broker.port = 'x'", "expected a whole number"]),
    ("[broker]\nport = 0", ["broker.port = 0", "expected a whole number >= 1"]),
    ("[broker]\nport = 65536", ["broker.port = 65536", "expected a whole number <= 65535"]),
    ("[broker]\nport = true", ["broker.port = True", "expected a whole number"]),
    ("[broker]\nport = 1883.5", ["broker.port = 1883.5", "expected a whole number"]),
    ('[privacy]\nprofile = "big"', ["privacy.profile = 'big'", 'expected `"small"` or `"busy"`']),
    ("[privacy]\nrelease = 0", ["privacy.release = 0", "expected a whole number >= 1"]),
    ("[privacy]\nsmallest = 2", ["privacy.smallest = 2", "expected a whole number >= 3"]),
    ('[privacy.periods]\nfaces = "week"', ["privacy.periods.faces = 'week'", '`"hour"` or `"day"` or `"month"`']),
    ('[terminal]\nid = "Stua 1"', ["terminal.id = 'Stua 1'", "expected", "a-z, 0-9 and '-'"]),
    ('[terminal]\nid = "stua-1\\n"', ["terminal.id = 'stua-1\\n'", "expected"]),
    ('[terminal]\nwindow = "huge"', ["terminal.window = 'huge'", "expected", "`fullscreen`, or `1280x800`"]),
    ("[terminal]\nkeep_days = 0", ["terminal.keep_days = 0", "expected a whole number >= 1"]),
    ('[terminal]\nclock = "maybe"', ["terminal.clock = 'maybe'", 'expected `"auto"` or `"trusted"`']),
    ('[terminal]\ninches = "ten"', ["terminal.inches = 'ten'", "expected a number"]),
    ("[terminal]\ninches = 1.5", ["terminal.inches = 1.5", "expected a number >= 4"]),
    ('[terminal]\nreach = "high"', ["terminal.reach = 'high'", 'expected `"normal"` or `"low"`']),
    ("[terminal]\nvolume = 0", ["terminal.volume = 0", "expected a whole number >= 1"]),
    ("[terminal]\nvolume = 6", ["terminal.volume = 6", "expected a whole number <= 5"]),
    ("[terminal.play]\nchanges = 0", ["terminal.play.changes = 0", "expected a whole number >= 1"]),
    ('[terminal.play]\nrest = "long"', ["terminal.play.rest = 'long'", "expected a number"]),
    ("[terminal.play]\nrest = 60", ["terminal.play.rest = 60", "expected a number <= 5"]),
    ('[terminal.staff_pin]\nhash = "a"', ["terminal.staff_pin", "expected text"]),
    ('[collector]\nstore = ""', ["collector.store = ''", "expected text of length >= 1"]),
    ("[collector]\nsurveys = [3]", ["collector.surveys[0] = 3", "expected text"]),
    ("[[collector.places]]\nterminal = 'a'", ["unknown key 'collector.places'", "fjes terminal move"]),
    ('[dashboard]\nport = "http"', ["dashboard.port = 'http'", "expected a whole number"]),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[text.replace("\n", " ") for text, _ in BAD])
def test_a_bad_value_is_named_with_what_is_expected(tmp_path: Path, text: str, said: list[str]) -> None:
    found = problem(tmp_path, text)
    for part in said:
        assert part in found
    assert "regex" not in found or "languages" in found


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("[borker]\nport = 1", "borker", "broker"),
        ("[broker]\nprot = 1", "broker.prot", "port"),
        ('[privacy.periods]\nface = "day"', "privacy.periods.face", "faces"),
        ("[terminal.play]\nchange = 1", "terminal.play.change", "changes"),
        ("[collector]\nsurvey = 1", "collector.survey", "surveys"),
        (OPENING + 'dais = "mon"', "site.opening[0].dais", "days"),
        ("[collector]\nnothing_like_it = 1", "collector.nothing_like_it", None),
    ],
)
def test_an_unknown_key_is_named_with_the_known_ones(tmp_path: Path, text: str, key: str, near: str | None) -> None:
    found = problem(tmp_path, text)
    assert found.startswith(f"unknown key '{key}")
    expected = found.partition("expected one of ")[2].partition(";")[0]
    assert all(expected.split(", "))
    if near:
        assert near in expected.split(", ")
        assert found.endswith(f"did you mean {near!r}?")


def test_nothing_is_suggested_for_a_key_like_no_other(tmp_path: Path) -> None:
    assert "did you mean" not in problem(tmp_path, "[site]\nxyzzy = 1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[site]\ntimezone = Oslo", "at line 2, column 12"),
        ("[site]\n[site]", "at line 2"),
        ('[site]\ntimezone = "a', "at end of document"),
        ("[broker]\nport = 1\nport = 2", "overwrite a value"),
        ("a = " + "[" * 5000, "nested too deep"),
        ("a = " + "9" * 5000, "4300 digits"),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert said in problem(tmp_path, text)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    file = tmp_path / "fjes.toml"
    file.write_bytes(b'[broker]\nhost = "\xe5"')
    with pytest.raises(Problem, match=r"fjes\.toml: is not UTF-8 at byte 17"):
        read_settings(file)


@pytest.mark.parametrize(("name", "said"), [("none.toml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(Problem, match=rf"settings {tmp_path}.*: {said}"):
        read_settings(tmp_path / name)


def test_relative_paths_begin_at_the_files_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    written(tmp_path / "etc", "")
    monkeypatch.chdir(tmp_path)
    configuration = read_settings(Path("etc/fjes.toml"))
    monkeypatch.chdir("/")
    assert configuration.path("fjes.db") == tmp_path / "etc" / "fjes.db"
    assert configuration.path("/var/fjes.db") == Path("/var/fjes.db")


def test_without_a_file_they_begin_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(None).path("fjes.db") == tmp_path / "fjes.db"


def test_what_visitors_are_told_is_read(tmp_path: Path) -> None:
    two = '[[site.messages]]\nen = "You asked for tea: here it is"\nnb = "Te!"\n[[site.messages]]\nth = "ชา"\n'
    assert read(tmp_path, two).settings.site.messages == (
        {"en": "You asked for tea: here it is", "nb": "Te!"},
        {"th": "ชา"},
    )


def test_opening_hours_are_read_and_without_any_it_is_always_open(tmp_path: Path) -> None:
    monday, sunday = (Known(datetime(2026, 11, day, 10, tzinfo=UTC)) for day in (16, 22))
    settings = read(tmp_path, OPENING + 'days = "mon-fri"\nopen = "09:00"\nclose = "16:00"\n')
    hours = Opening.of(settings.open_times)
    assert (hours.is_open(monday), hours.is_open(sunday)) == (True, False)
    assert Opening.of(read(tmp_path, "").open_times).is_open(sunday)


def test_a_screen_is_read(tmp_path: Path) -> None:
    terminal = read(tmp_path, '[terminal]\ninches = 10\nreach = "low"\nvolume = 5').settings.terminal
    assert (terminal.inches, terminal.reach, terminal.volume) == (10.0, "low", 5)


def test_the_rules_of_play_are_read(tmp_path: Path) -> None:
    rules = read(tmp_path, "[terminal.play]\nchanges = 9\nrest = 1").settings.terminal.play
    assert rules == Rules(changes=9, rest=1.0)


def test_files_that_the_settings_name_are_looked_for(tmp_path: Path) -> None:
    named = '[site]\nvoices = "voices"\n[terminal]\nstaff_pin = "pin"'
    configuration = read(tmp_path, named)
    with pytest.raises(Problem, match=rf"site\.voices = 'voices': there is no directory {tmp_path}/voices"):
        configuration.voices()
    with pytest.raises(Problem, match=rf"terminal\.staff_pin = 'pin': there is no file {tmp_path}/pin; .*fjes pin"):
        configuration.staff_pin()
    (tmp_path / "voices").mkdir()
    (tmp_path / "pin").write_text("")
    assert (configuration.voices(), configuration.staff_pin()) == (tmp_path / "voices", tmp_path / "pin")
    assert (read(tmp_path, "").voices(), read(tmp_path, "").staff_pin()) == (None, None)


class TestSurveys:
    def survey(self, directory: Path, name: str, version: str) -> None:
        (directory / name).write_bytes(msgspec.json.encode(msgspec.structs.replace(DEFAULT, id=version)))

    def test_the_one_that_comes_with_fjes_is_shown(self, tmp_path: Path) -> None:
        configuration = read(tmp_path, "")
        assert configuration.survey() == DEFAULT
        assert configuration.surveys() == [DEFAULT]

    def test_a_file_beside_the_settings_is_shown(self, tmp_path: Path) -> None:
        self.survey(tmp_path, "own.json", "own@1")
        configuration = read(tmp_path, '[site]\nsurvey = "own.json"')
        assert configuration.survey().id == "own@1"
        assert [survey.id for survey in configuration.surveys()] == ["visit@1", "own@1"]

    def test_sheets_of_other_versions_are_accepted_too(self, tmp_path: Path) -> None:
        self.survey(tmp_path, "two.json", "visit@2")
        self.survey(tmp_path, "three.json", "visit@3")
        configuration = read(
            tmp_path, '[site]\nsurvey = "three.json"\n[collector]\nsurveys = ["two.json", "three.json"]'
        )
        assert [survey.id for survey in configuration.surveys()] == ["visit@1", "visit@2", "visit@3"]

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Problem, match=rf"survey {tmp_path}/own\.json: No such file"):
            read(tmp_path, '[site]\nsurvey = "own.json"').survey()

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b"{\n  oops", "line 2, column 3"),
            (b"\xff", "not UTF-8"),
            (b"{}", "missing required field"),
            (b'{"x":' + b"[" * 100_000, "nested too deep"),
            (msgspec.json.encode(DEFAULT)[:-1] + b',"colour":"red"}', "unknown key 'colour'"),
        ],
    )
    def test_a_bad_file_is_named_with_what_is_wrong(self, tmp_path: Path, raw: bytes, said: str) -> None:
        (tmp_path / "own.json").write_bytes(raw)
        configuration = read(tmp_path, '[collector]\nsurveys = ["own.json"]')
        with pytest.raises(Problem) as raised:
            configuration.surveys()
        assert str(raised.value).startswith(f"survey {tmp_path}/own.json: ")
        assert said in str(raised.value)

    def test_a_survey_that_lacks_a_language_of_the_site_is_refused(self, tmp_path: Path) -> None:
        short = msgspec.structs.replace(DEFAULT, id="short@1", languages=("nb", "en"))
        (tmp_path / "own.json").write_bytes(msgspec.json.encode(short))
        text = '[site]\nsurvey = "own.json"\nlanguages = ["nb", "th"]'
        with pytest.raises(Problem, match=r"site\.languages: survey short@1 is not written in th; it has nb, en"):
            read(tmp_path, text).survey()

    def test_a_survey_that_no_message_can_carry_is_refused(self, tmp_path: Path) -> None:
        """The wire takes 64 KiB, and a collector that could not send it would say so to nobody."""
        long = dict.fromkeys([f"q{a}{b}" for a in "abcdef" for b in "abcde"], "ก" * 200)
        options = [
            msgspec.structs.replace(option, text=DEFAULT.question | long) for option in DEFAULT.satisfied.options
        ]
        satisfied = msgspec.structs.replace(DEFAULT.satisfied, options=tuple(options))
        (tmp_path / "own.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(DEFAULT, satisfied=satisfied)))
        with pytest.raises(Problem, match=r"site\.survey and site\.messages together: message has \d+ bytes; at most"):
            read(tmp_path, '[site]\nsurvey = "own.json"').survey()
