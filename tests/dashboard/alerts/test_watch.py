"""A look round: what is found, once, and when it is over; and nothing of a day that is not over."""

from datetime import datetime
from pathlib import Path

import pytest

from collector.store.protocol import Placement, StoreError
from contract.messages import Presence
from contract.opening import OpenTime
from dashboard.alerts.watch import Watching
from dashboard.people.alerts import COLLECTOR, KEPT, Alert, Happening, Kind
from dashboard.people.roles import FREE
from locales.catalogue import default_survey
from tests.dashboard.alerts.site import AWAY, HERE, Watched


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def told(alerts: list[Alert]) -> list[tuple[str, str, str, str]]:
    return [(a.happening.kind, a.happening.place, a.happening.subject, a.happening.period) for a in alerts]


SILENT = (Kind.SILENT, "oslo/pro", "stua-1", "")


def test_where_all_is_well_there_is_nothing(watched: Watched) -> None:
    watched.store.online["stua-1"] = HERE
    assert watched.look(90) == []


def test_a_terminal_that_is_away_for_half_an_hour_of_opening_hours(watched: Watched) -> None:
    watched.store.online["stua-1"] = AWAY
    assert watched.look(30) == []  # the first look only begins to count
    assert told(watched.look(1)) == [SILENT]
    (first,) = watched.look(60)
    watched.begin()
    assert watched.look(5) == [first]  # no other one, also after a restart, and also when nobody is open any more
    assert watched.until(datetime(2026, 11, 21, 3)) == [first]
    watched.store.online["stua-1"] = HERE
    assert watched.look(1) == []
    (over,) = watched.alerts.over(FREE, 10)
    assert (over.id, over.ended) == (first.id, watched.clock.now.replace(second=0))


def test_what_passes_soon_or_while_it_is_shut_is_nobodys_worry(watched: Watched) -> None:
    watched.store.online["stua-1"] = AWAY
    watched.look(25)
    watched.store.online["stua-1"] = HERE
    watched.look(1)
    watched.store.online["stua-1"] = AWAY
    assert watched.look(25) == []
    watched.until(datetime(2026, 11, 21, 12))  # a Saturday
    assert watched.look(90) == []


def test_the_time_in_which_nobody_looked_does_not_count(watched: Watched) -> None:
    watched.store.online["stua-1"] = AWAY
    watched.look()
    assert watched.until(datetime(2026, 11, 20, 15)) == []


def test_hours_that_were_published_for_a_place_hold_there(watched: Watched) -> None:
    file = watched.published()
    nights = (OpenTime("sat", "20:00", "24:00"),)
    file.publish("oslo", datetime(2026, 1, 1).date(), default_survey(), (), nights, known={})
    file.close()
    watched.store.online["stua-1"] = AWAY
    assert watched.look(40) == []
    watched.until(datetime(2026, 11, 21, 21))
    assert told(watched.look(31)) == [SILENT]


def test_without_hours_a_place_is_always_open(tmp_path: Path) -> None:
    watched = Watched(tmp_path, Watching())
    watched.store.online["stua-1"] = AWAY
    watched.until(datetime(2026, 11, 21, 3))
    assert told(watched.look(31)) == [SILENT]


def test_a_terminal_that_was_moved_is_an_alert_of_its_new_place(watched: Watched) -> None:
    watched.store.online["stua-1"] = AWAY
    watched.look(31)
    watched.store.moves.append(Placement("stua-1", "bergen", datetime(2026, 11, 20).date()))
    assert told(watched.look(1)) == [(Kind.SILENT, "bergen", "stua-1", "")]


def test_faults_that_cost_votes(watched: Watched) -> None:
    watched.store.online["stua-1"] = Presence(v=1, online=True, faults=("sound", "disk"))
    found = [(Kind.FAULT, "oslo/pro", "stua-1 disk", "")]
    assert told(watched.look()) == found
    watched.store.online["stua-1"] = AWAY
    assert told(watched.look()) == found  # it may have gone for that very reason
    watched.store.online["stua-1"] = HERE
    assert watched.look() == []


