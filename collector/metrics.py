"""What Prometheus may read of the collector: made at each scrape from what the parts know, on loopback only.

No number here changes with a single vote where several are released together, and no label is what a stranger chose:
terminals are those that are registered, or, where none ever was, those that have told how they are; as many as a
server can show.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from collector.inbox import Inbox
from collector.meter import Meter
from collector.store.protocol import ReadStore, Standing, StoreError
from collector.subscriber import Subscriber
from contract.messages import Presence

LOOPBACK = "127.0.0.1"
FAULTS = frozenset({"damaged", "disk", "screen", "sound", "voices"})
"""Faults that have a name of their own here; what else a terminal says is `other`."""
OTHER_FAULT = "other"
MOST_TERMINALS = 1_000
"""That have a line each; where there are more, there are the totals only."""

Gauges = Callable[[], Mapping[str, Mapping[str, float]]]
"""Numbers that others know: by name, and by the value of the label `of`, which is empty for one without."""


class Metrics(Collector):
    """All of a collector's numbers. `more` gives those about files that the collector knows nothing of."""

    def __init__(
        self,
        meter: Meter,
        inbox: Inbox,
        subscriber: Subscriber,
        open_store: Callable[[], ReadStore],
        more: Gauges = dict,
    ) -> None:
        self._meter = meter
        self._inbox = inbox
        self._subscriber = subscriber
        self._open_store = open_store
        self._more = more

    def collect(self) -> Iterator[Metric]:
        yield from self._work()
        yield from self._connection()
        yield from self._store()
        for name, values in self._more().items():
            yield _gauge(name, f"Of fjes: {name.replace('_', ' ')}.", values, "of")

    def _work(self) -> Iterator[Metric]:
        meter = self._meter
        yield _counter("messages", "Messages taken up.", meter.taken, "kind")
        yield _counter("refused", "Messages and single sheets that were not counted.", meter.refused, "kind")
        yield _counter("dropped", "Messages for which there was no room; they come again.", self._inbox.dropped_ever)
        yield _counter("batches", "Rounds of work.", meter.batches)
        yield _counter("store_failures", "Attempts at the store that failed and were made again.", meter.store_failures)
        commits = SummaryMetricFamily("fjes_commit_seconds", "Time that commits of sheets took.")
        commits.add_metric([], count_value=meter.commits, sum_value=meter.commit_seconds)
        yield commits

    def _connection(self) -> Iterator[Metric]:
        yield _gauge("broker_connected", "1 while the broker is there.", float(self._subscriber.connected))
        yield _gauge("inbox_messages", "Messages that wait to be taken up.", self._inbox.depth)

    def _store(self) -> Iterator[Metric]:
        """Nothing but that the store cannot be read, when it cannot: a number that is missing is no zero."""
        try:
            with closing(self._open_store()) as store:
                registered, presences = store.registered(), store.presences()
                quarantined = store.refusals(most=0).total
        except StoreError:
            yield _gauge("store_readable", "1 when the store could be read for this.", 0)
            return
        yield _gauge("store_readable", "1 when the store could be read for this.", 1)
        yield _counter("quarantined", "Messages and sheets that were ever refused.", quarantined)
        yield from _fleet(registered, presences)


def serve_metrics(metrics: Metrics, port: int) -> "Serving":
    """Begins to answer at `http://127.0.0.1:<port>/metrics`. Raises OSError when the port cannot be had."""
    registry = CollectorRegistry()
    registry.register(metrics)
    ProcessCollector(registry=registry)
    return Serving(*start_http_server(port, LOOPBACK, registry))


class Serving:
    """The answering, until it is stopped."""

    def __init__(self, server: WSGIServer, thread: Thread) -> None:
        self._server = server
        self._thread = thread

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _fleet(registered: Mapping[str, Standing], presences: Mapping[str, Presence]) -> Iterator[Metric]:
    """A terminal that was revoked, or never added, has no line and is in no total."""
    allowed = [name for name, standing in registered.items() if standing is Standing.ALLOWED]
    known = sorted(allowed if registered else presences)
    told = {name: presences[name] for name in known if name in presences}
    yield _gauge("terminals", "Terminals that may send.", len(known))
    yield _gauge("terminals_online", "Of them, those that are connected.", sum(one.online for one in told.values()))
    yield _gauge("owed_sheets", "Released sheets that terminals have yet to be told the end of.", _owed(told.values()))
    faults = Counter(fault if fault in FAULTS else OTHER_FAULT for one in told.values() for fault in set(one.faults))
    yield _gauge(
        "terminals_with_fault",
        "Terminals with something wrong, by what it is.",
        {fault: faults[fault] for fault in sorted({*FAULTS, OTHER_FAULT})},
        "fault",
    )
    yield _gauge("terminals_clock_untrusted", "Terminals that do not know the time.", _lost(told.values()))
    if len(known) <= MOST_TERMINALS:
        online = {name: float(name in told and told[name].online) for name in known}
        yield _gauge("terminal_online", "1 while the terminal is connected.", online, "terminal")
        owed = {name: float(one.owed) for name, one in told.items()}
        yield _gauge(
            "terminal_owed_sheets", "Its released sheets that it has no acknowledgement for.", owed, "terminal"
        )


def _owed(presences: Iterable[Presence]) -> int:
    return sum(one.owed for one in presences)


def _lost(presences: Iterable[Presence]) -> int:
    return sum(one.clock == "untrusted" for one in presences)


def _gauge(name: str, text: str, value: float | Mapping[str, float], label: str = "") -> Metric:
    family = GaugeMetricFamily(f"fjes_{name}", text, labels=[label] if _labelled(value) else [])
    return _filled(family, value)


def _counter(name: str, text: str, value: float | Mapping[str, float], label: str = "") -> Metric:
    family = CounterMetricFamily(f"fjes_{name}", text, labels=[label] if _labelled(value) else [])
    return _filled(family, value)


def _labelled(value: float | Mapping[str, float]) -> bool:
    return isinstance(value, Mapping) and "" not in value


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, value: float | Mapping[str, float]
) -> GaugeMetricFamily | CounterMetricFamily:
    values = value if isinstance(value, Mapping) else {"": value}
    for label, number in sorted(values.items()):
        family.add_metric([label] if label else [], number)
    return family
