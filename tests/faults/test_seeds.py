"""Twenty seeds of faults: what was pressed is what is stored. `make faults` runs two hundred, with more presses."""

from collections.abc import Iterator

import pytest

from tests.faults.pool import Pool
from tests.faults.schedule import schedule

pytestmark = pytest.mark.e2e
SEEDS = range(1, 21)
PRESSES = 800


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """All seeds begin to run with the first test, some at a time."""
    pool = Pool(SEEDS, PRESSES, tmp_path_factory.mktemp("faults"))
    yield pool
    pool.stop()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_nothing_doubled(pool: Pool, seed: int) -> None:
    result = pool.result(seed)
    assert not result.problem, f"{result.problem}\nreplay: python -m tests.faults --presses {PRESSES} {seed}"
    assert result.presses > 0


def test_a_schedule_is_made_of_its_seed_alone() -> None:
    one, other = (schedule(1, PRESSES, mounts=True) for _ in range(2))
    assert str(one) == str(other) != str(schedule(2, PRESSES, mounts=True))
