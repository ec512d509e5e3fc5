"""How this house is kept, as far as it can be checked cheaply."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("contract", "kiosk", "collector", "dashboard", "locales", "deploy")
LONGEST = 400
"""Lines of a module; past that it is split."""
THIN = 10
"""Statements of an `__init__.py` or `__main__.py`."""


LEFT_OVER = ("TO.O", "FIX.E", "XX.", "HA.K")
ROOMS_OF_A_MACHINE = ("root", "work")
"""Written so that this file does not hold what it looks for."""


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, also those about to be added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(sorted(file for file in files if file.is_file()))


def names(files: list[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


def modules() -> list[Path]:
    return [file for file in tracked() if file.suffix == ".py"]


@cache
def text(file: Path) -> str:
    """What a file says; nothing for a picture or a sound."""
    raw = file.read_bytes()
    return "" if b"\0" in raw else raw.decode()


def mentions(pattern: str) -> list[str]:
    """Where a text of the repository, but for this file, matches."""
    form = re.compile(pattern)
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for file in tracked()
        if file != Path(__file__)
        for number, line in enumerate(text(file).splitlines(), 1)
        if form.search(line)
    ]


def test_every_room_is_here() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in modules()} == {*ROOMS, "tests"}


def test_modules_open_with_why_they_exist() -> None:
    silent = [file for file in modules() if text(file) and not ast.get_docstring(ast.parse(text(file)))]
    assert names(silent) == []


def test_modules_are_short() -> None:
    assert names([file for file in modules() if len(text(file).splitlines()) > LONGEST]) == []


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_packages_do_nothing_when_they_are_imported(name: str) -> None:
    """They name, and call what is elsewhere; they define nothing."""
    for file in modules():
        if file.name == name and file.relative_to(ROOT).parts[0] in ROOMS:
            body = ast.parse(text(file)).body
            assert len(body) <= THIN, file
            assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.With) for node in body), file


def test_no_work_is_done_when_a_module_is_imported() -> None:
    """No connection, thread or child begins at the top level of a module."""
    starts = re.compile(r"\.(start|connect|loop_start|Popen|run)$")
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in modules()
        if file.relative_to(ROOT).parts[0] in ROOMS
        for node in ast.parse(text(file)).body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and starts.search(ast.unparse(node.value.func))
    ]
    assert found == []


def test_every_function_is_annotated_in_full() -> None:
    """mypy sees to it too; here without the types being installed."""
    bare = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in modules()
        for node in ast.walk(ast.parse(text(file)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert bare == []


def test_nothing_is_left_to_do() -> None:
    assert mentions(rf"\b({'|'.join(LEFT_OVER)})\b") == []


def test_no_registry_is_named() -> None:
    """Where packages come from is for the machine to say."""
    assert mentions(r"(--|extra[-_]|^)index[-_]url|find[-_]links|https?://[^/\s]*(pypi|simple|registry|mirror)") == []


def test_no_path_of_one_machine_is_written_down() -> None:
    here = re.escape(str(ROOT)) + r"(?![\w-])"
    assert mentions(rf"{here}|/home/[a-z]|/Users/[A-Za-z]|/({'|'.join(ROOMS_OF_A_MACHINE)})/") == []
