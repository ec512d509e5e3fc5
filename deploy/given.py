"""What every command begins with: its log, and the settings that `--config` names."""

import argparse
from pathlib import Path

from deploy.configuration import Configuration, read_settings
from deploy.logs import set_up_logs

DEFAULT_FILE = Path("fjes.toml")


def configuration(given: argparse.Namespace, process: str, *, only_trouble: bool = True) -> Configuration:
    """Sets up the log of `process` and reads the settings. Raises Problem."""
    set_up_logs(process, only_trouble=only_trouble)
    return read_settings(settings_file(given))


def settings_file(given: argparse.Namespace) -> Path | None:
    """The file that `--config` names, or `fjes.toml` here when it exists."""
    file: Path | None = given.config
    return DEFAULT_FILE if file is None and DEFAULT_FILE.exists() else file
