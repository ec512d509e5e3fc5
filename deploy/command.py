"""The command `fjes`: reads the settings and runs one role; every known problem becomes one sentence.

Each role is imported only when it is asked for, so that a terminal never loads scipy, nor a collector Kivy.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contract.errors import RefusedError
from deploy import report
from deploy.errors import Problem
from deploy.given import configuration
from deploy.install import command as install
from deploy.logs import set_up_logs
from deploy.operating import command as operating
from deploy.people import command as people
from deploy.site import command as site
from deploy.surveys import command as surveys
from deploy.visits import command as visits
from deploy.voices import command as voices

_NOBODY_READS = 141
"""The exit status of a program whose output nobody reads any more, as a shell tells it: 128 + SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, or 1 when something is wrong that the operator can mend."""
    given = build_parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int | None] = given.run
        status = run(given) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the end of Python tries to write once more
        return _NOBODY_READS
    except (Problem, RefusedError) as problem:
        print(f"fjes: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    else:
        return status


def build_parser() -> argparse.ArgumentParser:
    """All commands and what they take."""
    parser = argparse.ArgumentParser(prog="fjes", description="A smiley terminal that a service can own.")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings; fjes.toml here when it exists")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    kiosk = commands.add_parser("kiosk", help="show the terminal on this screen")
    kiosk.add_argument("--kept", type=int, metavar="PIPE", help=argparse.SUPPRESS)  # by the keeper that starts it
    kiosk.set_defaults(run=_kiosk)
    commands.add_parser("collector", help="keep what terminals send").set_defaults(run=_collector)
    commands.add_parser("dashboard", help="serve the page").set_defaults(run=_dashboard)

    demo = commands.add_parser("demo", help="try everything here, with a year of example history")
    demo.add_argument("--port", type=int, default=8000, help="of the page (default: 8000)")
    demo.add_argument("--sign-in", action="store_true", help="also what managers and admins do; it tells a password")
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
    figures.add_argument("--period", required=True, help="as 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026")
    figures.add_argument("--place", help="only this place and those within, as oslo/pro")
    figures.add_argument("--json", action="store_true", help="as JSON")
    figures.set_defaults(run=_figures)

    report.add_parser(commands)
    voices.add_parser(commands)
    operating.add_parser(commands)
    people.add_parser(commands)
    site.add_parser(commands)
    surveys.add_parser(commands)
    visits.add_parser(commands)
    install.add_parser(commands)

    pin = commands.add_parser("pin", help="set the PIN that opens the staff corner")
    pin.set_defaults(run=_pin)

    languages = commands.add_parser("languages", help="tell how far each language is")
    languages.add_argument("--json", action="store_true", help="as JSON")
    languages.set_defaults(run=_languages)
    return parser


def _kiosk(given: argparse.Namespace) -> int | None:
    """Looks that the settings are right, and becomes the keeper; the keeper starts it again to be the terminal."""
    from deploy.heartbeat import Heartbeat, become_keeper
    from deploy.keeper import PROBLEM, RESTART

    if given.kept is None:
        configuration(given, "kiosk", only_trouble=False).check_terminal()
        become_keeper()
    heartbeat = Heartbeat(given.kept)
    heartbeat.start()
    try:
        settings = configuration(given, "kiosk", only_trouble=False)
        from deploy.kiosk import run_kiosk

        return RESTART if run_kiosk(settings, heartbeat.alive) else 0
    except (Problem, RefusedError) as problem:
        heartbeat.tell(str(problem))
        return PROBLEM


def _collector(given: argparse.Namespace) -> None:
    settings = configuration(given, "collector", only_trouble=False)
    from deploy.collector import run_collector

    run_collector(settings)


def _dashboard(given: argparse.Namespace) -> None:
    settings = configuration(given, "dashboard", only_trouble=False)
    from deploy.dashboard import run_dashboard

    run_dashboard(settings)


def _demo(given: argparse.Namespace) -> None:
    set_up_logs("demo", only_trouble=True)
    from deploy.demo import run_demo

    run_demo(given.port, sign_in=given.sign_in)


def _replay(given: argparse.Namespace) -> None:
    settings = configuration(given, "replay")
    from deploy.replay import run_replay

    run_replay(settings, given.file, given.terminal, again=given.again)


def _figures(given: argparse.Namespace) -> None:
    settings = configuration(given, "figures")
    from deploy.figures import run_figures

    run_figures(settings, given.period, given.place, as_json=given.json)


def _pin(given: argparse.Namespace) -> None:
    settings = configuration(given, "pin")
    from deploy.pin import run_pin

    run_pin(settings)


def _languages(given: argparse.Namespace) -> None:
    settings = configuration(given, "languages")
    from deploy.languages import run_languages

    run_languages(settings, as_json=given.json)
