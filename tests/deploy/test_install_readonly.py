"""`fjes install kiosk --read-only`: what was counted moves to another disk, as a whole or not at all."""

from pathlib import Path

import pytest

from deploy.errors import Problem
from deploy.install.run import closing
from tests.deploy.installed import bundle, done, install, parse
from tests.fakes.machine import FakeMachine

pytestmark = pytest.mark.usefixtures("source")

TALLY = "/var/lib/fjes/terminal/stua-1.db"
DISK = "/run/fjes-data"
"""Where the fake's disk is, as long as it is not in its own place."""


@pytest.fixture
def counting(machine: FakeMachine, tmp_path: Path) -> FakeMachine:
    """A terminal with votes, and a directory for them on another disk."""
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    machine.path(TALLY).write_text("votes")
    machine.path("/data").mkdir()
    return machine


def test_fstab_gets_one_line_and_counts_so_far_move(counting: FakeMachine) -> None:
    install(counting, "kiosk", "--read-only", "/data")
    assert counting.path("/etc/fstab").read_text().splitlines()[1:] == ["/data /var/lib/fjes none bind,nofail 0 0"]
    lines = counting.lines
    steps = ["systemctl stop fjes-*.service", "cp --archive", "umount", "mount /var/lib/fjes", "systemctl restart"]
    where = [next(n for n, line in enumerate(lines) if line.startswith(step)) for step in steps]
    assert where == sorted(where), "nothing is counted on the old disk after it was copied"
    assert counting.path(TALLY).read_text() == "votes"
    assert "read-only" in closing(parse("kiosk", "--read-only", "/data"), counting)


def test_a_terminal_that_moved_counts_on_whatever_fails_after_that(counting: FakeMachine, source: Path) -> None:
    (source / "contract/a.py").write_text("newer")
    counting.broken = "/opt/fjes/venv-"
    with pytest.raises(Problem, match="pip"):
        install(counting, "kiosk", "--read-only", "/data")
    assert counting.active == {"fjes-kiosk.service"}


def test_nothing_of_what_moved_stays_on_the_systems_disk(counting: FakeMachine) -> None:
    """Under the mount it would be there for whoever takes the card."""
    counting.broken = "mount /var/lib/fjes"
    with pytest.raises(Problem, match="mount /var/lib/fjes"):
        install(counting, "kiosk", "--read-only", "/data")
    assert not list(counting.path("/var/lib/fjes").iterdir())
    counting.broken = "nothing"
    assert "/var/lib/fjes on /data" in done(install(counting, "kiosk", "--read-only", "/data")), "it goes on"
    assert not list(counting.path("/var/lib").glob("fjes.*"))
    assert counting.path(TALLY).read_text() == "votes"
    assert done(install(counting, "kiosk", "--read-only", "/data")) == []


def test_counts_on_both_disks_are_for_a_person_to_judge(counting: FakeMachine) -> None:
    counting.path(f"{DISK}/terminal").mkdir(parents=True)
    counting.path(f"{DISK}/terminal/stua-1.db").write_text("others")
    with pytest.raises(Problem, match="has counts of a terminal already"):
        install(counting, "kiosk", "--read-only", "/data")
    assert f"umount {DISK}" in counting.lines
    assert len(counting.path("/etc/fstab").read_text().splitlines()) == 1
    assert counting.active == {"fjes-kiosk.service"}
    assert not any("stop" in line for line in counting.lines), "it was known before anything was stopped"


def test_what_is_mounted_there_already_is_not_covered(counting: FakeMachine) -> None:
    counting.run("mount", "/dev/sdb1", "/var/lib/fjes")
    with pytest.raises(Problem, match="is a disk of its own already"):
        install(counting, "kiosk", "--read-only", "/data")
    assert counting.active == {"fjes-kiosk.service"}


def test_so_is_a_store_on_both(counting: FakeMachine) -> None:
    for place in ("/var/lib/fjes/collector", f"{DISK}/collector"):
        counting.path(place).mkdir(parents=True)
        counting.path(f"{place}/fjes.db").write_text(place)
    with pytest.raises(Problem, match=r"has collector/fjes\.db already"):
        install(counting, "kiosk", "--read-only", "/data")


def test_a_disk_with_the_counts_of_a_terminal_whose_card_is_new_keeps_them(counting: FakeMachine) -> None:
    counting.path(TALLY).unlink()
    counting.path("/var/lib/fjes/terminal/clock.json").write_text("new")
    counting.path("/var/lib/fjes/terminal/staff-pin").write_text("new")
    counting.path(f"{DISK}/terminal").mkdir(parents=True)
    counting.path(f"{DISK}/terminal/stua-1.db").write_text("others")
    counting.path(f"{DISK}/terminal/clock.json").write_text("old")
    install(counting, "kiosk", "--read-only", "/data")
    there = {file.name: file.read_text() for file in counting.path("/var/lib/fjes/terminal").iterdir()}
    assert there == {"stua-1.db": "others", "clock.json": "old", "staff-pin": "new"}


@pytest.mark.parametrize("broken", ["cp --archive", "sync --file-system", "fstab", "systemctl stop"])
def test_a_move_that_fails_can_be_tried_again_and_the_terminal_counts_on(counting: FakeMachine, broken: str) -> None:
    in_the_way = counting.path("/etc/.fstab.fresh")
    if broken == "fstab":
        in_the_way.mkdir()  # where it is written first
    counting.broken = broken
    with pytest.raises(Problem):
        install(counting, "kiosk", "--read-only", "/data")
    assert counting.active == {"fjes-kiosk.service"}
    assert counting.path(TALLY).read_text() == "votes"
    assert not list(counting.path(DISK).iterdir()), "a half of it would be taken for another terminal's"
    if broken == "fstab":
        in_the_way.rmdir()
    counting.broken = "nothing"
    assert done(install(counting, "kiosk", "--read-only", "/data"))
    assert counting.path(TALLY).read_text() == "votes"


def test_what_a_power_cut_left_of_a_move_is_no_others(counting: FakeMachine) -> None:
    counting.path(f"{DISK}/.fjes-copy/terminal").mkdir(parents=True)
    counting.path(f"{DISK}/.fjes-copy/terminal/stua-1.db").write_text("half")
    install(counting, "kiosk", "--read-only", "/data")
    assert counting.path(TALLY).read_text() == "votes"
    assert not counting.path("/var/lib/fjes/.fjes-copy").exists()


def test_a_disk_without_a_file_system_is_not_taken(machine: FakeMachine) -> None:
    with pytest.raises(Problem, match=r"mkfs\.ext4"):
        install(machine, "kiosk", "--read-only", "UUID=1234")
    with pytest.raises(Problem, match="no such directory"):
        install(machine, "kiosk", "--read-only", "/gone")
