"""Acknowledgements fit their messages, and say everything once."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from collector.acknowledge import acks, complete_acks, split
from contract.messages import MAX_BYTES, Acks, Revisions
from contract.periods import Granularity, Period
from contract.sheets import Table

START = datetime(2026, 1, 1, tzinfo=UTC)
PERIODS = [str(Period.of(Granularity.HOUR, START + timedelta(hours=n))) for n in range(16_000)]
LONG = "a" * 63 + "@999999999"


def merged(shares: list[Revisions]) -> Revisions:
    whole: Revisions = {}
    for share in shares:
        for survey, tables in share.items():
            for table, periods in tables.items():
                known = whole.setdefault(survey, {}).setdefault(table, {})
                assert not known.keys() & periods.keys()
                known.update(periods)
    return whole


@given(
    st.dictionaries(
        st.sampled_from(["visit@1", LONG]),
        st.dictionaries(
            st.sampled_from(Table),
            st.integers(1, len(PERIODS)).map(lambda n: dict.fromkeys(PERIODS[:n], 2**53)),
            min_size=1,
        ),
    )
)
def test_shares_fit_and_hold_everything_once(revisions: Revisions) -> None:
    assert merged(split(revisions)) == revisions
    for payload in acks("i" * 64, revisions):
        assert len(payload) <= MAX_BYTES


def test_many_small_surveys_fit() -> None:
    revisions: Revisions = {f"survey-{n}@1": {table: {"2026-11": 1} for table in Table} for n in range(2000)}
    shares = split(revisions)
    assert merged(shares) == revisions
    assert all(len(payload) <= MAX_BYTES for payload in acks("i" * 64, revisions))


def test_nothing_stored_is_still_a_complete_answer() -> None:
    (payload,) = complete_acks("installation-1", {}, "n1")
    expected = Acks(v=1, installation="installation-1", revisions={}, complete=True, nonce="n1")
    assert msgspec.json.decode(payload, type=Acks) == expected


def test_a_long_answer_comes_in_numbered_parts() -> None:
    revisions: Revisions = {"visit@1": {Table.FACES: dict.fromkeys(PERIODS, 1)}}
    parts = [
        msgspec.json.decode(payload, type=Acks) for payload in complete_acks("installation-1", revisions, "\x00" * 64)
    ]
    assert len(parts) > 1
    assert [(one.part, one.parts, one.complete) for one in parts] == [
        (number, len(parts), True) for number in range(1, len(parts) + 1)
    ]
    assert merged([one.revisions for one in parts]) == revisions
