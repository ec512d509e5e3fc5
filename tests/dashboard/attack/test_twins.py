"""Two sites whose hidden numbers differ look the same to the last byte, whichever way they are looked at.

So nothing that is made of the numbers (a sentence, a length of a bar, an order, a comparison) tells of a hidden one.
What is chosen to be hidden is the same in both: that the choice itself depends on hidden numbers is another matter.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count, product

from litestar.testing import TestClient

from contract.periods import Period
from contract.sheets import Vote
from dashboard.address import Address
from dashboard.reports.sentences import section
from tests.dashboard.attack.attacker import YEAR
from tests.dashboard.attack.sites import site_of
from tests.dashboard.attack.test_attack import after, places
from tests.dashboard.conftest import app_over
from tests.dashboard.house import Browser
from tests.dashboard.reports.told import reports_over
from tests.fakes.read_store import FakeReadStore

PERIODS = ("2023-Q1", "2023-02")
ANSWERS = ("place", "wait")
FILES = ("/figures.csv", "/report.pdf", "/report.xlsx")


def site(shift: int) -> FakeReadStore:
    """Two answers of each side were so rare in each month that they are hidden.

    With a shift, some of them are others by as many, and all sums over places or months what they were.
    """
    store = site_of("north", "south")
    for (number, terminal), month in product(enumerate(("t-0", "t-1")), (1, 2, 3)):
        moved = 0 if month == 3 else shift * (1 if number == month - 1 else -1)
        one, other, day = 3 + moved, 2 - moved, datetime(YEAR, month, 3, 10)
        for option, times in {"social": 30, "help": 20, "health": one, "place": other, "none": 20}.items():
            store.vote(day, Vote(4, "nb", option), times=times, terminal=terminal)
        for option, times in {"wait": one, "staff": 20, "unsafe": other, "none": 12}.items():
            store.vote(day, Vote(1, "en", option), times=times, terminal=terminal)
        for language, times in {"ro": 3, "bg": 2}.items():
            store.vote(day, Vote(3, language, "none"), times=times, terminal=terminal)
    return store


def everything(store: FakeReadStore) -> Iterator[tuple[str, bytes]]:
    """All that a reader can see, by where; files of one place and a quarter only, as they take long."""
    minutes = count(step=60)
    with TestClient(app_over(store, after(12), lambda: float(next(minutes)))) as client:
        for place, period in product(places(store), PERIODS):
            at = f"period={period}&language=en{f'&place={place}' if place else ''}"
            pages = [f"/?{at}", *(f"/?{at}&answer={answer}" for answer in ANSWERS)]
            programs = [f"/api/v1/{path}?{at}" for path in ("figures", "trend", "crossings", "surveys")]
            for path in [*pages, *programs]:
                answer = client.get(path)
                assert answer.status_code == 200, path
                yield path, _lasting(answer.text).encode()
        for place in places(store):
            yield f"wall of {place}", _lasting(client.get(f"/live/{place or ''}".rstrip("/")).text).encode()
        for path in FILES:
            answer = Browser(client).post(path, {"period": "2023-02", "place": "north", "language": "nb"})
            assert answer.status_code == 200, path
            yield path, answer.content
    report = reports_over(store, after(12)).report(Address(Period.parse("2023-02"), "north", "en"))
    yield "mail", "\n".join(section(report)).encode()


def _lasting(page: str) -> str:
    """Without the name of the state, which is chance's."""
    return re.sub(r'data-state="[^"]*"', "", page)


def test_what_is_hidden_changes_no_byte() -> None:
    ours, theirs = dict(everything(site(0))), dict(everything(site(1)))
    assert [where for where in ours if ours[where] != theirs[where]] == []


def test_what_is_shown_changes_many() -> None:
    """So the places where nothing differs are looked at rightly."""
    more = site(0)
    more.vote(datetime(YEAR, 2, 3, 10), Vote(4, "nb", "help"), terminal="t-0")
    ours, theirs = dict(everything(site(0))), dict(everything(more))
    differ = {where.split("?")[0] for where in ours if ours[where] != theirs[where]}
    assert differ >= {"/", "/api/v1/crossings", *FILES, "mail"}
