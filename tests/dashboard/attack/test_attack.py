"""Nobody who keeps all that is ever shown of all places and periods works out a hidden number.

`FJES_ATTACKS=200 pytest tests/dashboard/attack` attacks more sites, and others each time.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.periods import Period
from contract.sheets import Vote
from dashboard.privacy import publishing
from tests.dashboard.attack.attacker import CROSSINGS, YEAR, Attacker, Hidden
from tests.dashboard.attack.sites import random_site, site_of
from tests.dashboard.attack.ways import Recorder, Told
from tests.fakes.read_store import FakeReadStore

FEW = "2"
ATTACKS = os.environ.get("FJES_ATTACKS", FEW)


def after(months: int) -> datetime:
    """The day after so many months of the year."""
    return datetime(YEAR + months // 12, months % 12 + 1, 1, 12, tzinfo=UTC)


def periods(months: int) -> list[Period]:
    """All that have begun, over or not."""
    names = [f"{YEAR}", *(f"{YEAR}-Q{n}" for n in range(1, 5)), *(f"{YEAR}-{n:02}" for n in range(1, months + 1))]
    return [period for period in map(Period.parse, names) if period.start < after(months).replace(tzinfo=None)]


def places(store: FakeReadStore) -> list[str | None]:
    parts = [move.place.split("/") for move in store.moves]
    return [None, *sorted({"/".join(names[: n + 1]) for names in parts for n in range(len(names))})]


def attack(store: FakeReadStore, *moments: int) -> Iterator[tuple[str, Hidden]]:
    """Records everything after so many months, each time, and works out what can be."""
    told: list[Told] = []
    for months in moments:
        told += Recorder(store, after(months)).record(places(store), periods(months))
    for crossing in CROSSINGS:
        for hidden in Attacker(store, crossing, told, moments[-1]).found():
            yield crossing, hidden


@settings(max_examples=int(ATTACKS), derandomize=ATTACKS == FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.lists(st.sampled_from((1, 2, 3, 6, 7, 12)), min_size=1, max_size=2, unique=True))
def test_nothing_hidden_can_be_worked_out(seed: int, moments: Sequence[int]) -> None:
    moments = sorted(moments)
    assert list(attack(random_site(seed, moments[-1]), *moments)) == []


def two_places() -> FakeReadStore:
    """Each place alone tells nothing; together with the sum of both, three hidden votes are no secret."""
    store = site_of("north", "south")
    for terminal, votes in (("t-0", {"social": 30, "help": 20, "talk": 3}), ("t-1", {"social": 20, "talk": 20})):
        for option, times in {**votes, "none": 20}.items():
            store.vote(datetime(YEAR, 1, 3, 10), Vote(4, "nb", option), times=times, terminal=terminal)
    return store


def two_months() -> FakeReadStore:
    """Each month alone tells nothing; together with the quarter, three hidden votes are no secret."""
    store = site_of("stua")
    for month, talk in ((1, 20), (2, 20), (3, 3)):
        for option, times in {"social": 30, "help": 20, "talk": talk, "none": 20}.items():
            store.vote(datetime(YEAR, month, 3, 10), Vote(4, "nb", option), times=times, terminal="t-0")
    return store


def one_table() -> FakeReadStore:
    """The total of the languages is known."""
    store = site_of("stua")
    for language, times in {"nb": 40, "en": 20, "th": 3}.items():
        store.vote(datetime(YEAR, 1, 3, 10), Vote(4, language, "help"), times=times, terminal="t-0")
    return store


@pytest.mark.parametrize(
    ("site", "months", "hole", "crossing"),
    [
        (two_places(), 1, "_to_hide", "satisfied"),
        (two_months(), 3, "_to_hide", "satisfied"),
        (two_months(), 3, "reach", "satisfied"),
        (one_table(), 1, "_hidden_alone", "languages"),
    ],
)
def test_an_open_door_in_any_direction_is_found(
    site: FakeReadStore, months: int, hole: str, crossing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a part of the guard left out the attack succeeds, so it would tell; with all of it, it does not."""
    assert list(attack(site, months)) == []
    without = {
        "_to_hide": lambda *_: (set(), []),
        "reach": lambda _, pairs, __, far: np.full(len(pairs), far),
        "_hidden_alone": lambda votes, _spare, _everywhere, k: (votes > 0) & (votes < k),
    }
    monkeypatch.setattr(publishing, hole, without[hole])
    assert crossing in {where for where, _ in attack(site, months)}
