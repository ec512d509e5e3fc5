"""`fjes survey`: files are checked whole, published under their own version, listed, and laid on the page as drafts."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.store.published import PublishedFile, read_published
from collector.store.sqlite import SqliteStore
from contract.opening import OpenTime
from contract.survey import parse_survey
from dashboard.people.book import People
from dashboard.people.roles import FREE
from deploy.command import main
from locales.catalogue import default_survey

Run = Callable[..., tuple[int, str]]
TEA = {"nb": "Te!", "en": "Tea!"}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """A site in a directory; gives the exit status and all that was said."""
    (tmp_path / "fjes.toml").write_text(
        '[site]\nlanguages = ["nb", "en"]\n[[site.messages]]\nnb = "Te!"\nen = "Tea!"\n', encoding="utf-8"
    )

    def run(*words: object) -> tuple[int, str]:
        status = main(["--config", str(tmp_path / "fjes.toml"), "survey", *map(str, words)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def write(directory: Path, change: Callable[[dict[str, Any]], object], name: str = "new.json") -> Path:
    """The default survey's file after a change."""
    survey = json.loads(msgspec.json.encode(default_survey()))
    change(survey)
    file = directory / name
    file.write_text(json.dumps(survey), encoding="utf-8")
    return file


def second(survey: dict[str, Any]) -> None:
    survey["id"] = "visit@2"
    survey["question"]["nb"] = "Hvordan var det?"


def today() -> date:
    return datetime.now().astimezone().date()


def published(directory: Path) -> list[tuple[str, str]]:
    found = read_published(directory / "fjes-published.db")
    return [(one.place, one.survey.id) for one in found if one.survey]


def test_a_good_file_is_good(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, second)
    assert run("check", file) == (0, f"{file}: ok: visit@2, in nb, en, es, pt, ro, bg, th, ru, uk, ar\n")


def test_all_that_is_missing_is_named_at_once(run: Run, tmp_path: Path) -> None:
    def lacking(survey: dict[str, Any]) -> None:
        del survey["question"]["nb"]
        del survey["unsatisfied"]["options"][2]["text"]["th"]

    file = write(tmp_path, lacking)
    status, said = run("check", file)
    assert status == 1
    assert said.splitlines() == [
        f"{file}: question has no text in nb",
        f"{file}: unsatisfied.nohelp has no text in th",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.update(quesiton={}), "unknown key 'quesiton' at $"),
        (lambda s: s["satisfied"]["options"][0].update(pictogram="unicorn"), "Invalid enum value 'unicorn'"),
        (lambda s: s.update(languages=["nb"]), "languages lacks en, which the terminals offer"),
        (lambda s: s.update(satisfied=3), "at `$.satisfied`"),
        (lambda s: s.update(languages=3), "at `$.languages`"),
        (lambda s: s["languages"].append("xx"), "question has no text in xx"),
    ],
)
def test_other_faults_are_named(run: Run, tmp_path: Path, change: Callable[[Any], object], words: str) -> None:
    status, said = run("check", write(tmp_path, change))
    assert status == 1
    assert words in said


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b'{"id": "x@1",\n "languages": [nb]}', "line 2, column 16"), (b"\xff", "is not UTF-8"), (b"[]", "Expected")],
)
def test_what_is_no_survey_is_told_where(run: Run, tmp_path: Path, raw: bytes, words: str) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(raw)
    good = write(tmp_path, second)
    status, said = run("check", file, good)
    assert status == 1
    assert words in said
    assert f"{good}: ok" in said


def test_a_file_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    for words in (("check",), ("publish",), ("import",)):
        status, said = run(*words, tmp_path / "none.json")
        assert (status, "none.json: No such file" in said) == (1, True)


def test_where_nothing_was_published_the_settings_are_listed_and_exported(run: Run) -> None:
    assert run("list") == (0, "all places: visit@1, from the settings\n")
    status, said = run("export")
    assert status == 0
    assert parse_survey(said.encode()) == default_survey()
    assert "there is no survey visit@9; there are visit@1" in run("export", "visit@9")[1]


