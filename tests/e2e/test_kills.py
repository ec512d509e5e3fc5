"""Everything is killed in any order while people vote: nothing is lost and nothing counted twice."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from contract.sheets import Table
from tests.e2e.finger import QUESTION, WHY
from tests.e2e.site import Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e

ROLES = ("broker", "collector", "dashboard", "kiosk")
MONTHLY = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)


@pytest.mark.parametrize(("profile", "seed"), [("busy", 1), ("small", 2)])
def test_kills_in_any_order_lose_and_double_nothing(make_site: Callable[[str], Site], profile: str, seed: int) -> None:
    chance = random.Random(seed)
    site = make_site(profile)
    truth: Counter[str] = Counter()
    for role in chance.sample(ROLES, len(ROLES)):
        site.start(role)

    for victim in [*chance.sample(ROLES, len(ROLES)), *chance.sample(ROLES, len(ROLES))]:
        score = chance.choice((4, 3, 2, 1))
        site.choose(score, QUESTION.faces)
        truth[f"{score}"] += 1
        site.kill(victim)  # in the midst of a visit, once the vote is on the terminal's disk
        if victim != "kiosk":
            site.touch(WHY.skip)
            eventually(lambda: site.chosen() == [], "the terminal does not thank")
            site.leave()
            for score in chance.choices((4, 3, 2, 1), k=2):
                site.visit(score, answer=chance.randrange(5))
                truth[f"{score}"] += 1
        site.start(victim)

    for _ in range(5):  # so that profile small has something to release
        site.visit(4)
        truth["4"] += 1
    for _ in range((-sum(truth.values())) % 5):
        site.visit(4)
        truth["4"] += 1
    eventually(lambda: site.stored() == truth, f"pressed {truth}, stored {site.stored()}")
    assert {sum(site.stored(table).values()) for table in MONTHLY} == {truth.total()}
