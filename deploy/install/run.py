"""The order in which a machine is installed: each step looks whether it is done, else does it, and says so."""

import argparse
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import Problem
from deploy.install import bundle, kiosk, readonly, server
from deploy.install.machine import Machine, refuse_without_root
from deploy.install.program import NOW, Back, Built, Chosen, Source, source_here
from deploy.install.services import UNITS, Running
from deploy.install.steps import Step, files_of

TREE = Path(__file__).parents[1] / "units"
"""What is put on the machine as it is, in folders that stand for its root."""
_SIGN = {"kiosk": f"{UNITS}/{kiosk.SERVICE}", "server": f"{UNITS}/fjes-collector.service"}
"""By these files a role is known to be on a machine."""


def run_install(given: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    """Does what is not done yet, step by step, and says so. Raises Problem at the first that cannot be done."""
    machine = Machine(given.root.absolute())
    if not given.dry_run:
        refuse_without_root(machine)
    with _open_to_all():
        try:
            carry_out(steps_for(given, machine), machine, dry=given.dry_run, say=say)
            if not given.dry_run:
                say(f"\n{closing(given, machine)}")
        except OSError as error:
            raise Problem(_told(error)) from error


def carry_out(steps: Sequence[Step], machine: Machine, *, dry: bool, say: Callable[[str], None]) -> None:
    """Raises Problem that names the step."""
    for step in steps:
        try:
            _carry_out(step, machine, dry=dry, say=say)
        except (Problem, OSError) as problem:
            raise Problem(f"{step.what}: {_told(problem)}") from problem


def _carry_out(step: Step, machine: Machine, *, dry: bool, say: Callable[[str], None]) -> None:
    if step.done(machine):
        say(f"found  {step.what}")
        return
    machine.changed = True
    if dry:
        say(f"to do  {step.what}")
        return
    step.do(machine)
    say(f"done   {step.what}")


@contextmanager
def _open_to_all() -> Iterator[None]:
    """Whatever the umask is here, the services' users have to get into the directories that are made."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def _told(problem: Problem | OSError) -> str:
    """In words, also what the system itself refuses."""
    if isinstance(problem, Problem):
        return str(problem)
    told = f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem.strerror or problem)
    return f"{told}; say it again with sudo" if isinstance(problem, PermissionError) and os.geteuid() else told


def steps_for(given: argparse.Namespace, machine: Machine) -> list[Step]:
    """All that makes the machine what it is to be, in order. Raises Problem."""
    roles = [name for name, sign in _SIGN.items() if name == given.role or machine.path(sign).exists()]
    if given.back:
        return [Back(), Running(_units(roles, machine))]
    if given.role == "server":
        before, after = server.before_program(TREE), server.after_program(given.name or socket.getfqdn())
    else:
        before, after = kiosk.before_program(TREE), kiosk.after_program(given.bundle)
        if given.read_only:
            before += readonly.read_only(TREE, given.read_only)
    running = Running(_units(roles, machine, begins=given.role == "kiosk" and given.bundle is not None))
    return [*files_of(TREE / "all"), *before, *_program(given.role, roles, machine), *after, running]


def _program(role: str, roles: Sequence[str], machine: Machine) -> list[Step]:
    """fjes for all roles that the machine has; nothing where this is the installed fjes itself. Raises Problem."""
    folder = source_here()
    if folder is None:
        if not machine.path(_SIGN[role]).exists():
            raise Problem(
                f"the {role} is not on this machine yet; say in the folder of fjes: sudo deploy/installer {role}"
            )
        return []
    source = Source(folder, roles)
    version = source.version()
    return [Built(source, version), Chosen(version, server.BACKUP if server.has_votes(machine) else ())]


def _units(roles: Sequence[str], machine: Machine, *, begins: bool = False) -> list[str]:
    """What is to run. A terminal does not before it has had its bundle."""
    units = [*server.SERVICES, *server.TIMERS] if "server" in roles else []
    if "kiosk" in roles and (begins or machine.read(bundle.SETTINGS) is not None):
        units.append(kiosk.SERVICE)
    return units


def closing(given: argparse.Namespace, machine: Machine) -> str:
    """What the operator does next."""
    if given.back:
        return f"{NOW} is {machine.path(NOW).readlink()} now."
    if given.role == "server":
        return "This machine is a server. Next: sudo fjes person add, sudo fjes terminal add (deploy/README.md)."
    if given.read_only:
        return "This machine is a terminal. Start it anew now: from then on its system is read-only."
    if machine.read(bundle.SETTINGS) is None:
        return "fjes is here, and waits for its bundle: sudo fjes install kiosk --bundle FILE.tar.gz"
    return "This machine is a terminal. Start it anew once, and see that it begins by itself."
