"""`fjes voices`: what it takes, and which of its programs runs."""

import argparse

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.given import configuration


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    voices = commands.add_parser("voices", help="look after what the terminal says aloud")
    actions = voices.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = actions.add_parser(
        "check",
        help="list what is missing, speaks an older text, is a placeholder, or sounds wrong",
        description="Exit status 0 when each language is either said by people throughout and sounds right, or has no "
        "recording at all, so that no ear is shown; else 1.",
    )
    check.add_argument("languages", nargs="*", metavar="LANGUAGE", help="as nb; by default all of the site")
    check.set_defaults(run=_check)

    record = actions.add_parser("record", help="record a person, text by text")
    record.add_argument("language", metavar="LANGUAGE", help="as nb")
    which = record.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these texts, as question face-4")
    which.add_argument("--all", action="store_true", help="also what a person has said already")
    record.add_argument("--microphone", default="", metavar="NAME", help="or a part of its name; else the usual one")
    record.set_defaults(run=_record)

    placeholder = actions.add_parser("placeholder", help="make marked placeholders by machine, with espeak-ng")
    placeholder.add_argument("languages", nargs="+", metavar="LANGUAGE", help="as nb; never th")
    placeholder.add_argument("--all", action="store_true", help="also make those anew that are there")
    placeholder.set_defaults(run=_placeholder)


def _configuration(given: argparse.Namespace) -> Configuration:
    try:
        import soundfile  # noqa: F401
    except (ImportError, OSError) as error:
        raise Problem(f"voices need the Python package soundfile, of fjes's extra `voices`: {error}") from error
    return configuration(given, "voices")


def _check(given: argparse.Namespace) -> None:
    settings = _configuration(given)
    from deploy.voices.check import run_check

    run_check(settings, given.languages)


def _record(given: argparse.Namespace) -> None:
    settings = _configuration(given)
    from deploy.voices.record import run_record

    run_record(settings, given.language, only=given.only, everything=given.all, name=given.microphone)


def _placeholder(given: argparse.Namespace) -> None:
    settings = _configuration(given)
    from deploy.voices.placeholder import run_placeholder

    run_placeholder(settings, given.languages, anew=given.all)