def test_a_file_is_published_with_the_messages_that_hold_and_it_is_in_the_log(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, second)
    later = today() + timedelta(days=30)
    status, said = run("publish", file, "--place", "oslo/pro", "--since", later)
    assert status == 0
    assert f"visit@2 is asked at oslo/pro from {later} on" in said
    (one,) = read_published(tmp_path / "fjes-published.db")
    assert (one.place, one.since, one.messages, one.opening) == ("oslo/pro", later, (TEA,), None)
    assert one.survey == parse_survey(file.read_bytes())
    with closing(People.open(tmp_path / "fjes-people.db")) as people:
        (entry,) = people.audit.entries(FREE, 10)
    assert (entry.who, entry.act, entry.place, entry.detail) == ("", "published", "oslo/pro", f"visit@2 {later}")
    assert run("list")[1].splitlines() == [
        "all places: visit@1, from the settings",
        "oslo/pro: visit@1, from the settings",
        f"    from {later}: visit@2",
    ]
    assert json.loads(run("list", "--json")[1])[1]["next"] == "visit@2"
    assert parse_survey(run("export", "visit@2")[1].encode()) == one.survey


def test_messages_and_hours_of_the_place_go_on(run: Run, tmp_path: Path) -> None:
    hours = (OpenTime("mon", "10:00", "12:00"),)
    with closing(PublishedFile.open(tmp_path / "fjes-published.db")) as file:
        file.publish("oslo", today(), default_survey(), [{"nb": "Kake"}], hours, known={})
    run("publish", write(tmp_path, second), "--place", "oslo/pro")
    newest = read_published(tmp_path / "fjes-published.db")[-1]
    assert (newest.place, newest.messages, newest.opening) == ("oslo/pro", ({"nb": "Kake"},), hours)


def test_a_version_is_never_given_twice(run: Run, tmp_path: Path) -> None:
    run("publish", write(tmp_path, second))
    other = write(tmp_path, lambda s: s.update(id="visit@2"))
    status, said = run("publish", other)
    assert status == 1
    assert "there is another survey visit@2 already: give this one the id visit@1" in said, "the default's very words"
    stored = SqliteStore.open(tmp_path / "fjes.db")
    stored.publish_survey(parse_survey(write(tmp_path, lambda s: s.update(id="visit@7")).read_bytes()))
    stored.close()

    def seventh(survey: dict[str, Any]) -> None:
        survey["id"] = "visit@7"
        survey["question"]["en"] = "Seven?"

    assert "give this one the id visit@8" in run("publish", write(tmp_path, seventh))[1]
    assert published(tmp_path) == [("", "visit@2")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "2020-01-01"), "is past"),
        (("--place", "Oslo!"), "is no place"),
    ],
)
def test_what_cannot_be_published_is_told(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    status, told = run("publish", write(tmp_path, second), *words)
    assert (status, said in told) == (1, True)
    assert not (tmp_path / "fjes-published.db").exists()


def test_a_language_that_terminals_offer_has_to_be_there(run: Run, tmp_path: Path) -> None:
    status, said = run("publish", write(tmp_path, lambda s: s.update(languages=["nb"])))
    assert (status, "is not written in en" in said) == (1, True)


def test_a_file_is_laid_on_the_page_as_a_draft(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        status, said = run("import", write(tmp_path, second), "--place", "oslo")
        assert status == 0
        assert "draft for oslo" in said
    with closing(People.open(tmp_path / "fjes-people.db")) as people:
        kept = people.drafts.find("oslo")
    assert kept
    assert (kept.edition, kept.who) == (2, "")
    draft = json.loads(kept.draft)
    assert draft["question"] == {"nb": "Hvordan var det?", "en": default_survey().question["en"]}
    assert draft["messages"] == [TEA]
    assert published(tmp_path) == []


def test_where_nobody_signs_in_there_is_no_page_to_lay_it_on(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "fjes.toml").open("a") as settings:
        settings.write("[dashboard]\nsign_in = false\n")
    assert "dashboard.sign_in is false" in run("import", write(tmp_path, second))[1]
    assert run("publish", write(tmp_path, second))[0] == 0
    assert not (tmp_path / "fjes-people.db").exists()


def test_a_damaged_file_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fjes-published.db").write_text("rubbish " * 100)
    for words in (("list",), ("export",), ("publish", write(tmp_path, second))):
        status, said = run(*words)
        assert (status, "fjes-published.db" in said) == (1, True)
