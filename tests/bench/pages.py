"""What a page takes over ten years of a hundred terminals, beside the same figures by pandas from one row per vote.

With `FJES_BENCH_TERMINALS=10` it is a tenth of that, and takes seconds instead of minutes.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from contract.periods import Period
from dashboard.address import CHOICES
from deploy.brokers import wait_for_port
from tests.bench.by_row import Rows
from tests.bench.decade import RATE, TERMINALS, Decade
from tests.bench.programs import PATIENCE, Program, processor_of, running
from tests.bench.report import Figure, at_most, at_most_times, percentile
from tests.browser import ARGUMENTS, CHROMIUM
from tests.ports import free_port

PAGES = 300
BASELINE_PAGES = 45
VISITS = 5
"""Of a browser that was never here, each with a second one after it."""
QUIET = 500
"""Milliseconds for what is loaded after the page itself."""
_SETTINGS = """\
[privacy]
profile = "busy"
[dashboard]
port = {port}
sign_in = false
"""

Asked = tuple[Period, str | None]


def measure(directory: Path) -> Iterator[Figure]:
    terminals = int(os.environ.get("FJES_BENCH_TERMINALS", TERMINALS))
    decade = Decade(date.today(), terminals)
    busier = Decade(date.today(), terminals, rate=10 * RATE)
    tenth = Decade(date.today(), max(1, terminals // 10))
    name = f"{terminals} terminals, {decade.years} years"
    asked = list(addresses(decade, PAGES))
    with _dashboard(directory / "usual", decade) as usual, _dashboard(directory / "busier", busier) as many:
        yield Figure(f"{name}: the store", usual.file.stat().st_size / 1e6, "MB", at_most(1500))
        seconds = []
        for one in asked:  # in turn, so that both have the same neighbours
            seconds.append(usual.seconds(*one))
            many.seconds(*one)
        work, more_work = usual.work, many.work
        visits = _in_chromium(usual.address(*asked[0]))
    rows = Rows(tenth)
    baseline = [rows.seconds(*one) for one in addresses(tenth, BASELINE_PAGES)]
    for what, percent, goal in (("median", 50, None), ("95th percentile", 95, at_most(150))):
        value, floor = 1e3 * percentile(seconds, percent), 1e3 * percentile(baseline, percent)
        yield Figure(f"{name}: a page at the server, {what}", value, "ms", goal, floor, "pandas, a tenth")
    floor = 1e3 * work / PAGES
    yield Figure(
        "a page with ten times the votes, processor",
        1e3 * more_work / PAGES,
        "ms",
        at_most_times(1.1),
        floor,
        "with these",
    )
    painted, weights = zip(*visits, strict=True)
    yield Figure(f"{name}: first paint in Chromium, median", percentile(painted, 50), "s", at_most(1.0))
    yield Figure(f"{name}: weight of a second visit", max(weights), "KB", at_most(60))


def addresses(decade: Decade, count: int) -> Iterator[Asked]:
    """Periods of each length, of everything, a region and a site; those of the first are this year and everything."""
    chance = random.Random(5)
    places = sorted({placement.place for n in range(decade.terminals) for placement in decade.placements(n)})
    kinds = list(product((None, 1, 2), reversed(CHOICES)))
    for number in range(count):
        parts, length = kinds[number % len(kinds)]
        day = chance.choice(decade.days) if number else decade.days[-1]
        place = "/".join(chance.choice(places).split("/")[:parts]) if parts else None
        yield Period.of(length, datetime.combine(day, time())), place


class _Dashboard:
    """The program over a store of its own, and what it has taken since it was first asked."""

    def __init__(self, program: Program, port: int, file: Path) -> None:
        self._program = program
        self._port = port
        self.file = file
        self.seconds(Period.parse("2000"), None)  # what is loaded once is loaded
        self._before = processor_of(program.pid)

    @property
    def work(self) -> float:
        """Seconds of a processor."""
        return processor_of(self._program.pid) - self._before

    def address(self, period: Period, place: str | None) -> str:
        return f"http://127.0.0.1:{self._port}{_path(period, place)}"

    def seconds(self, period: Period, place: str | None) -> float:
        """From the request to the last byte of the page."""
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        line.connect()
        began = perf_counter()
        line.request("GET", _path(period, place))
        answer = line.getresponse()
        text = answer.read()
        took = perf_counter() - began
        line.close()
        assert answer.status == 200, text
        return took


def _path(period: Period, place: str | None) -> str:
    return "/?" + urlencode({"period": f"{period}", **({"place": place} if place else {})})


@contextmanager
def _dashboard(directory: Path, decade: Decade) -> Iterator[_Dashboard]:
    """The program, once it answers."""
    directory.mkdir()
    settings, file, port = directory / "fjes.toml", directory / "fjes.db", free_port()
    settings.write_text(_SETTINGS.format(port=port))
    decade.fill(file)
    with running("deploy", "--config", f"{settings}", "dashboard", log=directory / "log") as program:
        wait_for_port(port, "the page")
        yield _Dashboard(program, port, file)


def _in_chromium(address: str) -> list[tuple[float, float]]:
    """Seconds until something is painted at a first visit, and kilobytes that come over the wire at a second."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        visits = [_visit(browser, address) for _ in range(VISITS)]
        browser.close()
    return visits


def _visit(browser: Browser, address: str) -> tuple[float, float]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, wait_until="load")
    painted: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_timeout(QUIET)
    weight = _weight(page)
    context.close()
    return painted / 1000, weight


def _weight(page: Page) -> float:
    """Of coming again, by a click and not by a reload, which would ask for everything anew."""
    received: list[float] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    page.goto(page.url, wait_until="load")
    page.wait_for_timeout(QUIET)
    return sum(received) / 1000
