"""Survey files as they are named on the command line."""

from pathlib import Path

from contract.errors import RefusedError
from contract.survey import Survey, parse_survey
from deploy.errors import Problem
from locales.files import read_file

LARGEST = 256 * 1024
"""Bytes: a survey has to fit into a message of 64 KiB without its spaces."""


def read_survey_file(file: Path) -> bytes:
    """Raises Problem."""
    try:
        return read_file(file, LARGEST)
    except OSError as error:
        raise Problem(f"survey {file}: {error.strerror}") from error


def survey_of(file: Path) -> Survey:
    """Raises Problem that names the file and what is wrong in it."""
    try:
        return parse_survey(read_survey_file(file))
    except RefusedError as error:
        raise Problem(f"survey {file}: {error}; see all: fjes survey check {file}") from error
