"""Programs started and ended: gently, then not; and none that outlives its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import children as module
from deploy.children import Children
from tests.polling import eventually

pytestmark = pytest.mark.e2e

GENTLE = "import signal, sys, time; signal.signal(15, lambda *_: (print('bye', flush=True), sys.exit(0)))"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN)"
READY = "; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path / "log")
    yield children
    children.stop()


def start(children: Children, code: str, name: str = "child") -> subprocess.Popen[bytes]:
    """Returns when the program is ready."""
    before = said(children).count("ready")
    child = children.start(name, [sys.executable, "-c", code + READY])
    eventually(lambda: said(children).count("ready") > before)
    return child


def said(children: Children) -> str:
    return children.log.read_text() if children.log.exists() else ""


def runs(process: int) -> bool:
    """Whether it exists and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_is_asked_to_end_and_may_say_goodbye(children: Children) -> None:
    child = start(children, GENTLE)
    children.stop()
    assert child.returncode == 0
    assert said(children).endswith("bye\n")


def test_a_child_that_does_not_end_is_killed(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    child = start(children, STUBBORN)
    children.stop()
    assert child.returncode == -signal.SIGKILL


def test_the_last_one_started_ends_first(children: Children) -> None:
    for name in ("first", "second"):
        start(children, GENTLE.replace("bye", name), name)
    children.stop()
    assert said(children).split()[-2:] == ["second", "first"]


def test_those_that_ended_by_themselves_are_told_once(children: Children) -> None:
    start(children, GENTLE, "stays")
    children.start("fails", [sys.executable, "-c", "import sys; print('why', flush=True); sys.exit(3)"])
    ended: list[tuple[str, int]] = []

    def look() -> bool:
        ended.extend(children.ended())
        return bool(ended)

    eventually(look)
    assert ended == [("fails", 3)]
    assert children.ended() == []
    assert "why" in said(children)


def test_stopping_twice_and_stopping_what_has_ended_is_fine(children: Children) -> None:
    child = children.start("ends", [sys.executable, "-c", ""])
    child.wait(60)
    children.stop()
    children.stop()


def test_a_child_has_its_own_environment_and_files(children: Children) -> None:
    reading, writing = os.pipe()
    code = f"import os; os.write({writing}, os.environ['WORD'].encode())"
    children.start("writes", [sys.executable, "-c", code], environment={"WORD": "here"}, pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading) as heard:
        assert heard.read() == "here"


def test_a_child_does_not_hear_ctrl_c_itself(children: Children) -> None:
    assert os.getsid(start(children, GENTLE).pid) != os.getsid(0)


def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from deploy.children import Children\n"
        f"children = Children(Path({str(tmp_path / 'log')!r}))\n"
        f"child = children.start('child', [sys.executable, '-c', {GENTLE + READY!r}])\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        eventually(lambda: "ready" in (tmp_path / "log").read_text())
        parent.kill()
        parent.wait(60)
        eventually(lambda: not runs(child))
