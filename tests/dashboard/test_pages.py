"""What a reader gets, in words and in headers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement, Refusals, StoreError
from contract.messages import Presence
from contract.sheets import Vote
from tests.dashboard.conftest import OSLO, app_over
from tests.fakes.read_store import FakeReadStore

Client = TestClient[Litestar]


@contextmanager
def client_over(store: FakeReadStore, clock: datetime) -> Iterator[Client]:
    with TestClient(app_over(store, clock)) as client:
        yield client


def figure(page: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}" data-value="([^"]*)"', page)
    assert found, name
    return found[1]


def text_of(page: str) -> str:
    """The page as it is read: no tags, no specifications, plain spaces."""
    visible = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", visible.replace("&lt;", "<"))


def test_the_year_in_norwegian(client: Client) -> None:
    page = client.get("/?period=2023").text
    assert '<html lang="nb">' in page
    assert figure(page, "votes") == "1112"
    assert float(figure(page, "satisfied")) == pytest.approx(1106 / 1112)
    assert figure(page, "score-1") == "2"
    for words in ("99,5 %", "98,3", "1 112", "66 %", "Hjelpen jeg fikk", "Ventetiden <5", "ไทย 43", "«<5» skjuler"):
        assert words in text_of(page)


def test_the_year_in_english(client: Client) -> None:
    page = client.get("/?period=2023&language=en").text
    assert '<html lang="en">' in page
    for words in ("99.5%", "1,112", "The help I got", "Nothing to compare with (2022)", "“<5” hides"):
        assert words in text_of(page)
    assert 'href="/?period=2022&amp;language=en"' not in page
    assert 'href="/?period=2023-Q3&amp;language=en"' in page


def test_a_language_that_the_pages_lack_becomes_the_sites_first(client: Client) -> None:
    assert '<html lang="nb">' in client.get("/?language=th").text


def test_without_a_period_it_is_the_latest_month_with_votes(client: Client) -> None:
    assert "September 2023" in text_of(client.get("/?language=en").text)


def test_a_week_says_that_answers_are_counted_by_month(client: Client) -> None:
    text = text_of(client.get("/?period=2023-W10&language=en").text)
    assert "Answers are counted by month. Choose Month or Year to see them." in text
    assert "Hours are counted by quarter. Choose Quarter or Year to see them." in text


def test_a_season_is_compared_with_the_one_before_and_with_last_years() -> None:
    store = FakeReadStore()
    for then, season, unhappy in ((2023, 3, 40), (2024, 2, 5), (2024, 3, 2)):
        store.vote(datetime(then, season, 7, 14), Vote(4, "nb", "help"), times=60)
        store.vote(datetime(then, season, 7, 14), Vote(1, "nb", "wait"), times=unhappy)
    with client_over(store, datetime(2024, 6, 1, 12, tzinfo=UTC)) as client:
        month, quarter, year = (
            text_of(client.get(f"/?period={period}&language=en").text) for period in ("2024-03", "2024-Q1", "2024")
        )
    assert "No clear change since February 2024 Better than March 2023" in month
    assert "Nothing to compare with (4th quarter 2023) Better than 1st quarter 2023" in quarter
    assert year.count("Better than") == 1


def test_a_fragment_is_the_main_part_alone(client: Client) -> None:
    fragment = client.get("/?period=2023", headers={"X-Fragment": "1"}).text
    assert fragment.strip().startswith("<main")
    assert "<html" not in fragment
    assert figure(fragment, "votes") == "1112"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?period=2023-13&language=en", 400, "asks for a period that does not exist"),
        ("/?period=2023-03-07T14%2B01:00&language=en", 400, "asks for a period that does not exist"),
        ("/?place=nowhere&language=en", 404, "No terminal has stood at this place"),
        ("/nothing?language=en", 404, "There is nothing at this address"),
        ("/assets/0/page.css", 404, "Det er ingenting på denne adressen"),
    ],
)
def test_wrong_addresses_are_told_so(client: Client, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.text


def test_every_answer_is_strict_and_sets_no_cookie(client: Client) -> None:
    for address in ("/?period=2023", "/?period=x", "/none"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_pages_are_compressed_for_whoever_takes_it(client: Client) -> None:
    plain = client.get("/?period=2023", headers={"Accept-Encoding": "identity"})
    small = client.get("/?period=2023", headers={"Accept-Encoding": "gzip"})
    assert small.text == plain.text
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert int(small.headers["Content-Length"]) * 3 < int(plain.headers["Content-Length"])
    assert {one.strip() for one in small.headers["Vary"].split(",")} == {"Accept-Encoding", "X-Fragment"}
    assert plain.headers["Vary"] == "X-Fragment"


def test_pages_have_no_inline_style_or_script(client: Client) -> None:
    page = client.get("/?period=2023").text
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_assets_live_for_long_at_addresses_of_their_content(client: Client) -> None:
    page = client.get("/").text
    addresses = set(re.findall(r"/assets/[^\"]+", page))
    style = next(address for address in addresses if address.endswith("page.css"))
    answer = client.get(style)
    assert "immutable" in answer.headers["Cache-Control"]
    fonts = re.findall(r"/assets/[^\"]+\.ttf", answer.text)
    assert len(fonts) == 2
    for address in addresses | set(fonts):
        assert client.get(address).status_code == 200


def test_an_empty_store_is_no_error() -> None:
    with client_over(FakeReadStore(), datetime(2026, 11, 21, tzinfo=UTC)) as client:
        assert "Det har ikke kommet noen stemmer ennå" in client.get("/").text


def test_a_store_that_is_away_is_said_and_comes_back() -> None:
    store = FakeReadStore()
    store.broken = True
    with client_over(store, datetime(2026, 11, 21, tzinfo=UTC)) as client:
        answer = client.get("/?language=en")
        assert answer.status_code == 503
        assert "The numbers cannot be read just now" in answer.text
        store.broken = False
        assert client.get("/").status_code == 200


def test_a_fault_shows_no_detail() -> None:
    class Faulty(FakeReadStore):
        def terminals(self) -> list[str]:
            raise ZeroDivisionError("secret")

    with client_over(Faulty(), datetime(2026, 11, 21, tzinfo=UTC)) as client:
        answer = client.get("/?language=en")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_running_periods_keep_their_answers_to_themselves_and_months_that_are_over_tell() -> None:
    store = FakeReadStore()
    store.vote(datetime(2026, 10, 3, 12), Vote(4, "th", "help"), times=12)
    store.vote(datetime(2026, 11, 3, 12), Vote(4, "es", "talk"), times=12)
    with client_over(store, datetime(2026, 11, 21, tzinfo=UTC)) as client:
        month = text_of(client.get("/?language=en").text)
        assert "To protect visitors, this is shown when the month is over." in month
        assert "Español" not in month
        year = text_of(client.get("/?period=2026&language=en").text)
        october = text_of(client.get("/?period=2026-10&language=en").text)
    assert "this is shown when the whole period is over. Its months are shown as they end." in year
    assert "ไทย" not in year
    assert "ไทย 12" in october
    assert "English 0" in october
    assert "Español" not in october, "no terminal speaks it"


def test_a_busy_day_with_everything_around_it() -> None:
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "oslo/bus", date(2020, 1, 1))]
    store.online = {"stua-1": Presence(v=1, online=True), "gate": Presence(v=1, online=False)}
    store.refused = Refusals(1, ())
    for hour, score in ((9, 4), (10, 2), (12, 4)):
        moment = datetime(2026, 11, 20, hour, tzinfo=OSLO)
        store.vote(moment, Vote(score, "en", "none"), times=20, profile="busy")
    store.vote(datetime(2026, 11, 20, 9, tzinfo=OSLO), Vote(1, "en", "none", True), profile="busy", times=2)
    store.vote(datetime(2026, 11, 19, 9, tzinfo=OSLO), Vote(4, "en", "none"), times=60, profile="busy")
    with client_over(store, datetime(2026, 11, 20, 12, tzinfo=UTC)) as client:
        page = client.get("/?period=2026-11-20&place=oslo&language=en").text
        text = text_of(page)
    for words in (
        "Share satisfied, hour by hour",
        "11–12 silent",
        "Worse than 19 November 2026",
        "2 suspect votes are left out; with them 64.5% would be satisfied",
        "1 of 2 terminals connected: gate is away",
        "1 message could not be counted and was put aside",
    ):
        assert words in text
    assert 'href="/?period=2026-11-20&amp;place=oslo/bus&amp;language=en"' in page


def test_what_is_wrong_with_a_terminal_is_told_in_words() -> None:
    store = FakeReadStore()
    store.online = {
        "bad": Presence(v=1, online=True, faults=("damaged", "disk", "screen", "sound", "voices")),
        "good": Presence(v=1, online=True),
        "new": Presence(v=1, online=True, faults=("printer-jam",)),
        "off": Presence(v=1, online=False, faults=("sound",)),
    }
    with client_over(store, datetime(2026, 11, 21, tzinfo=UTC)) as client:
        english, norwegian = (text_of(client.get(f"/?language={language}").text) for language in ("en", "nb"))
    assert (
        "bad should be looked at: its tally was damaged and begun anew, and the old file put aside; votes cannot be "
        "kept on its disk; its screen is drawn without a graphics card; it has no sound device; a language lacks "
        "recordings" in english
    )
    assert "new should be looked at: printer-jam" in english
    assert "bad trenger tilsyn: opptellingen ble skadet" in norwegian
    assert "den har ingen lydenhet; et språk mangler opptak" in norwegian
    assert not any(f"{terminal} should" in english for terminal in ("good", "off"))


def test_votes_kept_by_month_are_not_zero_in_a_day() -> None:
    store = FakeReadStore()
    store.vote(datetime(2026, 11, 3, 12), Vote(4, "th", "help"), times=12)
    store.counts = {(*key[:4], "2026-11"): counts for key, counts in store.counts.items()}
    with client_over(store, datetime(2026, 11, 21, tzinfo=UTC)) as client:
        page = client.get("/?period=2026-11-03&language=en").text
    assert figure(page, "votes") == ""
    assert "Votes are counted by longer periods here" in page


def test_no_store_error_escapes_the_start() -> None:
    store = FakeReadStore()
    store.broken = True
    with pytest.raises(StoreError):
        store.version()
    with client_over(store, datetime(2026, 11, 21, tzinfo=UTC)):
        pass
