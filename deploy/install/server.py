"""What makes a machine a site's server: broker, collector, page, and what looks after them."""

from pathlib import Path

from deploy.install.machine import Machine
from deploy.install.program import NOW
from deploy.install.services import Enabled, OwnBrokerOnly
from deploy.install.steps import Accounts, Command, Directories, File, Owned, Packages, Step, files_of

SETTINGS = "/etc/fjes/fjes.toml"
BROKER = "/var/lib/fjes/broker"
STORE = "/var/lib/fjes/collector/fjes.db"
SERVICES = ("fjes-broker.service", "fjes-collector.service", "fjes-dashboard.service")
TIMERS = ("fjes-backup.timer", "fjes-doctor.timer")
PACKAGES = ("python3-venv", "mosquitto", "nftables", "unattended-upgrades")
COMMAND = (f"{NOW}/bin/fjes", "--config", SETTINGS)
BACKUP = ("systemctl", "start", "fjes-backup.service")


def before_program(units: Path) -> list[Step]:
    """What fjes itself needs. `units` is the folder of that name."""
    return [
        OwnBrokerOnly(),
        Packages(PACKAGES),
        *files_of(units / "server"),
        Accounts("/etc/sysusers.d/fjes-server.conf"),
        Directories("/etc/tmpfiles.d/fjes-server.conf"),
        File(SETTINGS, (units / "fjes.toml").read_bytes(), kept=True),
    ]


def after_program(name: str) -> list[Step]:
    """What takes fjes; terminals reach the broker by `name`."""
    return [
        Command("the broker's certificates and accounts", _has_broker, (*COMMAND, "broker", "init", "--name", name)),
        Owned(f"{BROKER}/collector.password", "fjes-collector", "root"),
        Enabled((*SERVICES, *TIMERS)),
    ]


def has_votes(machine: Machine) -> bool:
    """Whether there is a store to back up."""
    store = machine.path(STORE)
    return store.exists() and store.stat().st_size > 0


def _has_broker(machine: Machine) -> bool:
    return machine.path(f"{BROKER}/mosquitto.conf").exists() and machine.path(f"{BROKER}/server.crt").exists()
