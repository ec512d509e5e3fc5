"""The services of a role: begun with the machine, and running what is installed now."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.errors import Problem
from deploy.install.machine import Machine
from deploy.install.steps import Link

UNITS = "/etc/systemd/system"
_WANTED_BY = {"service": "multi-user.target.wants", "timer": "timers.target.wants"}


@dataclass(frozen=True)
class Enabled:
    """Units that begin with the machine."""

    units: Sequence[str]

    @property
    def what(self) -> str:
        return f"begin with the machine: {' '.join(self.units)}"

    def done(self, machine: Machine) -> bool:
        wants = (f"{UNITS}/{_WANTED_BY[unit.rpartition('.')[2]]}/{unit}" for unit in self.units)
        return all(machine.path(want).is_symlink() for want in wants)

    def do(self, machine: Machine) -> None:
        machine.run("systemctl", "enable", "--quiet", *self.units)


@dataclass(frozen=True)
class Running:
    """Units that run, and anew if anything was changed. Where systemd does not run, they begin at the next start."""

    units: Sequence[str]

    @property
    def what(self) -> str:
        return f"running: {' '.join(self.units) or 'nothing yet'}"

    def done(self, machine: Machine) -> bool:
        if not (self.units and machine.runs):
            return True
        return not machine.changed and all(is_active(machine, unit) for unit in self.units)

    def do(self, machine: Machine) -> None:
        machine.run("systemctl", "daemon-reload")
        try:
            machine.run("systemctl", "restart", *self.units)
        except Problem as problem:
            services = (word for unit in self.units for word in ("--unit", unit))
            said = machine.run("journalctl", "--no-pager", "--output=cat", "--lines=10", *services)
            raise Problem(f"{problem}\n{said}") from problem


def is_active(machine: Machine, unit: str) -> bool:
    """Of several units at once systemctl would say whether any is."""
    return machine.succeeds("systemctl", "is-active", "--quiet", unit)


def masked(unit: str) -> Link:
    """A unit that nothing starts."""
    return Link(f"{UNITS}/{unit}", "/dev/null")


@dataclass(frozen=True)
class OwnBrokerOnly:
    """Debian's package starts a mosquitto of its own, open to this machine. One that was here before fjes is let be."""

    what: str = "no broker but the site's own"

    def done(self, machine: Machine) -> bool:
        return masked("mosquitto.service").done(machine) or machine.path("/usr/sbin/mosquitto").exists()

    def do(self, machine: Machine) -> None:
        masked("mosquitto.service").do(machine)
