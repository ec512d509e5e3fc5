"""`fjes survey`: what terminals ask, from files: checked, published, listed, and handed to the page as a draft."""

import argparse
from datetime import date
from pathlib import Path

from deploy.given import configuration

_PLACE = "as oslo/pro, with all that lies in it; all places by default"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    survey = commands.add_parser("survey", help="say what terminals ask")
    actions = survey.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = actions.add_parser("check", help="tell what is wrong in survey files, and which languages they lack")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE.json")
    check.set_defaults(run=_check)

    export = actions.add_parser("export", help="print a survey as a file")
    export.add_argument("survey", nargs="?", metavar="SURVEY", help="as visit@2; what is asked now by default")
    export.add_argument("--place", default="", help="what is asked there")
    export.set_defaults(run=_export)

    bring = actions.add_parser("import", help="lay a survey file on the page as a draft, to be changed and published")
    bring.add_argument("file", type=Path, metavar="FILE.json")
    bring.add_argument("--place", default="", help=_PLACE)
    bring.set_defaults(run=_import)

    publish = actions.add_parser("publish", help="give a survey to the terminals, with what they tell visitors now")
    publish.add_argument("file", type=Path, metavar="FILE.json")
    publish.add_argument("--place", default="", help=_PLACE)
    publish.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="as 2026-11-23; today by default")
    publish.set_defaults(run=_publish)

    listing = actions.add_parser("list", help="list what is asked where, and what is planned")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)


def _check(given: argparse.Namespace) -> int:
    settings = configuration(given, "survey")
    from deploy.surveys.check import run_check

    return run_check(settings, given.files)


def _export(given: argparse.Namespace) -> None:
    settings = configuration(given, "survey")
    from deploy.surveys.survey import run_export

    run_export(settings, given.survey, given.place)


def _import(given: argparse.Namespace) -> None:
    settings = configuration(given, "survey")
    from deploy.surveys.survey import run_import

    run_import(settings, given.file, given.place)


def _publish(given: argparse.Namespace) -> None:
    settings = configuration(given, "survey")
    from deploy.surveys.survey import run_publish

    run_publish(settings, given.file, given.place, given.since)


def _list(given: argparse.Namespace) -> None:
    settings = configuration(given, "survey")
    from deploy.surveys.survey import run_list

    run_list(settings, as_json=given.json)
