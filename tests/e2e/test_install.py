"""What `pip install` puts on a machine has all that `fjes install` needs there: nothing of a folder of fjes is left."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.install.program import Source
from deploy.install.run import TREE

pytestmark = pytest.mark.e2e

ROOM = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """fjes as it is built on a machine, from the files that are copied there."""
    copy, wheels, site = (tmp_path_factory.mktemp(name) for name in ("copy", "wheels", "site"))
    Source(ROOM, ["kiosk", "server"]).copy(copy)
    line = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*line, "--wheel-dir", str(wheels), str(copy)], check=True)
    [wheel] = wheels.glob("fjes-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def test_every_file_for_the_machine_is_in_it(installed: Path) -> None:
    ours = {file.relative_to(TREE): file.read_bytes() for file in TREE.rglob("*") if file.is_file()}
    theirs = installed / "deploy" / "units"
    assert {file.relative_to(theirs): file.read_bytes() for file in theirs.rglob("*") if file.is_file()} == ours


def test_so_is_what_visitors_see_and_hear(installed: Path) -> None:
    for kind in ("locales/**/*.po", "locales/**/*.ogg", "kiosk/**/*.typ", "dashboard/**/*.html", "dashboard/**/*.css"):
        ours = {file.relative_to(ROOM) for file in ROOM.glob(kind)}
        assert ours
        assert {file.relative_to(installed) for file in installed.glob(kind)} == ours


def test_from_there_it_says_what_it_cannot_bring(installed: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from deploy.install.command import main; sys.exit(main())"
    )
    line = [sys.executable, "-I", "-S", "-c", code, "server", "--dry-run", "--root", str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 1
    assert "sudo deploy/installer server" in done.stderr
