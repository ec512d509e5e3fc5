"""`fjes visits`: how many visits there were, from a file; the page tells how many votes there are to them."""

import argparse
from pathlib import Path

from deploy.given import configuration


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Hooks the command in."""
    visits = commands.add_parser("visits", help="say how many visits there were")
    actions = visits.add_subparsers(title="commands", required=True, metavar="COMMAND")

    bring = actions.add_parser("import", help="take the numbers of a file, in place of those that are there")
    bring.add_argument("file", type=Path, metavar="FILE.csv", help="columns: place,period,visits")
    bring.set_defaults(run=_import)

    listing = actions.add_parser("list", help="print every number, as a file that can be imported")
    listing.add_argument("--place", default="", help="only this place and those within, as oslo/pro")
    listing.set_defaults(run=_list)


def _import(given: argparse.Namespace) -> None:
    settings = configuration(given, "visits")
    from deploy.visits.visits import run_import

    run_import(settings, given.file)


def _list(given: argparse.Namespace) -> None:
    settings = configuration(given, "visits")
    from deploy.visits.visits import run_list

    run_list(settings, given.place)
