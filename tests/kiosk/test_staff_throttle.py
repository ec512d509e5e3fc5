"""The rest after wrong PINs: longer each time, and no shorter for a restart, a power cut or a turned clock."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.staff.throttle import LONGEST_REST, RESTS, Throttle, rest_after


class Machine:
    """A machine that is started anew as often as a test likes, and its disk."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "staff-tries.json"
        self.boot = 1
        self.seconds = 1000.0
        self.throttle = self.start()

    def start(self) -> Throttle:
        """The terminal's process begins anew."""
        self.throttle = Throttle(self.file, f"boot-{self.boot}", lambda: self.seconds)
        return self.throttle

    def power_cut(self, booting: float = 20.0) -> None:
        self.boot += 1
        self.seconds = booting
        self.start()

    def wrong(self, times: int = 1) -> None:
        for _ in range(times):
            self.throttle.count()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_two_slips_cost_nothing_and_then_each_costs_twice_as_much() -> None:
    assert [rest_after(wrong) for wrong in range(11)] == [0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert rest_after(10**9) == LONGEST_REST
    assert RESTS == (30, 60, 120, 240, 480, 900)


def test_it_rests_after_the_third_and_not_for_ever(machine: Machine) -> None:
    machine.wrong(2)
    assert machine.throttle.wait() == 0
    machine.wrong()
    assert machine.throttle.wait() == 30
    machine.seconds += 29.5
    assert machine.throttle.wait() == pytest.approx(0.5)
    machine.seconds += 0.5
    assert machine.throttle.wait() == 0
    machine.wrong()
    assert machine.throttle.wait() == 60


def test_the_right_pin_forgives_all(machine: Machine) -> None:
    machine.wrong(4)
    machine.throttle.forgive()
    assert machine.start().wait() == 0
    machine.wrong(2)
    assert machine.throttle.wait() == 0


def test_a_restart_of_the_process_changes_nothing(machine: Machine) -> None:
    machine.wrong(3)
    machine.seconds += 10
    assert machine.start().wait() == 20


def test_after_a_power_cut_the_whole_rest_begins_again(machine: Machine) -> None:
    machine.wrong(4)
    machine.seconds += 55
    machine.power_cut(booting=20)
    assert machine.throttle.wait() == 40
    machine.seconds = 60
    assert machine.start().wait() == 0
    machine.wrong()
    assert machine.throttle.wait() == 120


def test_a_boot_that_lasted_longer_than_this_one_does_not_lock_for_long(machine: Machine) -> None:
    machine.seconds = 10**7
    machine.wrong(3)
    machine.power_cut(booting=0)
    assert machine.throttle.wait() == 30


@pytest.mark.parametrize("raw", [b"", b"{", b'{"wrong": -5}', b'{"wrong": "many"}', b"[]", b"\xff"])
def test_a_damaged_count_is_taken_for_the_worst(machine: Machine, raw: bytes) -> None:
    machine.file.write_bytes(raw)
    machine.power_cut(booting=100)
    assert machine.throttle.wait() == LONGEST_REST - 100
    machine.throttle.forgive()
    assert machine.start().wait() == 0


def test_a_written_future_locks_no_longer_than_the_rest(machine: Machine) -> None:
    machine.file.write_text('{"wrong": 3, "boot": "boot-1", "seconds": 1e12}')
    assert machine.start().wait() == 30


def test_on_a_disk_that_cannot_be_written_the_process_still_counts(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "open", fail)
    machine.wrong(3)
    assert machine.throttle.wait() == 30


Doings = st.lists(st.sampled_from(["wrong", "restart", "power cut", "time"]), max_size=40)


@given(Doings)
def test_no_way_of_restarting_gives_more_tries_than_waiting(
    tmp_path_factory: pytest.TempPathFactory, doings: list[str]
) -> None:
    """Whoever tries only when the pad allows it gets no more tries in a time than the rests allow."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    elapsed, tries = 0.0, 0
    least = 0.0
    for doing in doings:
        if doing == "wrong" and machine.throttle.wait() == 0:
            machine.wrong()
            tries += 1
            assert elapsed >= least
            least += rest_after(tries)
        elif doing == "restart":
            machine.start()
        elif doing == "power cut":
            machine.power_cut(booting=5)
            elapsed += 5
        elif doing == "time":
            machine.seconds += 13
            elapsed += 13
