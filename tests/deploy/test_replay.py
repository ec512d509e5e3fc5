"""Press files through a real broker to a real collector: what is in the store is what is in the file, once."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from contract.messages import SheetsMessage, encode
from contract.sheets import Sheet, Table
from deploy import replay as replaying
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.example import TERMINALS, write_example
from deploy.presses import Press, read_presses
from deploy.replay import replay, run_replay
from kiosk.publisher import publisher
from kiosk.tally import Tally
from locales.catalogue import default_survey
from tests.broker import Broker
from tests.deploy.site import collecting, settings, stored, write_settings
from tests.fakes.clock import OSLO
from tests.ports import free_port

pytestmark = pytest.mark.e2e

TERMINAL = "stua-1"
SURVEY = default_survey()
SOME = """\
time,language,score,answer
2025-10-26T02:30:00+02:00,nb,4,help
2025-10-26T02:30:00+01:00,th,3,
2026-03-24T14:05:00,nb,4,social
2026-03-24T14:06:00,en,1,wait
2026-03-24T23:59:59,nb,4,
2026-03-25T00:00:01,nb,2,staff
2026-04-01T09:00:00,ro,4,help
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "presses.csv"
    file.write_text(SOME)
    return file


@pytest.fixture
def site(tmp_path: Path, broker: Broker) -> Configuration:
    return settings(tmp_path, broker)


def cells_pressed(presses: list[Press]) -> Counter[tuple[Table, str]]:
    """What a sheet of all time would say, worked out from the file alone."""
    cells: Counter[tuple[Table, str]] = Counter()
    for press in presses:
        hour = f"{press.time.isoweekday()}-{press.time.hour}"
        cells[Table.FACES, f"{press.score}"] += 1
        cells[Table.PATTERN, f"{press.score}:{hour}"] += 1
        cells[Table.ANSWERS, f"{press.score}:{press.answer}"] += 1
        cells[Table.LANGUAGES, f"{press.score}:{press.language}"] += 1
    return cells


def cells_stored(configuration: Configuration) -> Counter[tuple[Table, str]]:
    cells: Counter[tuple[Table, str]] = Counter()
    for one in stored(configuration):
        for cell, count in one.sheet.counts.items():
            cells[one.sheet.table, cell] += count
    return cells


def pressed(configuration: Configuration, file: Path) -> Counter[tuple[Table, str]]:
    return cells_pressed(read_presses(file, OSLO, configuration.settings.site.languages, SURVEY))


@pytest.mark.parametrize("profile", ["small", "busy"])
def test_a_year_comes_to_the_store_as_it_is(tmp_path: Path, broker: Broker, profile: str) -> None:
    site = settings(tmp_path, broker, profile)
    file = tmp_path / "year.csv"
    write_example(file, TERMINALS[0], SURVEY, date(2026, 11, 20))
    heard = []
    with collecting(site):
        votes = replay(site, file, TERMINAL, progress=lambda done, total: heard.append((done, total)))
    expected = pressed(site, file)
    assert cells_stored(site) == expected
    assert votes == sum(count for (table, _), count in expected.items() if table is Table.FACES)
    assert heard == [(done, votes) for done in range(1, votes + 1)]


def test_sheets_have_the_periods_of_the_presses(site: Configuration, file: Path) -> None:
    with collecting(site):
        assert replay(site, file, TERMINAL) == 7
    faces = {one.sheet.period: one.sheet.counts for one in stored(site) if one.sheet.table is Table.FACES}
    assert faces == {
        "2025-10-26": {"4": 1, "3": 1},
        "2026-03-24": {"4": 2, "1": 1},
        "2026-03-25": {"2": 1},
        "2026-04-01": {"4": 1},
    }


