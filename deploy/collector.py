"""`fjes collector`: builds the collector from the settings and runs it until it is told to stop."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from threading import Event

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.meter import Meter
from collector.service import Service
from collector.store.protocol import StoreError
from collector.store.published import PublishedReader
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.notify import Notifier
from deploy.operating.lock import collecting, hearing
from deploy.signals import stop_event

_YOUNG = 50_000
"""Objects made before Python looks for dead cycles among them. A batch of sheets makes many, and no cycles: looking
after every 700 took a sixth of the collector's time."""


def run_collector(configuration: Configuration) -> None:
    """Returns when SIGTERM or SIGINT came. Raises Problem, also while the store is being restored."""
    store = configuration.path(configuration.settings.collector.store)
    with collecting(store), hearing(store) as tell:
        _run(configuration, tell)


def _run(configuration: Configuration, tell: Callable[[bool], None]) -> None:
    """`tell` is told again and again whether the broker is heard."""
    settings = configuration.settings
    surveys, shown = configuration.surveys(), configuration.survey()
    sign_on = configuration.sign_on()
    try:
        store = SqliteStore.open(configuration.path(settings.collector.store))
    except StoreError as error:
        raise Problem(str(error)) from error
    inbox, meter = Inbox(), Meter()
    subscriber = Subscriber(
        settings.broker.host,
        settings.broker.port,
        sign_on.user or settings.collector.client_id,
        inbox,
        tls=sign_on.tls,
        user=sign_on.user,
        password=sign_on.password,
    )
    published = PublishedReader(configuration.path(settings.collector.published))
    fleet = Fleet(
        store,
        subscriber,
        surveys,
        shown,
        lambda: datetime.now(configuration.timezone).date(),
        messages=settings.site.messages,
        look=published.look,
    )
    service = Service(store, subscriber, fleet, meter=meter)
    stop = stop_event()
    gc.set_threshold(_YOUNG)
    try:
        with _measured(configuration, meter, inbox, subscriber):
            service.start()
            _go_on(service, subscriber, tell, stop)
            service.stop()
    except StoreError as error:
        raise Problem(str(error)) from error
    finally:
        published.close()
        store.close()


def _go_on(service: Service, subscriber: Subscriber, tell: Callable[[bool], None], stop: Event) -> None:
    """Until `stop`: says that the collector works, for as long as both of its threads do, and what it hears."""
    with closing(Notifier()) as systemd:
        systemd.ready()
        while not stop.wait(systemd.seconds):
            tell(subscriber.connected)
            if service.is_alive() and subscriber.is_alive():
                systemd.alive()


@contextmanager
def _measured(configuration: Configuration, meter: Meter, inbox: Inbox, subscriber: Subscriber) -> Iterator[None]:
    """Metrics for Prometheus while the collector runs, where a port is set. Raises Problem."""
    port = configuration.settings.collector.metrics_port
    if not port:
        yield
        return
    from collector.metrics import Metrics, serve_metrics
    from deploy.operating.gauges import gauges

    open_store = partial(SqliteReadStore.open, configuration.path(configuration.settings.collector.store))
    try:
        serving = serve_metrics(Metrics(meter, inbox, subscriber, open_store, partial(gauges, configuration)), port)
    except OSError as error:
        raise Problem(f"collector.metrics_port = {port}: {error.strerror}; choose another, or 0 for none") from error
    try:
        yield
    finally:
        serving.stop()
