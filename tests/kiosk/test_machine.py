"""Which machine a disk is in, from files that the test makes up."""

from pathlib import Path

import pytest

from kiosk import machine

SERIAL = "/sys/firmware/devicetree/base/serial-number"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The machine's files; a network card is the folder that its driver makes."""
    made_up: dict[str, str] = {"/etc/machine-id": "system\n"}

    def read(path: Path) -> str:
        try:
            return made_up[str(path).removeprefix(str(tmp_path))]
        except KeyError:
            raise FileNotFoundError(path) from None

    def cards(_folder: Path, _pattern: str) -> list[Path]:
        names = [name for name in made_up if name.endswith("/address")]
        return [Path(name).with_name("device") for name in reversed(names)]

    monkeypatch.setattr(Path, "read_text", read)
    monkeypatch.setattr(Path, "glob", cards)
    return made_up


def test_the_same_machine_is_the_same(files: dict[str, str]) -> None:
    files[SERIAL] = "0000abcd\0"
    before = machine.machine_id()
    files[SERIAL] = "0000abcd"
    assert machine.machine_id() == before


def test_another_board_is_another_machine(files: dict[str, str]) -> None:
    files[SERIAL] = "1\0"
    before = machine.machine_id()
    files[SERIAL] = "2\0"
    assert machine.machine_id() != before


def test_another_system_on_the_same_board_is_another_machine(files: dict[str, str]) -> None:
    files[SERIAL] = "1\0"
    before = machine.machine_id()
    files["/etc/machine-id"] = "another\n"
    assert machine.machine_id() != before


def test_without_a_serial_number_the_network_cards_tell(files: dict[str, str]) -> None:
    files["/sys/class/net/eth0/address"] = "aa:aa\n"
    files["/sys/class/net/wlan0/address"] = "bb:bb\n"
    for card in ("eth0", "wlan0"):
        files[f"/sys/class/net/{card}/addr_assign_type"] = "0\n"
    before = machine.machine_id()
    swapped = dict(reversed(files.items()))
    files.clear()
    files.update(swapped)
    assert machine.machine_id() == before, "whatever the order they are found in"
    files["/sys/class/net/wlan0/address"] = "cc:cc\n"
    assert machine.machine_id() != before


def test_an_address_that_was_drawn_for_a_network_tells_nothing(files: dict[str, str]) -> None:
    files["/sys/class/net/wlan0/address"] = "bb:bb\n"
    files["/sys/class/net/wlan0/addr_assign_type"] = "3\n"
    before = machine.machine_id()
    files["/sys/class/net/wlan0/address"] = "cc:cc\n"
    assert machine.machine_id() == before


def test_what_the_unit_has_read_as_root_comes_first(files: dict[str, str]) -> None:
    files["/run/fjes-kiosk/machine"] = "uuid\n"
    before = machine.machine_id()
    files["/sys/class/net/usb0/address"] = "aa:aa\n"
    assert machine.machine_id() == before
    files["/run/fjes-kiosk/machine"] = "another\n"
    assert machine.machine_id() != before


def test_with_a_serial_number_a_network_card_may_come_and_go(files: dict[str, str]) -> None:
    files[SERIAL] = "1\0"
    before = machine.machine_id()
    files["/sys/class/net/usb0/address"] = "aa:aa\n"
    assert machine.machine_id() == before


def test_what_leaves_is_a_digest_only(files: dict[str, str]) -> None:
    files[SERIAL] = "0000abcd"
    found = machine.machine_id()
    assert len(found) == 64
    assert "abcd" not in found or "0000abcd" not in found


def test_this_machine_has_an_identity_that_stays() -> None:
    assert machine.machine_id() == machine.machine_id()
