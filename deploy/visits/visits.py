"""What `fjes visits` does: the same as the page of visits, by whoever may write the file of people."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from dashboard.look import Site, system_clock
from dashboard.people.audit import COMMAND_LINE
from dashboard.people.errors import PeopleError
from dashboard.places import lies_in
from dashboard.visits.ledger import Ledger
from dashboard.visits.reading import COLUMNS, MOST_BYTES, WrongFileError
from deploy.configuration import Configuration
from deploy.errors import Problem, short
from deploy.people.opening import people_of
from locales.files import read_file


def run_import(configuration: Configuration, file: Path) -> None:
    """Takes all numbers of a file, or none. Raises Problem that names the file and the first bad line's number."""
    with _told(file):
        raw = read_file(file, MOST_BYTES)
        with people_of(configuration) as people:
            settings = configuration.settings
            open_store = partial(SqliteReadStore.open, configuration.path(settings.collector.store))
            site = Site(open_store, configuration.timezone, (), settings.privacy.smallest, system_clock)
            taken = Ledger(site, people).bring(raw, lambda _place: True, by=COMMAND_LINE)
    print(f"took {taken} {'number' if taken == 1 else 'numbers'} of {file}")


def run_list(configuration: Configuration, place: str) -> None:
    """Prints every number of a place and of those within. Raises Problem."""
    path = configuration.path(configuration.settings.dashboard.people)
    with _told(path), people_of(configuration) as people:
        entries = people.visits.all()
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    around = place.strip("/") or None
    rows.writerows((one.place, one.period, one.visits) for one in entries if lies_in(one.place, around))


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Every error as a Problem."""
    try:
        yield
    except WrongFileError as error:
        raise Problem(f"{file}: {short(str(error))} Nothing of the file was taken.") from error
    except OSError as error:
        raise Problem(f"{error.filename or file}: {error.strerror}") from error
    except (StoreError, PeopleError) as error:
        raise Problem(str(error)) from error
