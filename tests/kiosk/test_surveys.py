"""Surveys that the collector sent, over restarts and damaged files."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from contract.errors import RefusedError
from contract.messages import SurveyMessage, encode
from contract.opening import OpenTime
from contract.survey import Survey, Text
from kiosk.clock import HOPE
from kiosk.clock_file import Remembered
from kiosk.errors import DiskError
from kiosk.surveys import Shown, SurveyShelf
from locales.catalogue import default_survey
from tests.kiosk.kernel import Kernel

DEFAULT = default_survey()
NEXT = replace(DEFAULT, id="visit@2", question=dict.fromkeys(DEFAULT.languages, "How was it?"))
AFTER = replace(DEFAULT, id="visit@3", question=dict.fromkeys(DEFAULT.languages, "And now?"))
TEA = {"nb": "Nå er det te.", "en": "Now there is tea."}
CAKE = {"en": "And cake."}
TODAY = date(2026, 3, 24)
TOMORROW = date(2026, 3, 25)


def shelf(directory: Path, languages: tuple[str, ...] = ("nb", "en"), own: tuple[Text, ...] = ()) -> SurveyShelf:
    """As after a start."""
    return SurveyShelf(directory, Shown(DEFAULT, own), languages)


def message(survey: Survey, since: date = TODAY, *messages: Text) -> SurveyMessage:
    return SurveyMessage(v=1, survey=survey, since=since, messages=messages or None)


def test_without_a_collector_the_default_is_shown(tmp_path: Path) -> None:
    assert shelf(tmp_path).shown() == Shown(DEFAULT)
    assert shelf(tmp_path).turn(TODAY) is None


def test_a_survey_is_shown_from_its_day_on_and_after_a_restart(tmp_path: Path) -> None:
    shelf(tmp_path).receive(message(NEXT, TOMORROW))
    assert shelf(tmp_path).turn(TODAY) is None
    assert shelf(tmp_path).shown() == Shown(DEFAULT)
    assert shelf(tmp_path).turn(TOMORROW) == Shown(NEXT)
    assert shelf(tmp_path).shown() == Shown(NEXT)
    assert shelf(tmp_path).turn(TOMORROW) is None


def test_a_survey_whose_day_has_been_is_shown_at_once(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, date(2020, 1, 1)))
    assert one.turn(TODAY) == Shown(NEXT)


def test_a_terminal_whose_clock_is_never_trusted_takes_up_what_it_was_sent(tmp_path: Path) -> None:
    """At once where its day has come for sure, else when there is no hope that the clock will tell."""
    kernel = Kernel(datetime(2026, 3, 24, 13, tzinfo=UTC), keeps_time=False)
    trusted = Remembered("boot-0", kernel.true, kernel.true)
    one = shelf(tmp_path)
    one.receive(message(NEXT, TODAY))
    day = kernel.clock(trusted).day()
    assert day
    assert one.turn(day) == Shown(NEXT)
    one.receive(message(AFTER, date(2026, 5, 1)))
    assert one.turn(day) is None
    kernel.passes(HOPE)
    day = kernel.clock(trusted).day()
    assert day
    assert one.turn(day) == Shown(AFTER)


def test_the_survey_that_is_shown_changes_nothing(tmp_path: Path) -> None:
    """The broker keeps the message and sends it at every connect."""
    one = shelf(tmp_path)
    one.receive(message(DEFAULT))
    assert one.turn(TODAY) is None
    one.receive(message(NEXT))
    assert one.turn(TODAY) == Shown(NEXT)
    one.receive(message(NEXT))
    assert one.turn(TODAY) is None


def test_the_newest_message_counts(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TOMORROW))
    one.receive(message(AFTER, TOMORROW))
    assert one.turn(TOMORROW) == Shown(AFTER)
    assert one.turn(TOMORROW) is None


def test_an_announced_change_can_be_called_off(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TOMORROW))
    one.receive(message(DEFAULT))
    assert one.turn(TOMORROW) is None


def test_a_survey_without_an_offered_language_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    with pytest.raises(RefusedError, match=r"visit@2 is not written in nb"):
        one.receive(message(replace(NEXT, languages=("en",))))
    assert one.turn(TODAY) is None


def test_a_kept_survey_that_lacks_a_language_now_offered_gives_way_to_the_default(tmp_path: Path) -> None:
    one = shelf(tmp_path, ("en",))
    one.receive(message(replace(NEXT, languages=("en",))))
    assert one.turn(TODAY) is not None
    with capture_logs() as logs:
        assert shelf(tmp_path, ("nb", "en")).shown() == Shown(DEFAULT)
    assert [line["event"] for line in logs] == ["survey-unreadable"]


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"{}", encode(message(NEXT))[:-10]])
@pytest.mark.parametrize("name", ["survey.json", "survey-next.json"])
def test_a_damaged_file_is_told_and_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    one = shelf(tmp_path)
    with capture_logs() as logs:
        assert one.shown() == Shown(DEFAULT)
        assert one.turn(TODAY) is None
    assert [(line["event"], Path(line["file"]).name) for line in logs] == [("survey-unreadable", name)]
    one.receive(message(AFTER))
    assert one.turn(TODAY) == Shown(AFTER)


def test_a_file_that_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "survey.json").mkdir()
    with capture_logs() as logs:
        assert shelf(tmp_path).shown() == Shown(DEFAULT)
    assert len(logs) == 1


def test_no_draft_stays_behind(tmp_path: Path) -> None:
    shelf(tmp_path).receive(message(NEXT, TOMORROW))
    assert [file.name for file in tmp_path.iterdir()] == ["survey-next.json"]


def test_what_visitors_are_told_changes_with_the_message_and_stays_over_a_restart(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(DEFAULT, TODAY, TEA))
    assert one.turn(TODAY) == Shown(DEFAULT, (TEA,))
    assert shelf(tmp_path).shown() == Shown(DEFAULT, (TEA,))
    one.receive(message(DEFAULT, TODAY, TEA))
    assert one.turn(TODAY) is None
    one.receive(message(DEFAULT, TODAY, CAKE, TEA))
    assert one.turn(TODAY) == Shown(DEFAULT, (CAKE, TEA))
    one.receive(message(DEFAULT))
    assert one.turn(TODAY) == Shown(DEFAULT)


def test_messages_come_with_their_survey_on_its_day(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TOMORROW, TEA))
    assert one.turn(TODAY) is None
    assert one.shown() == Shown(DEFAULT)
    assert one.turn(TOMORROW) == Shown(NEXT, (TEA,))


def test_the_sites_own_messages_are_told_while_the_collector_has_none(tmp_path: Path) -> None:
    one = shelf(tmp_path, own=(CAKE,))
    assert one.shown() == Shown(DEFAULT, (CAKE,))
    one.receive(message(DEFAULT))
    assert one.turn(TODAY) is None
    one.receive(message(DEFAULT, TODAY, TEA))
    assert one.turn(TODAY) == Shown(DEFAULT, (TEA,))
    one.receive(message(NEXT))
    assert one.turn(TODAY) == Shown(NEXT, (CAKE,))
    assert shelf(tmp_path).shown() == Shown(NEXT)


def test_a_message_in_other_languages_than_the_terminal_offers_is_kept(tmp_path: Path) -> None:
    """Whoever shows it looks which languages it has."""
    one = shelf(tmp_path, ("nb",))
    one.receive(message(DEFAULT, TODAY, {"th": "ชา"}))
    assert one.turn(TODAY) == Shown(DEFAULT, ({"th": "ชา"},))


def test_a_disk_that_does_not_take_it_is_told(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT))
    (tmp_path / "survey.json").mkdir()
    (tmp_path / "survey.json" / "full").touch()
    with capture_logs(), pytest.raises(DiskError, match=r"cannot write .*/survey\.json: Is a directory"):
        one.turn(TODAY)
    (tmp_path / "survey-next.draft").mkdir()
    with capture_logs(), pytest.raises(DiskError, match=r"cannot write .*/survey-next\.draft: Is a directory"):
        one.receive(message(AFTER))


def test_what_was_asked_meanwhile_comes_before_what_is_planned(tmp_path: Path) -> None:
    """To a terminal that was away the collector says both, one right after the other."""
    one = shelf(tmp_path)
    one.receive(message(NEXT, TODAY))
    one.receive(message(AFTER, TOMORROW))
    assert one.turn(TODAY) == Shown(NEXT)
    one.receive(message(AFTER, TOMORROW))
    again = shelf(tmp_path)
    assert again.turn(TODAY) is None
    assert again.turn(TOMORROW) == Shown(AFTER)
    assert again.turn(TOMORROW) is None


def test_both_can_come_due_while_the_terminal_is_off(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TODAY))
    one.receive(message(AFTER, TOMORROW))
    one = shelf(tmp_path)
    assert [one.turn(TOMORROW), one.turn(TOMORROW), one.turn(TOMORROW)] == [Shown(NEXT), Shown(AFTER), None]


def test_what_is_said_for_today_calls_off_what_was_planned(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TODAY))
    one.receive(message(AFTER, TOMORROW))
    one.receive(message(NEXT, TODAY))
    assert one.turn(TODAY) == Shown(NEXT)
    assert one.turn(TOMORROW) is None


def test_where_the_first_of_two_was_damaged_the_other_still_comes(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TODAY))
    one.receive(message(AFTER, TOMORROW))
    (tmp_path / "survey-next.json").write_bytes(b"\xff")
    with capture_logs():
        assert one.turn(TODAY) is None
        assert one.turn(TOMORROW) == Shown(AFTER)


def test_no_messages_are_none_and_not_the_sites_own(tmp_path: Path) -> None:
    one = shelf(tmp_path, own=(CAKE,))
    one.receive(SurveyMessage(v=1, survey=NEXT, since=TODAY, messages=()))
    assert one.turn(TODAY) == Shown(NEXT)


def test_hours_are_the_terminals_own_until_the_collector_says_some(tmp_path: Path) -> None:
    own, others = (OpenTime("mon-fri", "09:00", "16:00"),), (OpenTime("sat", "22:00", "02:00"),)
    one = SurveyShelf(tmp_path, Shown(DEFAULT, opening=own), ("nb",))
    assert one.shown().opening == own
    one.receive(message(NEXT))
    shown = one.turn(TODAY)
    assert shown
    assert shown.opening == own
    for opening in (others, ()):
        one.receive(SurveyMessage(v=1, survey=NEXT, since=TODAY, opening=opening))
        assert one.turn(TODAY) == Shown(NEXT, opening=opening)
        assert one.shown().opening == opening
