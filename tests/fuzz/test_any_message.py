"""Any message: nothing raises, what is answered is of the contract, and nothing grows. `make bench` sends a million."""

import importlib.util
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.intake import Opened, open_message
from collector.store.sqlite import KEPT_REFUSAL_BYTES, KEPT_REFUSALS
from collector.wire import Message
from contract.examples import EXAMPLES
from contract.messages import SheetsEnvelope
from contract.sheets import Table
from contract.topics import Kind, topic
from tests.fuzz.mutation import ALLOWED, REVOKED, Mutator, seeds, spans
from tests.fuzz.search import search
from tests.fuzz.site import Site

HELLO = b'{"v":1,"installation":"honest-one","since":"2026-01-01","nonce":"n"}'


@pytest.mark.parametrize("registered", [True, False])
def test_nothing_raises_and_the_honest_are_answered_as_before(tmp_path: Path, registered: bool) -> None:
    site = Site(tmp_path, registered=registered)
    made = iter(Mutator(seed=1))
    for _ in range(10):
        site.work(list(islice(made, 500)))
    before = site.wire.count
    site.work([Message(topic(ALLOWED[0], Kind.HELLO), HELLO)])
    assert site.wire.count > before
    kept = site.store.refusals().newest
    assert 0 < len(kept) <= KEPT_REFUSALS
    assert sum(len(one.payload) for one in kept) <= KEPT_REFUSAL_BYTES
    if registered:
        assert set(site.store.terminals()) <= {*ALLOWED, REVOKED}
        assert not list(site.store.sheets([REVOKED], Table, date.min, date.max))
    site.close()


def test_the_messages_are_hostile_and_not_only_rubbish() -> None:
    """Else there would be nothing learnt from their doing no harm."""
    opened = [open_message(message) for message in islice(Mutator(seed=2), 3_000)]
    good = [one.body for one in opened if isinstance(one, Opened)]
    assert 600 < len(good) < 2_400
    assert max(len(one.sheets) for one in good if isinstance(one, SheetsEnvelope)) > 100


def test_every_example_is_a_seed() -> None:
    assert {kind for kind, _ in seeds()} == set(EXAMPLES)
    for _, payload in seeds():
        assert (0, len(payload)) in spans(payload)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), registered=True)
    yield site
    site.close()


@given(name=st.text(max_size=40), payload=st.binary(max_size=300), retained=st.booleans())
def test_any_bytes_on_any_topic(site: Site, name: str, payload: bytes, retained: bool) -> None:
    site.work([Message(name, payload, retained), Message(topic(ALLOWED[0], Kind.SHEETS), payload, retained)])
    assert site.store.refusals().total


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris is not made for this machine")
def test_guided_bytes_find_nothing() -> None:
    assert search(seconds=5) == 0
