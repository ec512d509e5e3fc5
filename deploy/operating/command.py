"""`fjes backup`, `restore`, `forget` and `doctor`: what they take, and which program runs."""

import argparse
import re
from pathlib import Path

from deploy.errors import Problem
from deploy.given import configuration, settings_file


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="copy all that a server needs into one file, while everything runs")
    backup.add_argument("--to", type=Path, metavar="FILE", help="this new file; by default one in collector.backups")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser(
        "restore",
        help="put a backup's store in the place of the one that is there",
        description="The collector must be stopped; page and terminals may run. What is there is kept aside.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="that fjes backup made")
    restore.add_argument(
        "--everything",
        action="store_true",
        help="also people and the broker's files where there are some now; else only where there are none",
    )
    restore.set_defaults(run=_restore)

    forget = commands.add_parser("forget", help="delete a terminal's counts, or those of years long gone, for good")
    what = forget.add_mutually_exclusive_group(required=True)
    what.add_argument("--terminal", metavar="ID", help="everything of this terminal")
    what.add_argument("--before", type=_year, metavar="YEAR", help="everything of the years before this one")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(run=_forget)

    doctor = commands.add_parser(
        "doctor",
        help="look whether all is well, on a server or a terminal",
        description="A line for each thing that was looked at: ok, look (worth a look) or bad (to be mended). Exit "
        "status 0; 1 when something is bad; 2 when something could not be looked at.",
    )
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_doctor)


def _year(text: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}|21[0-9]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a year, as 2024")
    return int(text)


def _backup(given: argparse.Namespace) -> None:
    settings = configuration(given, "backup")
    from deploy.operating.backup import run_backup

    run_backup(settings, settings_file(given), given.to)


def _restore(given: argparse.Namespace) -> None:
    settings = configuration(given, "restore")
    from deploy.operating.restore import run_restore

    run_restore(settings, given.file, everything=given.everything)


def _forget(given: argparse.Namespace) -> None:
    settings = configuration(given, "forget")
    from deploy.operating.forget import run_forget

    run_forget(settings, given.terminal, given.before, sure=given.yes)


def _doctor(given: argparse.Namespace) -> int:
    try:
        settings = configuration(given, "doctor")
    except Problem as problem:
        from deploy.operating.doctor.round import tell_unable

        return tell_unable(str(problem), as_json=given.json)
    from deploy.operating.doctor.round import run_doctor

    return run_doctor(settings, as_json=given.json)
