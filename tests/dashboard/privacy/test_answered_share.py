"""How many said why is told where it is known well enough, and otherwise not at all."""

from datetime import date, datetime

import pytest

from contract.ids import NONE
from contract.periods import Period
from contract.sheets import Table
from dashboard.figures import figures_of
from dashboard.places import Places
from dashboard.privacy.guard import Guard
from tests.dashboard.attack.attacker import YEAR
from tests.dashboard.attack.sites import random_site
from tests.fakes.read_store import FakeReadStore

AFTER = datetime(YEAR + 1, 1, 2)
PERIODS = [Period.parse(name) for name in (f"{YEAR}", *(f"{YEAR}-Q{n}" for n in range(1, 5)), f"{YEAR}-05")]


def said_why(store: FakeReadStore, terminals: list[str], period: Period) -> float:
    asked = answered = 0
    for one in store.sheets(terminals, [Table.ANSWERS], period.start.date(), period.end.date()):
        for cell, count in one.sheet.counts.items():
            asked += count
            answered += 0 if cell.endswith(f":{NONE}") else count
    return answered / asked


@pytest.mark.parametrize("seed", [10, 25, 33, 38])
def test_what_is_told_is_true_however_much_is_hidden(seed: int) -> None:
    store, guard = random_site(seed, 12), Guard(5)
    places = Places.of(store)
    for place in (None, *places.all()):
        for period in PERIODS:
            shown = guard.shown(store, figures_of(store, period, place, AFTER), AFTER.date())
            if shown.answered_share is not None:
                truth = said_why(store, places.standing(place, date(YEAR, 6, 1)), period)
                assert shown.answered_share == pytest.approx(truth, abs=0.03), (place, period)
