"""Parts are given back when all are there, and what is held is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.assembly import Assembly
from contract.errors import RefusedError
from contract.messages import SheetsEnvelope
from tests.collector.samples import INSTALLATION


def part(number: int, parts: int, batch: str = "b1", installation: str = INSTALLATION) -> SheetsEnvelope:
    return SheetsEnvelope(v=1, installation=installation, sheets=[], batch=batch, part=number, parts=parts)


@given(st.permutations(range(1, 7)))
def test_parts_in_any_order_come_out_in_theirs(order: list[int]) -> None:
    assembly = Assembly()
    given_back = [assembly.add("a", part(number, 6), b"%d" % number) for number in order]
    assert given_back == [None] * 5 + [[b"1", b"2", b"3", b"4", b"5", b"6"]]
    assert assembly.held_bytes == 0


def test_a_part_that_comes_twice_counts_once() -> None:
    assembly = Assembly()
    assert assembly.add("a", part(1, 2), b"old") is None
    assert assembly.add("a", part(1, 2), b"new") is None
    assert assembly.add("a", part(2, 2), b"end") == [b"new", b"end"]


@pytest.mark.parametrize("other", [part(1, 2, batch="b2"), part(1, 2, installation="installation-2"), part(1, 3)])
def test_of_one_terminal_only_the_newest_batch_is_held(other: SheetsEnvelope) -> None:
    assembly = Assembly()
    assembly.add("a", part(1, 2), b"12345")
    assembly.add("a", other, b"67")
    assert assembly.held_bytes == 2
    assert assembly.add("a", part(2, 2), b"x") is None


def test_terminals_do_not_disturb_each_other() -> None:
    assembly = Assembly()
    assembly.add("a", part(1, 2), b"a1")
    assembly.add("b", part(1, 2), b"b1")
    assert assembly.add("a", part(2, 2), b"a2") == [b"a1", b"a2"]
    assert assembly.add("b", part(2, 2), b"b2") == [b"b1", b"b2"]


def test_who_holds_most_is_dropped_first() -> None:
    assembly = Assembly(capacity_bytes=10)
    assembly.add("modest", part(1, 3), b"12")
    assembly.add("greedy", part(1, 3), b"12345")
    assembly.add("greedy", part(2, 3), b"1234")
    assert assembly.held_bytes == 2
    assert assembly.add("modest", part(2, 3), b"34") is None
    assert assembly.add("modest", part(3, 3), b"") == [b"12", b"34", b""]


def test_parts_that_are_too_much_together_are_refused_and_dropped() -> None:
    assembly = Assembly(batch_bytes=10)
    assembly.add("a", part(1, 3), b"123456")
    with pytest.raises(RefusedError, match="the parts of a release take 10 bytes at most"):
        assembly.add("a", part(2, 3), b"12345")
    assert assembly.held_bytes == 0


def test_the_bytes_held_are_those_of_the_newest_copy_of_each_part() -> None:
    assembly = Assembly()
    for payload in (b"1234", b"12", b"123"):
        assembly.add("a", part(1, 2), payload)
    assert assembly.held_bytes == 3
