"""The trial: `python -m tests.trial --mirror ADDRESS [--copy FILE …]`, as root. Says each thing that held."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.trial.box import Box
from tests.trial.page import commands, in_table
from tests.trial.visitor import VISITS

ROOM = Path(__file__).parents[2]
NO_SCREEN = """\
[Service]
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
Environment=SDL_VIDEODRIVER=offscreen SDL_AUDIODRIVER=dummy
ExecStart=
ExecStart=/opt/fjes/venv/bin/python /srv/tests/trial/visitor.py --config /etc/fjes/terminal/fjes.toml kiosk
"""
"""A box has neither console nor graphics; all the rest of the terminal's unit is as it is installed."""
PASSWORD = "correct horse battery staple"
ROLES = ("broker", "collector", "dashboard")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.trial", description=__doc__)
    parser.add_argument("--mirror", required=True, help="an archive of Debian's packages")
    parser.add_argument(
        "--copy", type=Path, action="append", default=[], help="how this machine gets packages, as /etc/pip.conf"
    )
    parser.add_argument("--keep", action="store_true", help="do not remove the box at the end")
    given = parser.parse_args()
    box = Box(Path(tempfile.mkdtemp(prefix="fjes-trial-", dir="/var/tmp")), given.mirror, given.copy)
    box.root.chmod(0o755)
    try:
        box.make()
        box.boot()
        say("an empty Debian is made, and has booted")
        clone(box)
        server(box)
        terminal(box)
        votes(box)
        limits(box)
        watched(box)
        kept(box)
        changes(box)
        upgrade(box)
        read_only(box)
    finally:
        box.stop()
        if given.keep:
            print(f"The box is in {box.root}")
        else:
            box.remove()
    print("All of it held.")
    return 0


def say(what: str) -> None:
    print(f"ok  {what}", flush=True)


def clone(box: Box) -> None:
    """What `git clone` would bring."""
    folder = box.root / "srv/op/fjes"
    folder.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOM,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOM / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOM / name).read_bytes())
            (folder / name).chmod((ROOM / name).stat().st_mode & 0o777)


def install_twice(box: Box, line: str) -> None:
    box.type(line)
    again = box.type(line)
    steps = [step for step in again.splitlines() if step.startswith(("found  ", "done   "))]
    assert steps, again
    assert all(step.startswith("found  ") for step in steps), again
    say(f"{line}: the second time all {len(steps)} steps are found done")


def server(box: Box) -> None:
    for line in commands("The server"):
        if "installer" in line:
            install_twice(box, line)
        elif "person add" in line:
            box.type(line, stdin=f"{PASSWORD}\n{PASSWORD}\n")
            say(line)
        else:
            box.type(line)
            say(line)
    for role in ROLES:
        box.until(f"systemctl is-active fjes-{role}")
    box.until("python3 -c \"import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/')\"")
    box.type("sudo nft list table inet fjes | grep 8883")
    say("broker, collector and page run, and the page answers; the firewall is before the broker")


def terminal(box: Box) -> None:
    for line in commands("Let a terminal in"):
        if line.startswith("sudo rm"):
            box.type("cp stua-1.tar.gz /srv/op/stua-1.tar.gz")
        box.type(line)
        say(line)
    box.type("cp --recursive tests /srv/")
    drop_in = box.root / "etc/systemd/system/fjes-kiosk.service.d/90-trial.conf"
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    drop_in.write_text(NO_SCREEN)
    for line in commands("The terminal"):
        if "installer" in line:
            install_twice(box, line)
        elif "fjes pin" not in line:
            box.type(line)
            say(line)


def votes(box: Box, least: int = VISITS) -> int:
    """Every touch is counted by the terminal, sent through TLS, stored, and shown: how many there are now."""
    box.until("sudo fjes terminal list | grep 'allowed   yes'")
    figures = "sudo fjes figures --period $(date +%Y) --json"
    box.until(f"{figures} | python3 -c 'import json, sys; sys.exit(json.load(sys.stdin)[\"votes\"] < {least})'")
    shown = json.loads(box.type(figures))
    assert shown["scores"] == {"4": shown["votes"], "3": 0, "2": 0, "1": 0}, shown
    say(f"{shown['votes']} visitors have touched a face, and the page has them")
    return int(shown["votes"])


