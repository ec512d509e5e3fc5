"""The command `fjes`: reads the settings and runs one role; every known problem becomes one sentence.

Each role is imported only when it is asked for, so that a terminal never loads pandas, nor a collector Kivy.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contract.errors import RefusedError
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.logs import set_up_logs

DEFAULT_FILE = Path("fjes.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, or 1 when something is wrong that the operator can mend."""
    given = build_parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int | None] = given.run
        return run(given) or 0
    except (Problem, RefusedError) as problem:
        print(f"fjes: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


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

    _add_voices(commands.add_parser("voices", help="look after what the terminal says aloud"))

    pin = commands.add_parser("pin", help="set the PIN that opens the staff corner")
    pin.set_defaults(run=_pin)

    languages = commands.add_parser("languages", help="tell how far each language is")
    languages.add_argument("--json", action="store_true", help="as JSON")
    languages.set_defaults(run=_languages)
    return parser


def _add_voices(voices: argparse.ArgumentParser) -> None:
    actions = voices.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = actions.add_parser(
        "check",
        help="list what is missing, speaks an older text, is a placeholder, or sounds wrong",
        description="Exit status 0 when each language is either said by people throughout and sounds right, or has no "
        "recording at all, so that no ear is shown; else 1.",
    )
    check.add_argument("languages", nargs="*", metavar="LANGUAGE", help="as nb; by default all of the site")
    check.set_defaults(run=_voices_check)

    record = actions.add_parser("record", help="record a person, text by text")
    record.add_argument("language", metavar="LANGUAGE", help="as nb")
    which = record.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these texts, as question face-4")
    which.add_argument("--all", action="store_true", help="also what a person has said already")
    record.add_argument("--microphone", default="", metavar="NAME", help="or a part of its name; else the usual one")
    record.set_defaults(run=_voices_record)

    placeholder = actions.add_parser("placeholder", help="make marked placeholders by machine, with espeak-ng")
    placeholder.add_argument("languages", nargs="+", metavar="LANGUAGE", help="as nb; never th")
    placeholder.add_argument("--all", action="store_true", help="also make those anew that are there")
    placeholder.set_defaults(run=_voices_placeholder)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected 0 or more, found {text!r}")
    return int(text)


def _configuration(given: argparse.Namespace) -> Configuration:
    file: Path | None = given.config
    if file is None and DEFAULT_FILE.exists():
        file = DEFAULT_FILE
    return read_settings(file)


def _kiosk(given: argparse.Namespace) -> int | None:
    """Looks that the settings are right, and becomes the keeper; the keeper starts it again to be the terminal."""
    set_up_logs("kiosk")
    from deploy.heartbeat import Heartbeat, become_keeper
    from deploy.keeper import PROBLEM, RESTART

    if given.kept is None:
        configuration = _configuration(given)
        configuration.check_terminal()
        become_keeper()
    heartbeat = Heartbeat(given.kept)
    heartbeat.start()
    try:
        configuration = _configuration(given)
        from deploy.kiosk import run_kiosk

        return RESTART if run_kiosk(configuration, heartbeat.alive) else 0
    except (Problem, RefusedError) as problem:
        heartbeat.tell(str(problem))
        return PROBLEM


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


def _pin(given: argparse.Namespace) -> None:
    set_up_logs("pin", only_trouble=True)
    configuration = _configuration(given)
    from deploy.pin import run_pin

    run_pin(configuration)


def _languages(given: argparse.Namespace) -> None:
    set_up_logs("languages", only_trouble=True)
    configuration = _configuration(given)
    from deploy.languages import run_languages

    run_languages(configuration, as_json=given.json)


def _voices_configuration(given: argparse.Namespace) -> Configuration:
    set_up_logs("voices", only_trouble=True)
    try:
        import soundfile  # noqa: F401
    except (ImportError, OSError) as error:
        raise Problem(f"voices need the Python package soundfile, of fjes's extra `voices`: {error}") from error
    return _configuration(given)


def _voices_check(given: argparse.Namespace) -> None:
    configuration = _voices_configuration(given)
    from deploy.voices.check import run_check

    run_check(configuration, given.languages)


def _voices_record(given: argparse.Namespace) -> None:
    configuration = _voices_configuration(given)
    from deploy.voices.record import run_record

    run_record(configuration, given.language, only=given.only, everything=given.all, name=given.microphone)


def _voices_placeholder(given: argparse.Namespace) -> None:
    configuration = _voices_configuration(given)
    from deploy.voices.placeholder import run_placeholder

    run_placeholder(configuration, given.languages, anew=given.all)
