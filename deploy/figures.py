"""`fjes figures`: what the page shows of one period."""

from datetime import datetime

import msgspec

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.errors import RefusedError
from contract.periods import Period
from dashboard.document import figures_document
from deploy.configuration import Configuration
from deploy.errors import Problem


def run_figures(configuration: Configuration, period: str, place: str | None, *, as_json: bool) -> None:
    """Prints the figures: as JSON, or a line each. Raises Problem."""
    settings = configuration.settings
    try:
        store = SqliteReadStore.open(configuration.path(settings.collector.store))
        try:
            document = figures_document(
                store,
                Period.parse(period),
                place,
                today=datetime.now(configuration.timezone).date(),
                k=settings.privacy.smallest,
            )
        finally:
            store.close()
    except (StoreError, RefusedError) as error:
        raise Problem(str(error)) from error
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(document)).decode())
        return
    for name, value in document.items():
        print(f"{name + ':':18}{value if isinstance(value, str) else msgspec.json.encode(value).decode()}")
