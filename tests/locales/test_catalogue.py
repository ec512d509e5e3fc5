"""Catalogues: every language says all that every other says, and names itself; wrong ones are named."""

import re
from pathlib import Path

import pytest
from babel import Locale, localedata
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import locales
from contract.errors import RefusedError
from contract.survey import Side
from locales.catalogue import catalogue, default_survey, languages, own_name, reviewed, right_to_left, untranslated
from locales.prompts import Prompts
from tests.locales.room import Room

ROOM = Path(locales.__path__[0])
DOMAINS = ("kiosk", "dashboard", "staff")
FILES = [(domain, language) for domain in DOMAINS for language in languages(domain)]


def read(domain: str, language: str) -> Catalog:
    with (ROOM / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


def texts(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """The messages by context and id; the header is none."""
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }


def every_form(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|%[sd]|{\w*}", text))


def test_the_empty_catalogue_to_begin_with_has_the_texts_and_hints_of_the_english_one() -> None:
    with (ROOM / "kiosk.pot").open("rb") as file:
        empty = read_po(file, abort_invalid=True)
    hints = {key: message.auto_comments for key, message in texts(read("kiosk", "en")).items()}
    assert {key: message.auto_comments for key, message in texts(empty).items()} == hints
    assert not any(form for message in texts(empty).values() for form in every_form(message))


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_has_the_same_texts(domain: str) -> None:
    found = {language: set(texts(read(domain, language))) for language in languages(domain)}
    everything = set().union(*found.values())
    assert everything
    assert {language: everything - own for language, own in found.items() if own != everything} == {}


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_no_text_is_missing_doubtful_or_left_over(domain: str, language: str) -> None:
    catalog = read(domain, language)
    messages = texts(catalog).values()
    assert [message.id for message in messages if not all(form.strip() for form in every_form(message))] == []
    assert [message.id for message in messages if message.fuzzy] == []
    assert not catalog.obsolete
    assert not catalog.fuzzy


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_placeholders_are_those_of_the_original(domain: str, language: str) -> None:
    for message in texts(read(domain, language)).values():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = placeholders(ids[-1])
        assert [form for form in every_form(message) if placeholders(form) != wanted] == []


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_the_header_names_the_language(domain: str, language: str) -> None:
    catalog = read(domain, language)
    assert str(catalog.locale) == language
    assert dict(catalog.mime_headers)["Language"] == language


@pytest.mark.parametrize("language", languages("kiosk"))
def test_a_catalogue_has_what_the_terminal_says_and_no_more(language: str) -> None:
    survey = default_survey()
    prompts = Prompts(survey, language)
    own = {prompt.text for prompt in prompts.needed()} - {own_name(language)}
    own -= {survey.question[language]}
    for side in Side:
        own -= {survey.follow_up(side).question[language], *(answer.text for answer in prompts.answers(side))}
    assert own == {form for message in texts(read("kiosk", language)).values() for form in every_form(message)}


def test_every_language_of_the_default_survey_has_a_catalogue() -> None:
    assert default_survey().languages == ("nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar")
    assert set(default_survey().languages) == set(languages("kiosk"))


def test_a_catalogue_is_read_without_being_compiled_first() -> None:
    assert catalogue("nb", "kiosk").gettext("Skip") == "Hopp over"
    assert catalogue("th", "kiosk").gettext("Skip") == "ข้าม"
    assert not list(ROOM.rglob("*.mo"))


def test_an_unknown_language_has_none() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue("tlh", "kiosk")


def test_languages_name_themselves_and_no_two_alike() -> None:
    names = {language: own_name(language) for language in languages("kiosk")}
    assert names == {
        "ar": "العربية",
        "bg": "Български",
        "en": "English",
        "es": "Español",
        "nb": "Norsk",
        "pt": "Português",
        "ro": "Română",
        "ru": "Русский",
        "th": "ไทย",
        "uk": "Українська",
    }


def test_every_name_is_in_its_catalogue_so_that_no_terminal_loads_cldr() -> None:
    for language in languages("kiosk"):
        assert f'"X-Name: {own_name(language)}\\n"' in (ROOM / language / "LC_MESSAGES" / "kiosk.po").read_text()


def test_a_language_without_a_catalogue_is_named_as_well_as_can_be() -> None:
    assert own_name("fr") == "Français"
    assert own_name("rom") == "rom"


def test_arabic_is_written_from_right_to_left() -> None:
    assert {language for language in languages("kiosk") if right_to_left(language)} == {"ar"}


def test_the_direction_is_the_one_that_cldr_says() -> None:
    codes = [code for code in localedata.locale_identifiers() if re.fullmatch("[a-z]{2,3}", code)]
    assert {code for code in codes if right_to_left(code)} >= {"ar", "he", "fa", "ps", "ur", "ckb"}
    assert [code for code in codes if right_to_left(code) != (Locale.parse(code).text_direction == "rtl")] == []


def header(**values: str) -> str:
    rows = {"Content-Type": "text/plain; charset=UTF-8", **{name.replace("_", "-"): v for name, v in values.items()}}
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{name}: {value}\\n"\n' for name, value in rows.items())


SKIP = '\nmsgid "Skip"\nmsgstr "{}"\n'


class TestOfASite:
    """Catalogues as somebody might write them, beside those that come with fjes."""

    def test_it_is_there_and_says_what_it_lacks(self, room: Room) -> None:
        room.write(header() + SKIP.format("Ka bood"))
        assert "so" in languages("kiosk")
        assert catalogue("so", "kiosk").gettext("Skip") == "Ka bood"
        assert set(untranslated("so")) == {msgid for _, msgid in texts(read("kiosk", "en"))} - {"Skip"}
        assert untranslated("en") == ()

    @pytest.mark.parametrize("text", [SKIP.format(""), "\n#, fuzzy" + SKIP.format("Ka bood"), SKIP.replace("ip", "op")])
    def test_an_empty_a_doubtful_and_another_text_are_no_translation(self, room: Room, text: str) -> None:
        room.write(header() + text)
        assert "Skip" in untranslated("so")
        assert catalogue("so", "kiosk").gettext("Skip") == "Skip"

    def test_a_name_in_the_header_comes_before_what_cldr_says(self, room: Room) -> None:
        room.write(header(X_Name="Af Soomaali"))
        room.write(header(X_Name="Romani čhib"), "rom")
        room.write(header(X_Name="ރޮހިންގާ"), "rhg")
        assert [own_name(code) for code in ("so", "rom")] == ["Af Soomaali", "Romani čhib"]
        assert [right_to_left(code) for code in ("so", "rom", "rhg")] == [False, False, True]

    @pytest.mark.parametrize(
        "raw",
        [
            "\ufeff" + header() + SKIP.format("Ka bood"),
            (header() + SKIP.format("Ka bood")).replace("\n", "  \r\n"),
            header(Content_Type="text/plain; charset=CHARSET") + SKIP.format("Ka bood"),
            "# A comment\n" + header(Language="so", PO_Revision_Date="YEAR-MO-DA HO:MI+ZONE") + SKIP.format("Ka bood"),
            SKIP.format("Ka bood"),
        ],
    )
    def test_what_editors_leave_behind_does_no_harm(self, room: Room, raw: str) -> None:
        room.write(raw)
        assert catalogue("so", "kiosk").gettext("Skip") == "Ka bood"
        assert (own_name("so"), reviewed("so")) == ("Soomaali", "")

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (
                header() + SKIP.format("Ka bood")[:-2] + "\n",
                'line 6: expected msgid "…", msgstr "…" or a comment; found',
            ),
            (header() + SKIP.format('Ka "bood"'), "line 6: expected msgid"),
            (header() + 'Skip = "Ka bood"\n', "line 4: expected msgid"),
            (
                header() + '\nmsgid "Skip"\n\nmsgid "Louder"\nmsgstr "x"\n',
                "near line 5: missing msgstr for msgid 'Skip'",
            ),
            (header(Plural_Forms="nplurals=x; plural=y;"), "header: "),
            (header().encode() + SKIP.format("Fårdig").encode("latin-1"), "line 6: is not UTF-8"),
        ],
    )
    def test_what_is_no_catalogue_is_named_with_its_file_and_line(
        self, room: Room, raw: str | bytes, said: str
    ) -> None:
        file = room.write(raw)
        with pytest.raises(RefusedError) as refused:
            catalogue("so", "kiosk")
        assert str(refused.value).startswith(f"{file}: {said}")
        assert own_name("so") == "Soomaali"

    @pytest.mark.parametrize("mark", ["", "2026-11-21 Kari Nordmann", "2026-11-21 K. N.", "2026-02-28 ق"])
    def test_a_review_is_who_and_when(self, room: Room, mark: str) -> None:
        room.write(header(X_Reviewed=mark))
        assert reviewed("so") == mark

    @pytest.mark.parametrize(
        "mark", ["Kari", "2026-11-21", "21.11.2026 Kari", "2026-02-30 Kari", "yes", "2026-11-21Kari"]
    )
    def test_another_form_is_named_with_what_is_expected(self, room: Room, mark: str) -> None:
        file = room.write(header(X_Reviewed=mark))
        expected = 'expected nothing, or a day and a name or initials, as "2026-11-21 Kari N."'
        with pytest.raises(RefusedError) as refused:
            reviewed("so")
        assert str(refused.value) == f"{file}: X-Reviewed is {mark!r}; {expected}"
