"""`fjes broker` and `fjes terminal`: what they take, and which of their programs runs."""

import argparse
from datetime import date
from pathlib import Path

from deploy.given import configuration


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _add_broker(commands)
    _add_terminal(commands)


def _add_broker(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    broker = commands.add_parser("broker", help="make what a broker of your own needs")
    actions = broker.add_subparsers(title="commands", required=True, metavar="COMMAND")
    init = actions.add_parser(
        "init",
        help="make certificates, accounts and mosquitto.conf",
        description="What is there is kept; with another --name, --port or --collectors, only what has to change does.",
    )
    init.add_argument("--name", action="append", default=[], metavar="HOST", help="by which terminals reach it")
    init.add_argument("--directory", type=Path, metavar="DIR", help="instead of broker.directory")
    init.add_argument("--port", type=_port, metavar="PORT", help="of the broker (default: 8883)")
    init.add_argument("--collectors", type=_count, default=1, metavar="N", help="that sign on (default: 1)")
    init.set_defaults(run=_init)

    renew = actions.add_parser("renew", help="make a new server certificate; terminals notice nothing")
    renew.add_argument("--name", action="append", default=[], metavar="HOST", help="instead of the names it has")
    renew.set_defaults(run=_renew)


def _add_terminal(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    terminal = commands.add_parser("terminal", help="let terminals in, shut them out, move them, list them")
    actions = terminal.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add = actions.add_parser("add", help="let a terminal in, and write the bundle that it needs")
    rotate = actions.add_parser("rotate", help="give a terminal another password; the old bundle works no more")
    revoke = actions.add_parser("revoke", help="shut a terminal out; what it counted stays")
    move = actions.add_parser("move", help="note that a terminal stands elsewhere; its past stays where it was")
    for one in (add, rotate, revoke, move):
        one.add_argument("terminal", metavar="ID", help="as stua-1")
    add.add_argument("--place", metavar="PLACE", help="where it stands, as oslo/pro/stua")
    move.add_argument("place", metavar="PLACE", help="where it stands, as oslo/pro/stua")
    for one in (add, move):
        one.add_argument("--since", type=_day, metavar="DATE", help="local day since when (default: today)")
    for one in (add, rotate):
        one.add_argument("--bundle", type=Path, metavar="FILE", help="to write (default: ID.tar.gz here)")
    add.set_defaults(run=_add)
    rotate.set_defaults(run=_rotate)
    revoke.set_defaults(run=_revoke)
    move.set_defaults(run=_move)

    listing = actions.add_parser("list", help="tell of each terminal where it stands, and how it is")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; expected 1 to 65535")
    return number


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no number of collectors; expected 1 to 100")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; expected it as 2026-11-21") from None


def _init(given: argparse.Namespace) -> None:
    settings = configuration(given, "broker")
    from deploy.site.broker import run_init

    run_init(settings, given.name, given.directory, given.port, given.collectors)


def _renew(given: argparse.Namespace) -> None:
    settings = configuration(given, "broker")
    from deploy.site.broker import run_renew

    run_renew(settings, given.name)


def _add(given: argparse.Namespace) -> None:
    settings = configuration(given, "terminal")
    from deploy.site.terminals import run_add

    run_add(settings, given.terminal, given.place, given.since, given.bundle)


def _rotate(given: argparse.Namespace) -> None:
    settings = configuration(given, "terminal")
    from deploy.site.terminals import run_rotate

    run_rotate(settings, given.terminal, given.bundle)


def _revoke(given: argparse.Namespace) -> None:
    settings = configuration(given, "terminal")
    from deploy.site.terminals import run_revoke

    run_revoke(settings, given.terminal)


def _move(given: argparse.Namespace) -> None:
    settings = configuration(given, "terminal")
    from deploy.site.terminals import run_move

    run_move(settings, given.terminal, given.place, given.since)


def _list(given: argparse.Namespace) -> None:
    settings = configuration(given, "terminal")
    from deploy.site.terminals import run_list

    run_list(settings, as_json=given.json)
