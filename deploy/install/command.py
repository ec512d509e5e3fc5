"""`fjes install`: what it takes; it needs nothing of what it installs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.errors import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """`fjes install` where there is no `fjes` yet. Returns 0, or 1 when something is wrong that can be mended."""
    parser = argparse.ArgumentParser(prog="deploy/installer", description="Makes this machine a part of a site.")
    _add_roles(parser)
    given = parser.parse_args(arguments)
    try:
        _run(given)
    except Problem as problem:
        print(f"fjes: {problem}", file=sys.stderr)
        return 1
    return 0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    install = commands.add_parser("install", help="make this machine a part of a site")
    _add_roles(install)


def _add_roles(parser: argparse.ArgumentParser) -> None:
    """What it takes, also without the rest of fjes."""
    roles = parser.add_subparsers(title="roles", required=True, metavar="ROLE")
    machine_server = roles.add_parser("server", help="broker, collector and page")
    machine_server.add_argument(
        "--name", default="", metavar="HOST", help="by which terminals reach this machine (default: its own name)"
    )
    machine_kiosk = roles.add_parser("kiosk", help="a terminal on this machine's screen")
    machine_kiosk.add_argument("--bundle", type=Path, metavar="FILE", help="from `fjes terminal add` on the server")
    machine_kiosk.add_argument(
        "--read-only",
        default="",
        metavar="DATA",
        help="nothing but the counts is written to a disk: a partition (/dev/…, UUID=…), or a directory on one",
    )
    for role, one in (("server", machine_server), ("kiosk", machine_kiosk)):
        one.add_argument("--dry-run", action="store_true", help="only say what would be done")
        one.add_argument("--back", action="store_true", help="only go back to the version before")
        one.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="the machine in this directory")
        one.set_defaults(run=_run, role=role)


def _run(given: argparse.Namespace) -> None:
    from deploy.install.run import run_install

    run_install(given)
