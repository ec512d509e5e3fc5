"""Which of several differences are called clear, and how often that is wrong."""

import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom

from dashboard import telling_apart
from dashboard.telling_apart import Often, Part, changes, clear, p_values, ranks

ROUNDS = 400


def test_a_pair_is_compared_by_twice_the_smaller_tail_whichever_comes_first() -> None:
    few, many = Part(85, 100), Part(95, 100)
    tail = float(hypergeom.cdf(85, 200, 180, 100))
    assert list(p_values([(few, many), (many, few)])) == pytest.approx([2 * tail, 2 * tail])
    assert p_values([(few, few)]) == pytest.approx([1.0])
    assert p_values([(few, many)])[0] == pytest.approx(fisher_exact([[85, 15], [95, 5]]).pvalue)


def test_where_counts_are_large_the_normal_tail_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(7)
    pairs = [(Part(int(a), 2000), Part(int(b), 5000)) for a, b in chance.binomial((2000, 5000), 0.9, (100, 2))]
    quick = p_values(pairs)
    monkeypatch.setattr(telling_apart, "_LARGE", 1e9)
    assert quick == pytest.approx(p_values(pairs), abs=0.005)


def test_what_the_normal_tail_calls_chance_the_exact_test_does_not_call_clear() -> None:
    chance = np.random.default_rng(8)
    of = chance.integers(10, 400, (20_000, 2))
    hits = chance.binomial(of, chance.choice([0.02, 0.3, 0.7, 0.95], (20_000, 2)))
    pairs = [
        (Part(*map(int, one)), Part(*map(int, other)))
        for one, other in zip(*np.stack([hits, of], 2).swapaxes(0, 1), strict=True)
    ]
    rough = p_values(pairs, exact_to=-1.0) > telling_apart._PERHAPS
    assert rough.sum() > 1000
    assert p_values(pairs)[rough].min() > 2 * telling_apart.LEVEL


def test_holms_correction_goes_on_until_the_first_that_says_nothing() -> None:
    assert clear(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == [True, False, False, True]
    assert clear(np.array([0.03, 0.02])).tolist() == [True, True]
    assert clear(np.array([0.04])).tolist() == [True]


def test_a_change_is_told_of_what_is_known_in_both_periods_and_of_ten_votes_or_more() -> None:
    now = {"help": Part(60, 100), "talk": Part(20, 100), "new": Part(9, 100), "few": Part(9, 9), "wait": Part(1, 40)}
    before = {"help": Part(30, 100), "talk": Part(22, 100), "few": Part(0, 90), "wait": Part(20, 40)}
    assert changes(now, before) == {"help": Often.MORE, "talk": Often.UNCLEAR, "wait": Often.FEWER}
    assert changes({}, before) == {}


def test_a_place_comes_after_those_that_are_clearly_better_and_only_those() -> None:
    assert ranks([Part(950, 1000), Part(18, 20), Part(800, 1000)]) == [1, 1, 2]
    assert ranks([Part(800, 1000), Part(950, 1000), Part(600, 1000)]) == [2, 1, 3]
    assert ranks([Part(9, 10), Part(10, 10)]) == [1, 1]
    assert ranks([Part(9, 10)]) == [1]


def test_places_with_the_same_rank_are_never_clearly_different() -> None:
    parts = [Part(49, 50), Part(8000, 10000), Part(21, 30), Part(5000, 10000), Part(6, 10)]
    chance = np.random.default_rng(3)
    for _ in range(100):
        found = ranks(parts)
        pairs = [(i, j) for i in range(len(parts)) for j in range(i)]
        told = clear(p_values([(parts[i], parts[j]) for i, j in pairs]))
        assert not [pair for pair, sure in zip(pairs, told, strict=True) if sure and found[pair[0]] == found[pair[1]]]
        of = chance.integers(10, 3000, 6)
        parts = [Part(int(n), int(m)) for n, m in zip(chance.binomial(of, chance.uniform(0.6, 1, 6)), of, strict=True)]


def test_there_may_be_one_place_or_none() -> None:
    assert ranks([Part(9, 10)]) == [1]
    assert ranks([]) == []


@pytest.mark.parametrize("of", [40, 600])
def test_without_any_change_one_of_ten_answers_is_called_changed_in_at_most_a_twentieth_of_periods(of: int) -> None:
    chance = np.random.default_rng([10, of])
    wrong = 0
    for _ in range(ROUNDS):
        shares = chance.dirichlet(np.ones(10))
        now, before = (dict(enumerate(Part(int(n), of) for n in chance.multinomial(of, shares))) for _ in range(2))
        wrong += set(changes(now, before).values()) != {Often.UNCLEAR}
    assert wrong <= 0.05 * ROUNDS


@pytest.mark.parametrize("satisfied", [0.8, 0.97])
def test_of_places_that_are_alike_one_is_put_behind_in_at_most_a_twentieth_of_periods(satisfied: float) -> None:
    chance = np.random.default_rng([8, int(100 * satisfied)])
    wrong = 0
    for _ in range(ROUNDS):
        of = chance.integers(10, 400, 8)
        wrong += max(ranks([Part(int(n), int(m)) for n, m in zip(chance.binomial(of, satisfied), of, strict=True)])) > 1
    assert wrong <= 0.05 * ROUNDS
