"""`fjes figures`: what the page shows of one period."""

from contextlib import closing
from datetime import datetime

import msgspec

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.errors import RefusedError
from contract.periods import Period
from dashboard.document import figures_document
from dashboard.people.errors import PeopleError
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.people.opening import visits_of


def run_figures(configuration: Configuration, period: str, place: str | None, *, as_json: bool) -> None:
    """Prints the figures: as JSON, or a line each. Raises Problem."""
    settings = configuration.settings
    try:
        with (
            closing(SqliteReadStore.open(configuration.path(settings.collector.store))) as store,
            visits_of(configuration) as visited,
        ):
            document = figures_document(
                store,
                Period.parse(period),
                place,
                today=datetime.now(configuration.timezone).date(),
                k=settings.privacy.smallest,
                visited=visited,
            )
    except (StoreError, PeopleError, RefusedError) as error:
        raise Problem(str(error)) from error
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(document)).decode())
        return
    for name, value in document.items():
        print(f"{name + ':':18}{value if isinstance(value, str) else msgspec.json.encode(value).decode()}")
