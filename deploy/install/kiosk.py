"""What makes a bare Debian or Raspberry Pi OS a terminal: one screen, and nothing on it but fjes."""

import re
from pathlib import Path

from deploy.errors import Problem
from deploy.install.bundle import Unpacked, read_bundle
from deploy.install.machine import Machine
from deploy.install.services import Enabled, masked
from deploy.install.steps import Accounts, Command, Directories, Packages, Step, files_of

SERVICE = "fjes-kiosk.service"
PACKAGES = (
    "python3-venv",
    "unattended-upgrades",
    "alsa-utils",
    "libdrm2",
    "libegl1",
    "libgbm1",
    "libgl1",
    "libgl1-mesa-dri",
    "libgles2",
    "libmtdev1",
    "libudev1",
)
"""SDL draws on the kernel's graphics (KMS) through libdrm, libgbm and libEGL, which it loads itself."""
QUIET = ("quiet", "loglevel=3", "vt.global_cursor_default=0", "consoleblank=0", "logo.nologo")
"""For the kernel: nothing is to be read on the screen before the first face, and it never goes dark by itself."""
CMDLINES = ("/boot/firmware/cmdline.txt", "/boot/cmdline.txt")
"""Where a Raspberry Pi keeps the kernel's words."""


def before_program(units: Path) -> list[Step]:
    """What fjes itself needs. `units` is the folder of that name."""
    return [
        Packages(PACKAGES),
        *files_of(units / "kiosk"),
        Accounts("/etc/sysusers.d/fjes-kiosk.conf"),
        Directories("/etc/tmpfiles.d/fjes-kiosk.conf"),
        masked("getty@tty1.service"),
        masked("ctrl-alt-del.target"),
        QuietBoot(),
        Command("the boot loader's configuration", _boot_loader_knows, ("update-grub",)),
    ]


def after_program(bundle: Path | None) -> list[Step]:
    """What takes fjes. Without a bundle, now or before, the terminal is ready and does not begin. Raises Problem."""
    steps: list[Step] = [Enabled((SERVICE,))]
    if bundle:
        steps.append(Unpacked(read_bundle(bundle)))
    return steps


class QuietBoot:
    """The kernel's words on a Raspberry Pi, which are one line in a file. Elsewhere the boot loader has its own."""

    what = f"the kernel says {' '.join(QUIET)}"

    def done(self, machine: Machine) -> bool:
        file = _cmdline(machine)
        return file is None or not self._missing(machine, file)

    def do(self, machine: Machine) -> None:
        file = _cmdline(machine)
        if file is not None:
            line = (machine.read(file) or b"").decode().strip()
            text = " ".join([re.sub(r"\bconsole=tty1\b", "console=tty3", line), *self._missing(machine, file)])
            if "root=" not in line:
                raise Problem(f"{file}: does not look like a kernel's words, so nothing was added: {line!r}")
            try:
                machine.path(file).write_text(f"{text}\n")  # in place: on the boot partition there are no owners
            except OSError as error:
                raise Problem(f"{file}: {error.strerror}") from error

    @staticmethod
    def _missing(machine: Machine, file: str) -> list[str]:
        there = (machine.read(file) or b"").decode().split()
        return [word for word in QUIET if word not in there]


def _cmdline(machine: Machine) -> str | None:
    return next((file for file in CMDLINES if machine.path(file).is_file()), None)


def _boot_loader_knows(machine: Machine) -> bool:
    """Where there is none, there is nothing to tell."""
    menu = machine.read("/boot/grub/grub.cfg")
    return menu is None or b"vt.global_cursor_default=0" in menu
