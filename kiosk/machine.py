"""Which machine this is, so that a disk that was moved or cloned is noticed. Never leaves the terminal."""

import hashlib
from pathlib import Path

_IDENTITIES = (
    "/run/fjes-kiosk/machine",  # what only root may read of the next two, put there by the terminal's unit
    "/sys/firmware/devicetree/base/serial-number",
    "/sys/class/dmi/id/product_uuid",
    "/sys/class/dmi/id/board_serial",
)

_ITS_OWN = "0"
"""Of a network card's address: it came with the card, and was not drawn for a network (NET_ADDR_PERM)."""


def machine_id() -> str:
    """A digest of what belongs to the hardware (a serial number, else network addresses) and to the system."""
    parts = [_read(Path("/etc/machine-id")), next(filter(None, map(_read, map(Path, _IDENTITIES))), "")]
    if not parts[1]:
        cards = [file.parent for file in sorted(Path("/sys/class/net").glob("*/device"))]
        parts.extend(_read(card / "address") for card in cards if _read(card / "addr_assign_type") == _ITS_OWN)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text().strip("\0\n ")
    except OSError:  # not this kind of machine, or not for this user to read
        return ""
