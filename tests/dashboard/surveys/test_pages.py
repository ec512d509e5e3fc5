"""The pages where managers write what terminals ask: who may, what is kept, looked at, published and called off."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import structs

from collector.store.protocol import Placement
from collector.store.published import PublishedFile, read_published
from contract.messages import Presence
from contract.opening import OpenTime
from contract.sheets import Vote
from dashboard.people.roles import FREE, Role
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.house import Browser, House, browser_of
from tests.dashboard.test_pages import text_of

TODAY, MONDAY = date(2024, 1, 1), date(2024, 1, 8)
PRO = {"place": "oslo/pro"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    store = year_store()
    store.moves = [
        Placement("stua-1", "oslo/pro/stua", date(2020, 1, 1)),
        Placement("stua-2", "oslo/helse", date(2020, 1, 1)),
    ]
    store.online = {"stua-1": Presence(v=1, online=True, survey="visit@1")}
    house = House(tmp_path, store)
    house.add("kari", Role.ADMIN)
    house.add("ola", Role.MANAGER, "oslo/pro")
    house.add("berit", Role.VIEWER)
    house.add("both", Role.VIEWER, "oslo")
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def ola(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "ola")


def published(house: House) -> list[tuple[str, str, date]]:
    found = read_published(house.directory / "published.db")
    return [(one.place, one.survey.id if one.survey else "-", one.since) for one in found]


def acts(house: House) -> list[tuple[str, str, str, str]]:
    entries = house.people.audit.entries(FREE, 100)
    return [(e.who, str(e.act), e.place, e.detail) for e in entries if e.act in ("published", "called-off")]


def keep(browser: Browser, **fields: str) -> None:
    """The first draft of a place; a field `question.en` is written `question_en`."""
    named = {name.replace("_", "."): value for name, value in fields.items()}
    answer = browser.post("/surveys/edit?language=en", {**PRO, "edition": "0", **named})
    assert answer.status_code == 303, text_of(answer.text)


def test_what_is_asked_is_told_in_words(ola: Browser, house: House) -> None:
    page = ola.get("/surveys?language=en").text
    assert "How satisfied are you with your visit today?" in page
    assert "visit@1 · from the settings" in text_of(page)
    assert "Hvor fornøyd" in ola.get("/surveys?language=nb").text
    assert 'href="/surveys?language=en" aria-current="page"' in page


def test_only_managers_of_a_place_see_and_change_it(client: TestClient[Litestar], ola: Browser) -> None:
    for name in ("berit", "both"):
        viewer = browser_of(client, name)
        assert viewer.get("/surveys").status_code == 403
        assert viewer.post("/surveys/edit", {**PRO, "question.nb": "?"}).status_code == 403
        assert 'href="/surveys' not in viewer.get("/").text
    for place in ("", "oslo", "oslo/helse", "oslo/pr", "bergen", "oslo/pro/kjelleren"):
        for path in ("/surveys/edit", "/surveys/publish", "/surveys/preview.png", "/surveys/survey.json"):
            assert ola.get(f"{path}?place={place}&screen=question").status_code == 404, (path, place)
        for path in ("edit", "publish", "follow", "call-off", "drop"):
            answer = ola.post(f"/surveys/{path}", {"place": place, "since": str(TODAY)})
            assert answer.status_code == 404, (path, place)


def test_a_draft_is_kept_language_by_language_and_changes_no_terminal(ola: Browser, house: House) -> None:
    keep(ola, question_en="How was it?", go="th")
    answer = ola.post("/surveys/edit", {**PRO, "edition": "1", "question.th": "", "go": "look", "beside": "th"})
    assert answer.headers["Location"] == "/surveys/publish?place=oslo/pro&beside=th"
    page = ola.get("/surveys/edit?place=oslo/pro&beside=th&language=en").text
    assert "How was it?" not in page, "English is not one of the two languages"
    assert "1 missing" in page
    assert "How was it?" in ola.get("/surveys/edit?place=oslo/pro&beside=en").text
    assert "ola has begun a change" in text_of(ola.get("/surveys?language=en").text)
    assert published(house) == []


def test_what_lacks_a_text_is_not_published(ola: Browser, house: House) -> None:
    keep(ola, question_th="")
    look = ola.get("/surveys/publish?place=oslo/pro&language=en").text
    assert "1 text is missing" in look
    assert 'name="since"' not in look
    answer = ola.post("/surveys/publish?language=en", {**PRO, "since": str(TODAY), "edition": "1"})
    assert answer.status_code == 422
    assert "Some texts are still missing" in answer.text
    assert (published(house), acts(house)) == ([], [])


def test_new_words_are_published_as_the_next_version_and_it_is_in_the_log(ola: Browser, house: House) -> None:
    keep(ola, question_en="How was it?", **{"message-0_nb": "Ny kaffemaskin."}, hours="these")
    assert "this becomes visit@2" in text_of(ola.get("/surveys/publish?place=oslo/pro&language=en").text)
    answer = ola.post("/surveys/publish?language=en", {**PRO, "since": str(TODAY), "edition": "1"})
    assert answer.headers["Location"] == "/surveys?language=en"
    (one,) = read_published(house.directory / "published.db")
    assert (one.place, one.since, one.messages, one.opening) == ("oslo/pro", TODAY, ({"nb": "Ny kaffemaskin."},), ())
    assert one.survey
    assert (one.survey.id, one.survey.languages) == ("visit@2", ("nb", "en", "th"))
    assert acts(house) == [("ola", "published", "oslo/pro", "visit@2 2024-01-01")]
    page = text_of(ola.get("/surveys?language=en").text)
    assert "since 1 January 2024: oslo/pro" in page
    assert "Not taken up yet: stua-1 (visit@1)" in page
    assert "has begun a change" not in page


def test_other_messages_are_no_new_version(ola: Browser, house: House) -> None:
    keep(ola, **{"message-0_en": "Tea!"})
    assert "The words are those of visit@1" in text_of(ola.get("/surveys/publish?place=oslo/pro&language=en").text)
    ola.post("/surveys/publish", {**PRO, "since": str(TODAY), "edition": "1"})
    assert published(house) == [("oslo/pro", "visit@1", TODAY)]


def test_a_plan_is_shown_and_can_be_called_off(ola: Browser, house: House, client: TestClient[Litestar]) -> None:
    keep(ola, question_en="How was it?")
    ola.post("/surveys/publish", {**PRO, "since": str(MONDAY), "edition": "1"})
    page = text_of(ola.get("/surveys?language=en").text)
    assert re.search(r"From 8 January 2024 ?: How was it\? visit@2", page)
    assert "visit@1 · from the settings" in page
    number = str(read_published(house.directory / "published.db")[0].id)
    kari = browser_of(client, "kari")
    wrong = kari.post("/surveys/call-off?language=en", {"place": "oslo", "publication": number})
    assert wrong.status_code == 422
    assert "was not planned any more" in wrong.text
    assert ola.post("/surveys/call-off", {**PRO, "publication": number}).status_code == 303
    assert published(house) == []
    assert acts(house)[0] == ("ola", "called-off", "oslo/pro", "2024-01-08")
    assert ola.post("/surveys/call-off", {**PRO, "publication": number}).status_code == 422


@pytest.mark.parametrize("since", ["2023-12-31", "2025-01-02", "", "tomorrow", "0001-01-01", "9999-12-31"])
def test_another_day_than_can_be_is_told(ola: Browser, house: House, since: str) -> None:
    keep(ola, question_en="How was it?")
    answer = ola.post("/surveys/publish?language=en", {**PRO, "since": since, "edition": "1"})
    assert answer.status_code == 422
    assert "Choose a day from today on" in answer.text
    assert published(house) == []


def test_a_place_goes_along_with_the_one_around_it_again(client: TestClient[Litestar], house: House) -> None:
    kari, ola = browser_of(client, "kari"), browser_of(client, "ola")
    for browser, place, words in ((kari, "", "Everybody?"), (ola, "oslo/pro", "How was it?")):
        fields = {"place": place, "question.en": words}
        assert browser.post("/surveys/edit", fields).status_code == 303
        browser.post("/surveys/publish", {"place": place, "since": str(TODAY), "edition": "1"})
    assert "How was it?" in ola.get("/surveys?language=en").text
    assert ola.post("/surveys/follow", PRO).status_code == 303
    page = ola.get("/surveys?language=en").text
    assert "Everybody?" in page
    assert "How was it?" not in page
    assert "since 1 January 2024: all places" in text_of(page)
    log = text_of(kari.get("/audit?language=en").text)
    assert "lets oslo/pro ask the same as the place around it from 2024-01-01" in log
    assert "published visit@2 from 2024-01-01: all places" in log


def test_who_is_slower_keeps_what_was_typed_and_is_told(client: TestClient[Litestar], house: House) -> None:
    ola, kari = browser_of(client, "ola"), browser_of(client, "kari")
    keep(ola, question_en="Mine?")
    late = kari.post("/surveys/edit?language=en", {**PRO, "edition": "0", "question.en": "No, mine?"})
    assert late.status_code == 422
    assert "Somebody else has changed this meanwhile" in late.text
    assert "No, mine?" in late.text
    assert 'name="edition" value="1"' in late.text
    assert "Mine?" in ola.get("/surveys/edit?place=oslo/pro").text
    blind = ola.post("/surveys/publish?language=en", {**PRO, "since": str(TODAY), "edition": "0"})
    assert "Look at it once more" in blind.text
    assert published(house) == []


def test_hours_that_make_no_sense_are_told_and_the_rest_stays(ola: Browser) -> None:
    fields = {**PRO, "question.en": "How was it?", "hours": "these", "hours-0-mon": "on", "hours-0-open": "10:00"}
    answer = ola.post("/surveys/edit?language=en", fields)
    assert answer.status_code == 422
    assert "Opening hours need days" in answer.text
    assert "How was it?" in answer.text


def test_hours_are_told_in_words(ola: Browser, house: House) -> None:
    with_hours = PublishedFile.open(house.directory / "published.db")
    hours = (OpenTime("mon-fri", "10:00", "16:00"), OpenTime("sun,tue", "09:00", "12:00"))
    with_hours.publish("oslo/pro", TODAY, house.publishing.survey, (), hours, known={})
    assert "Open Mon–Fri 10:00–16:00, Tue Sun 09:00–12:00" in text_of(ola.get("/surveys?language=en").text)
    page = ola.get("/surveys/edit?place=oslo/pro&language=en").text
    assert 'name="hours-0-fri" checked' in page
    assert 'name="hours-0-sat" checked' not in page


def test_a_draft_is_thrown_away(ola: Browser, house: House) -> None:
    keep(ola, question_en="How was it?")
    assert ola.post("/surveys/drop", PRO).status_code == 303
    assert "How was it?" not in ola.get("/surveys/edit?place=oslo/pro").text
    answer = ola.post("/surveys/publish?language=en", {**PRO, "since": str(TODAY), "edition": "1"})
    assert "There is nothing to publish" in answer.text


def test_a_screen_is_drawn_of_the_draft(ola: Browser) -> None:
    keep(ola, question_en="How was it?", question_th="", **{"message-0_nb": "Te!"})
    at = "/surveys/preview.png?place=oslo/pro"
    answer = ola.get(f"{at}&beside=en&screen=satisfied&size=800x480")
    assert answer.headers["content-type"] == "image/png"
    assert answer.text == "How was it? 1 en satisfied 800x480"
    assert ola.get(f"{at}&beside=th&screen=message-0&size=9x9").text == (
        "Hvor fornøyd er du med besøket ditt i dag? 1 th message-0 1280x800"
    )
    assert ola.get(f"{at}&beside=xx&screen=question").text.endswith(" 1 nb question 1280x800")
    for screen in ("", "&screen=message-1", "&screen=thanks"):
        assert ola.get(f"{at}{screen}").status_code == 404


def test_without_the_terminals_drawing_it_says_so(house: House) -> None:
    house.publishing = replace(house.publishing, draw=None)
    with house.open() as client:
        ola = browser_of(client, "ola")
        assert "drawing is not installed" in ola.get("/surveys/publish?place=oslo/pro&language=en").text
        assert ola.get("/surveys/preview.png?place=oslo/pro&screen=question").status_code == 404


def test_what_is_asked_can_be_taken_as_the_file_that_the_settings_take(ola: Browser, house: House) -> None:
    answer = ola.get("/surveys/survey.json?place=oslo/pro")
    assert answer.headers["content-disposition"] == 'attachment; filename="visit-1.json"'
    assert answer.json()["id"] == "visit@1"


def test_a_file_becomes_the_draft(ola: Browser, house: House) -> None:
    raw = ola.get("/surveys/survey.json?place=oslo/pro").content.replace(b"How satisfied are you", b"How happy are you")

    def send(raw: bytes, edition: int) -> Response:
        data = {"form": ola.token, **PRO, "edition": str(edition)}
        files = {"file": ("survey.json", raw, "application/json")}
        path = "/surveys/import?language=en"
        return ola.client.post(path, data=data, files=files, follow_redirects=False)

    assert send(raw, 0).headers["Location"] == "/surveys/edit?place=oslo/pro&language=en"
    assert "How happy are you with your visit today?" in ola.get("/surveys/edit?place=oslo/pro&language=en").text
    for wrong, words in ((b"{", "That file is no survey"), (b"", "That file is no survey"), (raw, "Somebody else")):
        answer = send(wrong, 0)
        assert (answer.status_code, words in answer.text) == (422, True)


def test_a_long_form_in_thai_fits(ola: Browser) -> None:
    names = ["question", "satisfied", "unsatisfied", *(f"message-{n}" for n in range(3))]
    names += [f"{side}-{number}" for side in ("satisfied", "unsatisfied") for number in range(5)]
    texts = {f"{name}.{language}": "ก" * 200 for name in names for language in ("nb", "th")}
    assert ola.post("/surveys/edit", {**PRO, **texts}).status_code == 303


def test_where_nothing_can_be_published_it_is_told_and_the_overview_stays(ola: Browser, house: House) -> None:
    (house.directory / "published.db").write_text("rubbish " * 100)
    answer = ola.get("/surveys?language=en")
    assert answer.status_code == 503
    assert "What terminals ask cannot be read just now" in answer.text
    assert ola.get("/").status_code == 200


def test_where_nobody_signs_in_there_is_nothing_to_change() -> None:
    with TestClient(app_over(year_store())) as client:
        assert client.get("/surveys").status_code == 404
        assert "/surveys" not in client.get("/").text


def test_results_of_several_versions_are_told(ola: Browser, house: House) -> None:
    assert "different words" not in ola.get("/?period=2023&language=en").text
    old = house.publishing.survey
    question = {**old.question, "en": "How was it?"}
    house.store.published["visit@2"] = structs.replace(old, id="visit@2", question=question)
    house.store.vote(datetime(2023, 9, 13, 11), Vote(4, "en", "none"), times=9, survey="visit@2")
    page = text_of(ola.get("/?period=2023&language=en").text)
    assert "different words: visit@1 “How satisfied are you with your visit today?”, visit@2 “How was it?”" in page
