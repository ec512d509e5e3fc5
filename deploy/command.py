"""The command `fjes`: reads the settings and runs one role; every known problem becomes one sentence.

Each role is imported only when it is asked for, so that a terminal never loads pandas, nor a collector Kivy.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.logs import set_up_logs

DEFAULT_FILE = Path("fjes.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, or 1 when something is wrong that the operator can mend."""
    given = build_parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = given.run
        run(given)
    except Problem as problem:
        print(f"fjes: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def build_parser() -> argparse.ArgumentParser:
    """All commands and what they take."""
    parser = argparse.ArgumentParser(prog="fjes", description="A smiley terminal that a service can own.")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings; fjes.toml here when it exists")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    commands.add_parser("kiosk", help="show the terminal on this screen").set_defaults(run=_kiosk)
    commands.add_parser("collector", help="keep what terminals send").set_defaults(run=_collector)
    commands.add_parser("dashboard", help="serve the page").set_defaults(run=_dashboard)

    demo = commands.add_parser("demo", help="try everything here, with a year of example history")
    demo.add_argument("--port", type=int, default=8000, help="of the page (default: 8000)")
    demo.set_defaults(run=_demo)

    replay = commands.add_parser("replay", help="count a file of presses for a terminal")
    replay.add_argument("file", type=Path, metavar="FILE.csv", help="columns: time,language,score,answer")
    replay.add_argument("--terminal", required=True, metavar="ID", help="the terminal they are counted for")
    replay.add_argument(
        "--again",
        type=int,
        default=0,
        metavar="N",
        help="count a file once more, as other presses: the Nth time",
    )
    replay.set_defaults(run=_replay)

    figures = commands.add_parser("figures", help="print what the page shows of a period")
    figures.add_argument("--period", required=True, help="as 2026-11-21, 2026-W47, 2026-11 or 2026")
    figures.add_argument("--place", help="only this place and those within, as oslo/pro")
    figures.add_argument("--json", action="store_true", help="as JSON")
    figures.set_defaults(run=_figures)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected 0 or more, found {text!r}")
    return int(text)


def _configuration(given: argparse.Namespace) -> Configuration:
    file: Path | None = given.config
    if file is None and DEFAULT_FILE.exists():
        file = DEFAULT_FILE
    return read_settings(file)


def _kiosk(given: argparse.Namespace) -> None:
    set_up_logs("kiosk")
    configuration = _configuration(given)
    from deploy.kiosk import run_kiosk

    run_kiosk(configuration)


def _collector(given: argparse.Namespace) -> None:
    set_up_logs("collector")
    configuration = _configuration(given)
    from deploy.collector import run_collector

    run_collector(configuration)


def _dashboard(given: argparse.Namespace) -> None:
    set_up_logs("dashboard")
    configuration = _configuration(given)
    from deploy.dashboard import run_dashboard

    run_dashboard(configuration)


def _demo(given: argparse.Namespace) -> None:
    set_up_logs("demo", only_trouble=True)
    from deploy.demo import run_demo

    run_demo(given.port)


def _replay(given: argparse.Namespace) -> None:
    set_up_logs("replay", only_trouble=True)
    configuration = _configuration(given)
    from deploy.replay import run_replay

    run_replay(configuration, given.file, given.terminal, again=given.again)


def _figures(given: argparse.Namespace) -> None:
    set_up_logs("figures", only_trouble=True)
    configuration = _configuration(given)
    from deploy.figures import run_figures

    run_figures(configuration, given.period, given.place, as_json=given.json)
