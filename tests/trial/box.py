"""An empty Debian in a directory, booted by systemd-nspawn, in which an operator types."""

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

PACKAGES = "ca-certificates,dbus,iproute2,procps,systemd,systemd-sysv,sudo"
"""What is on a machine before anybody has typed anything."""
NEEDS_NETWORK = ("sudo apt-get", "sudo deploy/installer", "git ")
"""What these lines bring comes through this machine; all else happens in a network of the box's own."""
_PATIENCE = 240.0


class Box:
    """One machine. `copies` are files of this one that tell how packages are had here, as /etc/pip.conf."""

    def __init__(self, root: Path, mirror: str, copies: Sequence[Path]) -> None:
        self.root = root
        self._mirror = mirror
        self._copies = (Path("/etc/resolv.conf"), *copies)
        self._nspawn: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Raises CalledProcessError."""
        line = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(self.root), self._mirror]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        for file in self._copies:
            target = self.root / file.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copyfile(file, target)
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost fjes fjes.example.org\n")
        (self.root / "etc/hostname").write_text("fjes\n")

    def boot(self) -> None:
        """Returns when systemd has come up."""
        line = ["systemd-nspawn", f"--directory={self.root}", "--boot", "--register=no", "--private-network"]
        line += ["--machine=fjes-trial", "--console=pipe"]
        if not Path("/run/systemd/system").is_dir():
            line.append("--keep-unit")  # there is no systemd here that could give it a scope
        self._nspawn = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        self.until("systemctl is-system-running 2>/dev/null | grep -E 'running|degraded'")

    def stop(self) -> None:
        """Turns it off, or pulls the plug where that does not work."""
        if self._nspawn is None:
            return
        self._nspawn.send_signal(signal.SIGTERM)
        try:
            self._nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._nspawn = None

    def remove(self) -> None:
        """Never what is mounted in it."""
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.root)], check=True)

    def try_(self, line: str, *, stdin: str = "", user: str = "root") -> subprocess.CompletedProcess[str]:
        """Types a line in the folder of fjes; what came of it."""
        namespaces = ["-m", "-u", "-i", "-p"] + ([] if line.startswith(NEEDS_NETWORK) else ["-n"])
        enter = [
            "nsenter",
            "-t",
            self._leader(),
            *namespaces,
            "--wdns=/srv/op/fjes" if self._has_folder() else "--wdns=/",
        ]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return subprocess.run(
            [*enter, *become, "bash", "-c", line],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/srv/op",
                "LANG": "C.UTF-8",
            },
        )

    def type(self, line: str, *, stdin: str = "", user: str = "root") -> str:
        """The same of a line that has to work: what it printed."""
        done = self.try_(line, stdin=stdin, user=user)
        if done.returncode:
            raise AssertionError(f"{line}\nexit status {done.returncode}\n{done.stdout}")
        return done.stdout

    def until(self, line: str) -> str:
        """Types a line again and again until it works."""
        deadline = monotonic() + _PATIENCE
        while True:
            try:
                return self.type(line)
            except (AssertionError, LookupError) as error:
                if monotonic() > deadline:
                    raise AssertionError(f"never came to be: {error}") from error
                sleep(1)

    def _has_folder(self) -> bool:
        return (self.root / "srv/op/fjes").is_dir()

    def _leader(self) -> str:
        """The process id, out here, of the box's first process. Raises LookupError before there is one."""
        assert self._nspawn, "it is not booted"
        found = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        if not found:
            raise LookupError("no first process yet")
        return found[0]
