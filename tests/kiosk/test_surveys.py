"""Surveys that the collector sent, over restarts and damaged files."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from contract.errors import RefusedError
from contract.messages import SurveyMessage, encode
from contract.survey import Survey
from kiosk.surveys import SurveyShelf
from locales.catalogue import default_survey

DEFAULT = default_survey()
NEXT = replace(DEFAULT, id="visit@2", question=dict.fromkeys(DEFAULT.languages, "How was it?"))
AFTER = replace(DEFAULT, id="visit@3", question=dict.fromkeys(DEFAULT.languages, "And now?"))
TODAY = date(2026, 3, 24)
TOMORROW = date(2026, 3, 25)


def shelf(directory: Path, languages: tuple[str, ...] = ("nb", "en")) -> SurveyShelf:
    """As after a start."""
    return SurveyShelf(directory, DEFAULT, languages)


def message(survey: Survey, since: date = TODAY) -> SurveyMessage:
    return SurveyMessage(v=1, survey=survey, since=since)


def test_without_a_collector_the_default_is_shown(tmp_path: Path) -> None:
    assert shelf(tmp_path).shown() == DEFAULT
    assert shelf(tmp_path).turn(TODAY) is None


def test_a_survey_is_shown_from_its_day_on_and_after_a_restart(tmp_path: Path) -> None:
    shelf(tmp_path).receive(message(NEXT, TOMORROW))
    assert shelf(tmp_path).turn(TODAY) is None
    assert shelf(tmp_path).shown() == DEFAULT
    assert shelf(tmp_path).turn(TOMORROW) == NEXT
    assert shelf(tmp_path).shown() == NEXT
    assert shelf(tmp_path).turn(TOMORROW) is None


def test_a_survey_whose_day_has_been_is_shown_at_once(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, date(2020, 1, 1)))
    assert one.turn(TODAY) == NEXT


def test_the_survey_that_is_shown_changes_nothing(tmp_path: Path) -> None:
    """The broker keeps the message and sends it at every connect."""
    one = shelf(tmp_path)
    one.receive(message(DEFAULT))
    assert one.turn(TODAY) is None
    one.receive(message(NEXT))
    assert one.turn(TODAY) == NEXT
    one.receive(message(NEXT))
    assert one.turn(TODAY) is None


def test_the_newest_message_counts(tmp_path: Path) -> None:
    one = shelf(tmp_path)
    one.receive(message(NEXT, TOMORROW))
    one.receive(message(AFTER, TOMORROW))
    assert one.turn(TOMORROW) == AFTER
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
        assert shelf(tmp_path, ("nb", "en")).shown() == DEFAULT
    assert [line["event"] for line in logs] == ["survey-unreadable"]


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"{}", encode(message(NEXT))[:-10]])
@pytest.mark.parametrize("name", ["survey.json", "survey-next.json"])
def test_a_damaged_file_is_told_and_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    one = shelf(tmp_path)
    with capture_logs() as logs:
        assert one.shown() == DEFAULT
        assert one.turn(TODAY) is None
    assert [(line["event"], Path(line["file"]).name) for line in logs] == [("survey-unreadable", name)]
    one.receive(message(AFTER))
    assert one.turn(TODAY) == AFTER


def test_a_file_that_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "survey.json").mkdir()
    with capture_logs() as logs:
        assert shelf(tmp_path).shown() == DEFAULT
    assert len(logs) == 1


def test_no_draft_stays_behind(tmp_path: Path) -> None:
    shelf(tmp_path).receive(message(NEXT, TOMORROW))
    assert [file.name for file in tmp_path.iterdir()] == ["survey-next.json"]
