"""Sites to attack: places that lie in one another, and a year of votes that are few here and many there."""

from datetime import date, datetime
from random import Random

from collector.store.protocol import Placement
from contract.ids import NONE
from contract.sheets import Vote
from contract.survey import side_of
from locales.catalogue import default_survey
from tests.dashboard.attack.attacker import YEAR
from tests.fakes.read_store import FakeReadStore

TREES = (
    ("stua",),
    ("north", "south"),
    ("north/a", "north/b", "south"),
    ("north", "north/a", "south/b"),
    ("north/a", "north/a/x", "north/a/y", "south"),
)
HOURS = ((7, 10), (7, 11), (8, 15))
"""Day of the month and hour at which votes are given: few, so that most hours of the week are empty."""


def site_of(*places: str) -> FakeReadStore:
    """A store with one terminal at each place, and no votes yet."""
    store = FakeReadStore()
    for number, place in enumerate(places):
        store.moves.append(Placement(f"t-{number}", place, date(2020, 1, 1)))
    return store


def random_site(seed: int, months: int) -> FakeReadStore:
    """A site with votes in the first months of the year, in the default survey."""
    chance = Random(seed)
    places = chance.choice(TREES)
    store = site_of(*places)
    survey = default_survey()
    languages = chance.sample(survey.languages, 4)
    habits = [chance.choice((0.1, 0.3, 1, 3)) for _ in range(5)]
    silent, tongues = chance.choice((0, 1, 4)), [8, 3, chance.choice((0.1, 1)), chance.choice((0.05, 0.5))]
    for number in range(len(places)):
        busy = chance.choice((4, 15, 40))
        for month in range(1, months + 1):
            for _ in range(chance.choice((0, busy // 2, busy, busy))):
                score = chance.choices((4, 3, 2, 1), (10, 4, 2, 1))[0]
                options = [*survey.option_ids(side_of(score)), NONE]
                answer = chance.choices(options, [*habits, silent])[0]
                day, hour = chance.choice(HOURS)
                vote = Vote(score, chance.choices(languages, tongues)[0], answer)
                store.vote(datetime(YEAR, month, day, hour), vote, terminal=f"t-{number}")
    return store
