"""The table of settings that README and error messages are made from."""

import tomllib
from pathlib import Path

import pytest

from deploy.configuration import read_settings
from deploy.settings_table import Row, settings_table

ROWS = {row.key: row for row in settings_table()}

FIXED = {
    "site.timezone",
    "site.languages",
    "broker.host",
    "broker.port",
    "privacy.profile",
    "terminal.id",
    "terminal.data",
    "collector.store",
    "dashboard.host",
    "dashboard.port",
}


def test_no_setting_is_there_twice() -> None:
    assert len(ROWS) == len(settings_table())


def test_the_keys_that_every_installation_relies_on_are_there() -> None:
    assert set(ROWS) >= FIXED


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_every_setting_says_what_it_is(row: Row) -> None:
    assert row.help.endswith(".")
    assert row.type


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.default], ids=lambda row: row.key)
def test_every_default_can_be_written_as_the_table_shows_it(row: Row, tmp_path: Path) -> None:
    """And means the same as leaving it out."""
    section, _, key = row.key.rpartition(".")
    file = tmp_path / "fjes.toml"
    file.write_text(f"[{section}]\n{key} = {row.default}\n")
    assert read_settings(file).settings == read_settings(None).settings
    assert tomllib.loads(file.read_text())


def test_types_are_words_that_operators_know() -> None:
    assert ROWS["broker.port"].type == "whole number"
    assert ROWS["site.languages"].type == "list of text"
    assert ROWS["privacy.profile"].type == '`"small"` or `"busy"`'
    assert ROWS["privacy.periods.faces"].type == '`"hour"` or `"day"` or `"month"`'
    assert ROWS["privacy.release"].default == ""
