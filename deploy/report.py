"""`fjes report`: writes what the page shows of a place and period as a file to hand on."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from contract.errors import RefusedError
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.given import configuration

_FORMS = ("pdf", "xlsx", "csv")
_STANDARD_OUTPUT = Path("-")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Hooks the command in."""
    parser = commands.add_parser("report", help="write what the page shows of a period as a file to hand on")
    parser.add_argument("--period", required=True, help="as 2026-11, 2026-Q4 or 2026; of csv also a day or a week")
    parser.add_argument("--place", help="only this place and those within, as oslo/pro")
    parser.add_argument("--language", help="one that the page is in; by default the site's first of those")
    parser.add_argument("--format", choices=_FORMS, default="pdf", help="pdf, xlsx or csv (default: pdf)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to; - for standard output")
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> None:
    run_report(configuration(given, "report"), given.period, given.place, given.language, given.format, given.output)


def run_report(
    configuration: Configuration, period: str, place: str | None, language: str | None, form: str, output: Path | None
) -> None:
    """Writes the file, and says which. Raises Problem."""
    from collector.store.protocol import StoreError
    from collector.store.reading import SqliteReadStore
    from dashboard.address import Address
    from dashboard.look import Site, system_clock
    from dashboard.people.errors import PeopleError
    from dashboard.reports.making import Form, Reports
    from deploy.people.opening import visits_of

    settings = configuration.settings
    written = _written(settings.site.languages)
    if language and language not in written:
        raise Problem(f"--language {language}: there are no reports in it yet; expected one of {', '.join(written)}")
    try:
        with visits_of(configuration) as visited:
            site = Site(
                partial(SqliteReadStore.open, configuration.path(settings.collector.store)),
                configuration.timezone,
                written,
                settings.privacy.smallest,
                system_clock,
                visited,
                settings.site.languages,
            )
            made = Reports(site).make(Address.parse(period, place, language), Form(form))
    except (StoreError, PeopleError, RefusedError) as error:
        raise Problem(str(error)) from error
    _write(output or Path(made.name), made.content)


def _written(languages: Sequence[str]) -> list[str]:
    """The languages that reports can be in, the site's own first."""
    from dashboard.wording import DOMAIN
    from locales.catalogue import languages as catalogues

    known = catalogues(DOMAIN)
    return [*(language for language in languages if language in known), *(one for one in known if one not in languages)]


def _write(file: Path, content: bytes) -> None:
    """Raises Problem when the file cannot be written."""
    if file == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Problem(f"--output {file}: {error.strerror}") from error
    print(f"wrote {file}")
