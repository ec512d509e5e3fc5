"""`fjes collector`: builds the collector from the settings and runs it until it is told to stop."""

import gc

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.service import Service
from collector.store.protocol import StoreError
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.signals import stop_event

_YOUNG = 50_000
"""Objects made before Python looks for dead cycles among them. A batch of sheets makes many, and no cycles: looking
after every 700 took a sixth of the collector's time."""


def run_collector(configuration: Configuration) -> None:
    """Returns when SIGTERM or SIGINT came. Raises Problem."""
    settings = configuration.settings
    surveys, shown = configuration.surveys(), configuration.survey()
    sign_on = configuration.sign_on()
    try:
        store = SqliteStore.open(configuration.path(settings.collector.store))
    except StoreError as error:
        raise Problem(str(error)) from error
    subscriber = Subscriber(
        settings.broker.host,
        settings.broker.port,
        sign_on.user or settings.collector.client_id,
        Inbox(),
        tls=sign_on.tls,
        user=sign_on.user,
        password=sign_on.password,
    )
    fleet = Fleet(store, subscriber, surveys, shown, messages=settings.site.messages)
    service = Service(store, subscriber, fleet)
    stop = stop_event()
    gc.set_threshold(_YOUNG)
    try:
        service.start()
        stop.wait()
        service.stop()
    except StoreError as error:
        raise Problem(str(error)) from error
    finally:
        store.close()