def test_a_bad_day_is_found_the_next_morning_and_told_with_what_the_page_shows(watched: Watched) -> None:
    watched.vote(0, 4, 12)
    watched.vote(0, 1, 8)
    assert watched.look(90) == []
    assert watched.until(datetime(2026, 11, 21, 5, 59)) == []
    (alert,) = watched.until(datetime(2026, 11, 21, 6))
    assert told([alert]) == [(Kind.UNSATISFIED, "oslo/pro", "", "2026-11-20")]
    assert alert.happening.said == {"votes": 20.0, "satisfied": 0.6}
    assert alert in watched.until(datetime(2026, 11, 26, 12))
    assert alert not in watched.until(datetime(2026, 11, 28, 12))


def test_what_was_told_once_does_not_come_again(watched: Watched) -> None:
    watched.vote(1, 1, 20)
    (alert,) = [one for one in watched.look() if one.happening.kind == Kind.UNSATISFIED]
    watched.alerts.end([alert])
    assert Kind.UNSATISFIED not in [one.happening.kind for one in watched.until(datetime(2026, 11, 20, 18))]
    # The week around it is spoken of no more than the day in it.
    assert Kind.UNSATISFIED not in [one.happening.kind for one in watched.until(datetime(2026, 11, 30, 12))]


def test_days_without_votes_while_the_terminal_is_there(watched: Watched) -> None:
    watched.store.online["stua-1"] = HERE
    assert watched.until(datetime(2026, 11, 22, 12)) == []
    found = watched.until(datetime(2026, 11, 23, 12))
    assert told(found) == [(Kind.QUIET, "oslo/pro", "", "2026-11-20")]
    watched.vote(1, 4, 1)
    assert watched.look(30) == found
    assert watched.look(31) == []  # looked at once an hour


def test_troubles_of_the_server_are_everybodys_who_sees_all(watched: Watched) -> None:
    watched.troubles = [Happening(Kind.DISK, "", "store", said={"megabytes": 900})]
    (alert,) = watched.look()
    assert told([alert]) == [(Kind.DISK, "", "store", "")]
    watched.troubles = [Happening(Kind.DISK, "", "store", said={"megabytes": 800})]
    assert watched.look(61) == [alert]


def test_a_collector_that_does_not_run_is_told_also_at_night_to_who_sees_all(watched: Watched) -> None:
    watched.until(datetime(2026, 11, 21, 3))
    watched.collects = False
    assert watched.look(30) == []
    (alert,) = watched.look(1)
    assert told([alert]) == [(Kind.SILENT, "", COLLECTOR, "")]
    watched.collects = True
    assert watched.look(1) == []


def test_years_that_are_forgotten_are_forgotten_here_too(watched: Watched) -> None:
    watched.alerts.begin([Happening(Kind.BEST, "oslo/pro", period="2025-12"), Happening(Kind.DISK, "", "store")])
    assert watched.alerts.forget(2026) == 1
    assert told(watched.alerts.lasting()) == [(Kind.DISK, "", "store", "")]
    assert watched.alerts.forget(2027) == 1


def test_a_store_that_is_away_ends_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.store.online["stua-1"] = AWAY
    lasting = watched.look(31)

    def broken() -> object:
        raise StoreError("store is away")

    monkeypatch.setattr(watched.store, "placements", broken)
    with pytest.raises(StoreError):
        watched.look()
    assert watched.alerts.lasting() == lasting


def test_what_has_long_been_over_goes(watched: Watched) -> None:
    watched.alerts.begin([Happening(Kind.DISK, "", "store")])
    watched.alerts.end(watched.alerts.lasting())
    watched.clock.advance(KEPT.total_seconds() + 3600)
    watched.alerts.end([])
    assert watched.alerts.over(FREE, 10) == []
