"""A million messages that nobody honest sends, through intake, service and a real store: crashes, memory, speed."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import monotonic

from collector.wire import Message
from contract.topics import Kind, topic
from tests.bench.flood import release
from tests.bench.programs import memory_of
from tests.bench.report import Figure, at_most
from tests.fuzz.mutation import ALLOWED, Mutator
from tests.fuzz.site import Site

MESSAGES = 1_000_000
BATCH = 500
WARM = 100_000
"""Messages after which memory is looked at first: everything is loaded then, and each bounded store of things full."""
VALID = 50_000


def measure(directory: Path) -> Iterator[Figure]:
    """Half of them at a site with a register, half at one without, where strangers are heard."""
    valid = _speed_of_valid(_site(directory, "valid", registered=False))
    sites = [_site(directory, "registered", registered=True), _site(directory, "open", registered=False)]
    made = iter(Mutator(seed=4))
    crashes, seconds, longest, before = 0, 0.0, 0.0, 0.0
    for number in range(0, WARM + MESSAGES, BATCH):
        if number == WARM:
            crashes, seconds, longest, before = 0, 0.0, 0.0, memory_of(os.getpid())
        messages = list(islice(made, BATCH))
        began = monotonic()
        crashes += not _survives(sites[number // BATCH % 2], messages)
        took = monotonic() - began
        seconds, longest = seconds + took, max(longest, took)
    growth = memory_of(os.getpid()) - before
    yield Figure(f"fuzzed messages: crashes in {MESSAGES:,}", crashes, "", at_most(0))
    yield Figure("fuzzed messages: growth of memory", growth, "MB", at_most(20), before, "warm")
    yield Figure("fuzzed messages: handled", MESSAGES / seconds, "/s", None, valid, "valid releases")
    yield Figure(f"fuzzed messages: longest batch of {BATCH}", 1000 * longest, "ms")
    kept = sum(file.stat().st_size for file in directory.rglob("fjes.db")) / 1e6
    yield Figure("fuzzed messages: size of both stores", kept, "MB")
    for site in sites:
        site.close()


def _survives(site: Site, messages: Sequence[Message]) -> bool:
    try:
        site.work(messages)
    except Exception as error:  # noqa: BLE001 - to count them is the point
        print(f"crash: {error!r}")
        return False
    return True


def _speed_of_valid(site: Site) -> float:
    messages = [
        Message(topic(ALLOWED[number % len(ALLOWED)], Kind.SHEETS), release(number // len(ALLOWED) + 1))
        for number in range(VALID)
    ]
    began = monotonic()
    for start in range(0, VALID, BATCH):
        site.work(messages[start : start + BATCH])
    site.close()
    return VALID / (monotonic() - began)


def _site(directory: Path, name: str, *, registered: bool) -> Site:
    place = directory / name
    place.mkdir()
    return Site(place, registered=registered, checks=False)
