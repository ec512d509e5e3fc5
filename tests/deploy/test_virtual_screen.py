"""A screen where there is none."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.children import Children
from deploy.errors import Problem
from deploy.virtual_screen import start_virtual_screen

pytestmark = pytest.mark.e2e


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path / "log")
    yield children
    children.stop()


def geometry(display: str) -> list[str]:
    """Width and height, as a program on that display sees them."""
    asked = subprocess.run(
        ["xdotool", "getdisplaygeometry"],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return asked.stdout.split()


def test_programs_find_a_screen_of_the_size_asked_for(children: Children) -> None:
    display = start_virtual_screen(children, 1280, 800)
    assert geometry(display) == ["1280", "800"]
    [(_, screen)] = children._children
    children.stop()
    assert screen.poll() is not None, "another screen may have the display's number by now"


def test_two_screens_are_two(children: Children) -> None:
    assert start_virtual_screen(children, 800, 480) != start_virtual_screen(children, 800, 480)


def test_a_machine_without_xvfb_is_told_what_to_install(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem, match="apt install xvfb"):
        start_virtual_screen(children, 800, 480)


def test_a_screen_that_does_not_start_is_a_problem(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Xvfb").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "Xvfb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="did not start"):
        start_virtual_screen(children, 800, 480)