def test_the_same_file_is_not_counted_twice(
    site: Configuration, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with collecting(site):
        run_replay(site, file, TERMINAL, again=0)
        assert capsys.readouterr().out.endswith("7 votes counted for stua-1\n")
        before = cells_stored(site)
        with pytest.raises(Problem, match=r"presses\.csv was counted for stua-1 before; .* say --again 1"):
            run_replay(site, file, TERMINAL, again=0)
        assert cells_stored(site) == before
        run_replay(site, file, TERMINAL, again=1)
        assert cells_stored(site) == before + before
        with pytest.raises(Problem, match="was counted for stua-1 before"):
            run_replay(site, file, TERMINAL, again=1)
        assert cells_stored(site) == before + before


def test_the_same_file_is_counted_for_another_terminal(site: Configuration, file: Path) -> None:
    with collecting(site):
        replay(site, file, TERMINAL)
        replay(site, file, "stua-2")
    assert len(stored(site, "stua-2")) == len(stored(site))


@pytest.mark.parametrize(("profile", "more"), [("busy", ""), ("small", '[privacy.periods]\nanswers = "day"\n')])
def test_the_same_file_under_other_periods_is_refused_too(
    tmp_path: Path, broker: Broker, site: Configuration, file: Path, profile: str, more: str
) -> None:
    """The same votes by the hour would stand beside those by the day."""
    with collecting(site):
        replay(site, file, TERMINAL)
        before = cells_stored(site)
        other = read_settings(write_settings(tmp_path, broker, profile, more))
        with pytest.raises(Problem, match="with another survey or other periods"):
            replay(other, file, TERMINAL)
        assert cells_stored(site) == before


def test_a_replay_that_was_cut_short_goes_on_and_counts_once(
    site: Configuration, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut after the collector has some months and not the others."""
    whole = Tally.owed

    def first_month_only(tally: Tally) -> dict[str, list[Sheet]]:
        return {
            installation: [sheet for sheet in sheets if sheet.period.startswith("2025-10")]
            for installation, sheets in whole(tally).items()
        }

    with collecting(site):
        with monkeypatch.context() as cut:
            cut.setattr("kiosk.publisher.dialogue.Tally.owed", first_month_only)
            cut.setattr(replaying, "ANSWER_WITHIN", 5.0)
            cut.setattr(replaying._FileTally, "compare", Tally.compare)
            with pytest.raises(Problem, match=r"with 9 of 13 sheets to go; replay the file again later"):
                replay(site, file, TERMINAL)
        assert sum(cells_stored(site).values()) == 2 * 4
        assert replay(site, file, TERMINAL) == 7
    assert cells_stored(site) == pressed(site, file)


def test_a_broker_that_is_killed_midway_loses_and_doubles_nothing(
    site: Configuration, file: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[SheetsMessage] = []

    def kill_once(message: SheetsMessage) -> bytes:
        if isinstance(message, SheetsMessage) and not killed:
            killed.append(message)
            broker.kill()
            broker.start()
        return encode(message)

    monkeypatch.setattr(publisher, "encode", kill_once)
    with collecting(site):
        replay(site, file, TERMINAL)
    assert killed
    assert cells_stored(site) == pressed(site, file)


class TestNobodyThere:
    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(replaying, "ANSWER_WITHIN", 1.0)

    def test_without_a_collector_nothing_is_counted(self, site: Configuration, file: Path) -> None:
        with pytest.raises(Problem, match=r"no collector answers .*: start `fjes collector`.*nothing was counted"):
            replay(site, file, TERMINAL)
        with collecting(site):
            pass
        assert stored(site) == []

    def test_without_a_broker_nothing_is_counted(self, tmp_path: Path, file: Path) -> None:
        site = settings(tmp_path, Broker(tmp_path, free_port()))
        with pytest.raises(Problem, match=rf"127\.0\.0\.1:{site.settings.broker.port}.*nothing was counted"):
            replay(site, file, TERMINAL)

    def test_a_bad_line_is_named_and_nothing_is_counted(self, site: Configuration, file: Path) -> None:
        file.write_text(SOME + "2026-04-01T09:00:00,nb,5,\n")
        with collecting(site), pytest.raises(Problem, match=r"presses\.csv, line 9: score '5'"):
            replay(site, file, TERMINAL)
        assert stored(site) == []

    @pytest.mark.parametrize("terminal", ["Stua 1", "", "a/b", "+", "stua-1\n"])
    def test_a_terminal_that_cannot_be_is_named(self, site: Configuration, file: Path, terminal: str) -> None:
        with pytest.raises(Problem, match=r"--terminal .*: a terminal's name is of a-z"):
            run_replay(site, file, terminal, again=0)

    def test_a_file_without_presses_is_counted_at_once(self, site: Configuration, file: Path) -> None:
        file.write_text("time,language,score,answer\n")
        assert replay(site, file, TERMINAL) == 0
