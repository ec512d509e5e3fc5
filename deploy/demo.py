"""`fjes demo`: broker, collector, page, a year of example votes, and the terminal in a window, until Ctrl-C."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event

from dashboard.people.roles import EVERYTHING, Grant, Role
from deploy.brokers import EmbeddedBroker, find_mosquitto, free_port, start_mosquitto, wait_for_port
from deploy.children import Children
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.example import SHOWN, TERMINALS, write_example
from deploy.people.opening import open_people
from deploy.progress import Progress, progress_bar
from deploy.replay import replay
from deploy.signals import stop_event
from deploy.site.register import open_store, place
from deploy.virtual_screen import start_virtual_screen
from kiosk.staff.pin import write_pin

_SIZE = (1280, 800)
_PIN = "4173"
_NAME, _PASSWORD = "demo", "smile at the door"
_SETTINGS = """\
[site]
languages = ["nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar"]
[[site.messages]]
nb = "Dere syntes ventetiden var lang. Nå er vi to på mandager."
en = "You found the waiting long. On Mondays we are two now."
[broker]
port = {broker}
[privacy]
profile = "busy"
[terminal]
id = "{terminal}"
window = "{width}x{height}"
clock = "trusted"
staff_pin = "staff-pin"
play = {{ in_a_row = 100 }}  # who tries the demo is alone, and not playing
[dashboard]
port = {page}
sign_in = {sign_in}
"""
_SINCE = date(2000, 1, 1)


class _StoppedError(Exception):
    """Ctrl-C came before all was there."""


def run_demo(page: int, *, sign_in: bool) -> None:
    """With `sign_in` there is somebody who may do everything on the page; without, anybody sees the numbers.

    Returns when Ctrl-C came and all that was started has ended. Raises Problem."""
    stop = stop_event()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fjes-demo-")))
        children = Children(directory / "log")
        stack.callback(children.stop)
        broker = stack.enter_context(_broker(directory, children))
        file = _write_settings(directory, broker, page, sign_in=sign_in)
        configuration = read_settings(file)
        _place_terminals(configuration)
        _add_admin(configuration)
        _start_role(children, file, "collector")
        has_page = _start_page(children, file, page, sign_in=sign_in)
        with suppress(_StoppedError):
            _replay_example(configuration, directory, stop)
            _start_terminal(children, file)
            _say("\nTouch a face" + (", and see the page change." if has_page else ".") + " Ctrl-C ends everything.")
            _wait(stop, children)
        _say("\nEnding …")


@contextmanager
def _broker(directory: Path, children: Children) -> Iterator[int]:
    port = free_port()
    if program := find_mosquitto():
        start_mosquitto(program, port, directory, children)
        _say(f"broker    mosquitto on 127.0.0.1:{port}")
        yield port
        return
    embedded = EmbeddedBroker(port)
    embedded.start()
    _say(f"broker    amqtt on 127.0.0.1:{port}, as mosquitto is not installed")
    try:
        yield port
    finally:
        embedded.stop()


def _write_settings(directory: Path, broker: int, page: int, *, sign_in: bool) -> Path:
    file = directory / "fjes.toml"
    width, height = _SIZE
    signs = "true" if sign_in else "false"
    file.write_text(
        _SETTINGS.format(broker=broker, terminal=SHOWN.id, width=width, height=height, page=page, sign_in=signs)
    )
    write_pin(directory / "staff-pin", _PIN)
    return file


def _place_terminals(configuration: Configuration) -> None:
    """No more than that: where no terminal is registered, all are heard."""
    with open_store(configuration.path(configuration.settings.collector.store)) as store:
        for terminal in TERMINALS:
            place(store, terminal.id, terminal.place, _SINCE)


def _add_admin(configuration: Configuration) -> None:
    """Where people sign in."""
    if people := open_people(configuration):
        with closing(people):
            people.add(_NAME, Grant(EVERYTHING, Role.ADMIN), by="", password=_PASSWORD)


def _start_role(children: Children, file: Path, role: str, environment: dict[str, str] | None = None) -> None:
    command = [sys.executable, "-m", "deploy", "--config", str(file), role]
    children.start(role, command, environment={**os.environ, **(environment or {})})


def _start_page(children: Children, file: Path, page: int, *, sign_in: bool) -> bool:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", page)) == 0:
            _say(f"page      not shown: port {page} is in use. Stop what uses it, or say fjes demo --port {page + 1}")
            return False
    _start_role(children, file, "dashboard")
    wait_for_port(page, "the page")
    who = (
        f"sign in as {_NAME}, password: {_PASSWORD}" if sign_in else "no sign-in: this is a demo, for this machine only"
    )
    _say(f"page      http://127.0.0.1:{page}   ({who})")
    return True


def _replay_example(configuration: Configuration, directory: Path, stop: Event) -> None:
    """Raises _StoppedError when Ctrl-C comes while it goes on."""
    yesterday = (datetime.now(configuration.timezone) - timedelta(days=1)).date()
    for terminal in TERMINALS:
        file = directory / f"{terminal.id}.csv"
        write_example(file, terminal, configuration.survey(), yesterday)
        with progress_bar(f"history   {terminal.id}") as progress:
            votes = replay(configuration, file, terminal.id, progress=_until(stop, progress))
        _say(f"history   {votes} votes for {terminal.id}, at {terminal.place}")


def _until(stop: Event, progress: Progress) -> Progress:
    def go_on(done: int, total: int) -> None:
        if stop.is_set():
            raise _StoppedError
        progress(done, total)

    return go_on


def _start_terminal(children: Children, file: Path) -> None:
    environment = {}
    where = "in a window"
    try:
        if not os.environ.get("DISPLAY"):
            environment["DISPLAY"] = start_virtual_screen(children, *_SIZE)
            where = f"on a virtual screen ({environment['DISPLAY']}), as there is no display here"
    except Problem as problem:
        _say(f"terminal  not shown: {problem}")
        return
    _start_role(children, file, "kiosk", environment)
    _say(f"terminal  {where}; staff corner: hold a finger still in a top corner for 5 s, PIN {_PIN}")


def _wait(stop: Event, children: Children) -> None:
    while not stop.wait(0.5):
        for name, status in children.ended():
            _say(f"{name} ended" + (f" with status {status}; see {children.log}" if status else ""))


def _say(text: str) -> None:
    """At once, also where the output is a file or a pipe."""
    print(text, flush=True)
