"""Programs under measurement: each a process of its own that prints lines of JSON, ended by its process id."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract.topics import Kind, topic
from tests.polling import eventually

PATIENCE = 30.0
"""Seconds after which a measurement that makes no progress is given up."""

Event = dict[str, Any]


class Program:
    """A running program, what it says, and how much memory it takes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self._process = process
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()

    def next(self, seconds: float = PATIENCE) -> Event:
        """The next thing that it says. Raises RuntimeError when it says nothing, or has ended."""
        try:
            event = self._events.get(timeout=seconds)
        except Empty:
            event = None
        if event is None:
            raise RuntimeError(f"nothing is heard from {self._process.args!r}")
        return event

    def wait_for(self, name: str) -> Event:
        """The next event of that name; those before it are dropped. Raises RuntimeError when it does not come."""
        until = monotonic() + PATIENCE
        while True:
            event = self.next(max(0.0, until - monotonic()))
            if event["event"] == name:
                return event

    def tell(self, word: str) -> None:
        """A line for its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(word.encode() + b"\n")
        self._process.stdin.flush()

    @property
    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def memory(self) -> float:
        """Resident megabytes (10⁶ bytes) now."""
        return memory_of(self.pid)

    def kept(self) -> int:
        """The process that this keeper keeps, as soon as there is one."""
        eventually(lambda: children_of(self.pid), "nothing is kept")
        return children_of(self.pid)[0]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Gives it no time while the block runs."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._events.put(msgspec.json.decode(line))
        self._events.put(None)


@contextmanager
def running(
    *words: str, log: Path, environment: Mapping[str, str] | None = None, python: str = sys.executable
) -> Iterator[Program]:
    """`python -m words …` while the block runs; what it has to complain of goes to `log`."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [python, "-m", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **(environment or {})},
        )
    program = Program(process)
    try:
        yield program
    finally:
        program.stop()


def listen(port: str, kind: Kind, qos: int, hear: mqtt.CallbackOnMessage) -> None:
    """A paho subscriber to all terminals' messages of a kind, until it is killed; says when it is ready."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    client.on_message = hear
    client.on_subscribe = lambda *_: say("ready")
    client.connect("127.0.0.1", int(port))
    client.subscribe(topic("+", kind), qos=qos)
    client.loop_forever()


def say(event: str, **facts: object) -> None:
    """Said by the program: what happened, at what monotonic time. One write, so that threads do not mix their lines."""
    os.write(1, msgspec.json.encode({"event": event, "at": monotonic(), **facts}) + b"\n")


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended; none of one that is gone."""
    try:
        lists = [tasks.read_text() for tasks in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # a thread that has just ended
        return children_of(pid)
    return [int(child) for children in lists for child in children.split()]


def processor_of(pid: int) -> float:
    """Seconds that a process has had of any core, in all its threads; for itself and in the system's calls."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """Resident megabytes (10⁶ bytes); 0 for a process that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    resident = status.partition("VmRSS:")[2].split()
    return int(resident[0]) * 1024 / 1e6 if resident else 0.0