def limits(box: Box) -> None:
    """What systemd thinks of the units as they are here, and what the users cannot do."""
    units = box.type("cd /etc/systemd/system && ls fjes-*.service").split()
    box.type(f"systemd-analyze verify --man=no {' '.join(units)} 2>&1 | grep -c . | grep -qx 0")
    for unit in units:
        found = box.type(f"set -o pipefail; systemd-analyze security --no-pager --threshold=20 {unit} | tail -n 1")
        say(found.strip().removeprefix("→ "))
    write = "import sqlite3; sqlite3.connect('/var/lib/fjes/collector/fjes.db').execute('DELETE FROM sheets')"
    done = box.try_(f'/opt/fjes/venv/bin/python -c "{write}"', user="fjes-dashboard")
    assert "readonly database" in done.stdout, done.stdout
    say("the page's user cannot write the store")
    secrets = "/var/lib/fjes/broker/ca.key /var/lib/fjes/dashboard/fjes-people.db /etc/fjes/terminal/password"
    box.type(f"cat {secrets} > /dev/null")  # they are there
    for user in ("fjes-collector", "mosquitto"):
        assert box.type("id --user --name", user=user).strip() == user
        for file in secrets.split():
            assert box.try_(f"cat {file}", user=user).returncode, f"{user} reads {file}"
    say("the collector's and the broker's users read nobody's secrets")


def watched(box: Box) -> None:
    """What no longer answers is started again."""
    for role in ("collector", "dashboard"):
        pid = box.type(f"systemctl show --property MainPID --value fjes-{role}").strip()
        box.type(f"kill -STOP {pid}")
        box.until(f"systemctl is-active fjes-{role} && test $(systemctl show -P MainPID fjes-{role}) != {pid}")
        say(f"a {role} that stood still was started again")
    kept = "pgrep --full -- '[-]-kept'"  # it would find the line that asks for it, too
    terminal = box.type(kept).split()[-1]
    box.type(f"kill -STOP {terminal}")
    box.until(f"systemctl is-active fjes-kiosk && {kept} && ! kill -0 {terminal}")
    say("so was the terminal, by its keeper")


def kept(box: Box) -> None:
    """Doctor, backup and restore, while the terminal counts on: nothing is lost."""
    for line in commands("Is all well?"):
        box.try_(line) if "doctor" in line else box.type(line)  # there is no backup yet
        say(line)
    before = votes(box)
    for line in commands("Backups")[:2]:
        files = box.type(line).split()
        say(line)
    box.type("systemctl start fjes-doctor")
    say("the nightly doctor finds nothing that has to be mended")
    for line in commands("Backups")[2:5]:
        box.type(line.replace("fjes-20261121T023000Z.tar.gz", files[-1]))
        say(line)
    before = votes(box, before)
    box.type("cp /var/lib/fjes/backups/" + files[-1] + " fjes-20261121T023000Z.tar.gz")
    for line in commands("Backups")[5:]:
        box.type(line)
        say(line)
    votes(box, before)


def changes(box: Box) -> None:
    """The table of what may change, from its first row to its last."""
    for line in in_table("When something changes"):
        stdin = f"{PASSWORD} new\n{PASSWORD} new\n" if "password" in line else "yes\n"
        box.type(line, stdin=stdin)
        say(line)
        if "revoke" in line:
            box.until("sudo fjes terminal list | grep revoked")
            box.type("sudo fjes terminal add stua-1 --bundle again.tar.gz")
            box.type("sudo fjes install kiosk --bundle again.tar.gz")
            box.until("sudo fjes terminal list | grep 'allowed   yes'")
            say("let in again, it is there again")


def upgrade(box: Box) -> None:
    now = "readlink /opt/fjes/venv"
    first = box.type(now)
    (box.root / "srv/op/fjes/contract/newer.py").write_text('"""Something new."""\n')
    for line in commands("Upgrading"):
        box.type(line)
        say(line)
        if "installer" in line:
            assert box.type(now) != first
            box.type("test -s /opt/fjes/venv/lib/python3*/site-packages/contract/newer.py")
    assert box.type(now) == first
    for role in ROLES:
        box.until(f"systemctl is-active fjes-{role}")


def read_only(box: Box) -> None:
    """As far as a box can: there is no boot loader in it, and its disk is a directory."""
    box.type("mkdir /data")
    box.type("sudo apt-get install --yes --no-install-recommends overlayroot")
    box.type("sudo fjes install kiosk --read-only /data")
    box.type("findmnt --noheadings --output SOURCE /var/lib/fjes | grep data")
    box.type("test -s /data/terminal/*.db && test -s /data/collector/fjes.db")
    box.until("sudo fjes terminal list | grep 'allowed   yes'")
    say("counts and store moved to a disk of their own")


if __name__ == "__main__":
    sys.exit(main())
