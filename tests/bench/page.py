"""From a touch on the real window to the new number in real Chromium, on a page over a year of votes."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Page, sync_playwright

from deploy.brokers import wait_for_port
from deploy.configuration import read_settings
from deploy.example import SHOWN, write_example
from deploy.replay import replay
from tests.bench.echo import Echo
from tests.bench.finger import ECHO, Finger
from tests.bench.report import Figure, at_most, percentile
from tests.browser import ARGUMENTS, CHROMIUM
from tests.e2e.finger import QUESTION, SIZE, THANKS, WHY
from tests.e2e.site import Site
from tests.polling import eventually
from tests.screen import Screen

VISITS = 40
APART = 0.5
"""Seconds between visits, beyond what a visit takes: terminals send at most once a second."""


def measure(directory: Path) -> Iterator[Figure]:
    with Screen(SIZE) as screen, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        site = Site(directory, screen, "busy")
        try:
            _start(site)
            touches = _visits(site, screen, browser.new_page())
            echoes = _echoes(site.broker.port, browser.new_page())
        finally:
            browser.close()
            site.stop()
    for name, percent, goal in (("median", 50, None), ("95th percentile", 95, at_most(1.0))):
        value, baseline = percentile(touches, percent), percentile(echoes, percent)
        yield Figure(f"touch to number in the browser, {name}", value, "s", goal, baseline, "bare MQTT to SSE")


def _start(site: Site) -> None:
    """All roles, and a year of votes in the store."""
    for role in ("broker", "collector", "dashboard"):
        site.start(role)
    configuration = read_settings(site.file)
    history = site.directory / "year.csv"
    yesterday = (datetime.now(configuration.timezone) - timedelta(days=1)).date()
    write_example(history, SHOWN, configuration.survey(), yesterday)
    votes = replay(configuration, history, SHOWN.id)
    site.start("kiosk")
    wait_for_port(site.page, "the page")
    eventually(lambda: sum(site.stored().values()) == votes, "the year is not in the store")


def _visits(site: Site, screen: Screen, page: Page) -> list[float]:
    """Seconds of each visit from the touch on a face until the page shows one vote more."""
    page.goto(site.address)
    votes = int(page.locator('[data-figure="votes"]').get_attribute("data-value") or 0)
    took = []
    with Finger(screen) as finger:
        for vote in range(votes + 1, votes + 1 + VISITS):
            began = finger.touch(QUESTION.faces[4])
            _see(page, f"{vote}")
            took.append(monotonic() - began)
            for box in (WHY.skip, THANKS.text):
                sleep(ECHO)
                finger.touch(box)
            sleep(APART)
    return took


def _echoes(port: int, page: Page) -> list[float]:
    """Seconds that a number takes over the same broker and a server-sent event to the same browser, and no store."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    took = []
    with Echo(port) as echo:
        page.goto(echo.address)
        _see(page, "ready")
        for number in range(VISITS):
            sleep(random.uniform(0.1, 0.3))
            began = monotonic()
            client.publish(echo.topic, f"{number}", qos=1)
            _see(page, f"{number}")
            took.append(monotonic() - began)
    client.disconnect()
    client.loop_stop()
    return took


def _see(page: Page, value: str) -> None:
    """Waits until the page shows it. Looks at every frame; Playwright's wait for a selector looks twice a second."""
    page.wait_for_function("value => document.querySelector('[data-figure=votes]').dataset.value === value", arg=value)
