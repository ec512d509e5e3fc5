"""What a page takes over ten years of a hundred terminals, beside the same figures by pandas from one row per vote.

The guard has decided on all years, as it does by itself after a start; how long that takes, `deciding` measures.

With `FJES_BENCH_TERMINALS=10` it is a tenth of that, and takes seconds instead of minutes.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright

from collector.store.sqlite import SqliteStore
from contract.periods import Granularity, Period
from dashboard.address import CHOICES, Address
from deploy.brokers import wait_for_port
from tests.bench.by_row import Rows
from tests.bench.decade import RATE, TERMINALS, YEARS, Decade, name_of
from tests.bench.programs import PATIENCE, Program, processor_of, running
from tests.bench.report import Figure, at_most, at_most_times, percentile
from tests.bench.rows_read import MANY, Reads, many
from tests.browser import ARGUMENTS, CHROMIUM
from tests.ports import free_port

PAGES = 300
BASELINE_PAGES = 45
API_REQUESTS = 100
READ_PAGES = 15
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
ANSWER = "help"


def measure(directory: Path) -> Iterator[Figure]:
    terminals = int(os.environ.get("FJES_BENCH_TERMINALS", TERMINALS))
    decade = Decade(date.today(), terminals)
    busier = Decade(date.today(), terminals, rate=10 * RATE)
    tenth = Decade(date.today(), max(1, terminals // 10))
    name = f"{terminals} terminals, {decade.years} years"
    asked = list(addresses(decade, PAGES))
    of_all = [(period, place) for period, place in asked if place is None]
    with _dashboard(directory / "usual", decade.fill) as usual, _dashboard(directory / "busier", busier.fill) as more:
        yield Figure(f"{name}: the store", usual.file.stat().st_size / 1e6, "MB", at_most(1500))
        seconds = []
        for one in asked:  # in turn, so that both have the same neighbours
            seconds.append(usual.seconds(_path(*one)))
            more.seconds(_path(*one))
        work, more_work = usual.work, more.work
        yield from _other_pages(usual, asked, name)
        yield from _questions(usual.file, decade, asked)
        visits = _in_chromium(usual.address(_path(*asked[0])))
        with _dashboard(directory / "beside", lambda file: _beside_one_another(usual.file, file, decade)) as beside:
            yield from _pages(beside, of_all, f"{terminals} places side by side", _path)
            heaviest = _in_chromium(beside.address(f"{_path(*asked[0])}&answer={ANSWER}"))
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
    most = max(weight for _, weight in heaviest)
    yield Figure(f"{terminals} places side by side, one answer: weight of a second visit", most, "KB", at_most(60))


def _pages(
    dashboard: "_Dashboard", asked: Sequence[Asked], name: str, path: Callable[[Period, str | None], str]
) -> Iterator[Figure]:
    seconds = [dashboard.seconds(path(*one)) for one in asked]
    yield Figure(f"{name}, 95th percentile", 1e3 * percentile(seconds, 95), "ms", at_most(150))


def _other_pages(dashboard: "_Dashboard", asked: Sequence[Asked], name: str) -> Iterator[Figure]:
    told = [one for one in asked if one[0].granularity in (Granularity.MONTH, Granularity.QUARTER, Granularity.YEAR)]
    yield from _pages(dashboard, told, f"{name}: a page of one answer", lambda *at: f"{_path(*at)}&answer={ANSWER}")
    yield from _pages(dashboard, asked, f"{name}: a wall screen", lambda _, place: f"/live/{place or ''}".rstrip("/"))
    few = asked[:API_REQUESTS]  # more a minute are refused
    yield from _pages(dashboard, few, f"{name}: the API's figures", lambda *at: f"/api/v1/figures{_path(*at)[1:]}")


def _questions(file: Path, decade: Decade, asked: Sequence[Asked]) -> Iterator[Figure]:
    """Of pages that are asked for anew, with the guard having decided nothing yet."""
    now = datetime.combine(decade.until, time(12), UTC)
    reads = [Reads(file, now).of(Address(period, place, answer=ANSWER)) for period, place in asked[:READ_PAGES]]
    most = max(max(one) for one in reads)
    yield Figure(f"rows that one question of a page reads, at most; {len(reads)} pages", most, "rows")
    yield Figure(f"questions that read over {MANY:,} rows, of a page, at most", max(map(many, reads)), "", at_most(2))


def _beside_one_another(file: Path, copy: Path, decade: Decade) -> None:
    """The same store with every terminal at a place of its own, and no place within another."""
    shutil.copy(file, copy)
    with closing(SqliteStore.open(copy)) as store:
        for number in range(decade.terminals):
            for placement in decade.placements(number):
                store.place(replace(placement, place=name_of(number)))


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
        for year in range(date.today().year - YEARS, date.today().year + 1):
            self.seconds(f"/?period={year}")  # what is loaded, or decided, once is so
        self._before = processor_of(program.pid)

    @property
    def work(self) -> float:
        """Seconds of a processor."""
        return processor_of(self._program.pid) - self._before

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._port}{path}"

    def seconds(self, path: str) -> float:
        """From the request to the last byte of the page."""
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        line.connect()
        began = perf_counter()
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})  # as browsers do
        answer = line.getresponse()
        text = answer.read()
        took = perf_counter() - began
        line.close()
        assert answer.status == 200, text
        return took


def _path(period: Period, place: str | None) -> str:
    return "/?" + urlencode({"period": f"{period}", **({"place": place} if place else {})})


@contextmanager
def _dashboard(directory: Path, fill: Callable[[Path], object]) -> Iterator[_Dashboard]:
    """The program, once it answers."""
    directory.mkdir()
    settings, file, port = directory / "fjes.toml", directory / "fjes.db", free_port()
    settings.write_text(_SETTINGS.format(port=port))
    fill(file)
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
