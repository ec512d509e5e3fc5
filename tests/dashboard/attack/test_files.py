"""What is hidden in the figures is hidden in every file that is made of them, and no number stands in a file alone."""

from collections.abc import Mapping

import pytest

from contract.periods import Period
from tests.dashboard.attack.sites import random_site
from tests.dashboard.attack.test_attack import after
from tests.dashboard.attack.ways import FILES, Counts, Recorder, by_api

SEED = 8
PLACES = [None, "north"]


@pytest.mark.parametrize("period", ["2023-05", "2023-Q3", "2023"])
def test_files_tell_what_programs_are_told(period: str) -> None:
    store, asked = random_site(SEED, 12), [Period.parse(period)]
    told = {(one.place, one.crossing): one.counts for one in Recorder(store, after(12)).record(PLACES, asked, [by_api])}
    for way in FILES:
        files = Recorder(store, after(12)).record(PLACES, asked, [way])
        assert {one.crossing for one in files} >= {"satisfied", "unsatisfied", "languages"}
        for one in files:
            assert _some(one.counts) == _some(told[one.place, one.crossing])


def _some(counts: Counts) -> Mapping[str, int | None]:
    """Files leave out languages that no terminal has, and hours at which nobody voted."""
    return {option: count for option, count in counts.items() if count != 0}
