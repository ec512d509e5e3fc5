"""A terminal that crashes or finds its tally damaged is there again by itself, with every vote."""

from collections.abc import Callable

import pytest

from contract.sheets import Table
from tests.e2e.finger import QUESTION
from tests.e2e.site import TERMINAL, Site
from tests.kiosk.samples import spoil
from tests.polling import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    site = make_site("busy")
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    return site


def test_a_crash_in_the_midst_of_a_visit_loses_nothing_and_needs_nobody(site: Site) -> None:
    for score in (4, 1):
        site.choose(score, QUESTION.faces)
        site.crash()
        eventually(site.asks, "the terminal does not come back")
    site.visit(3)
    counts = {"4": 1, "3": 1, "1": 1}
    eventually(lambda: site.stored() == counts, f"stored {site.stored()}")


def test_a_tally_damaged_while_the_terminal_runs_is_begun_anew_and_told(site: Site) -> None:
    site.visit(4)
    eventually(lambda: site.stored() == {"4": 1}, f"stored {site.stored()}")
    spoil(site.directory / "terminal" / f"{TERMINAL}.db")
    site.visit(2)
    eventually(lambda: site.stored() == {"4": 1, "2": 1}, f"stored {site.stored()}")
    assert {sum(site.stored(table).values()) for table in Table if table is not Table.SUSPECT} == {2}
    eventually(lambda: "damaged" in site.faults(), "operators are not told")
    assert len(list((site.directory / "terminal").glob(f"{TERMINAL}.db.damaged-????????"))) == 1
