"""What `fjes survey` does besides checking files: the same as the page of questions, by whoever runs the machine."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec

from collector.store.protocol import StoreError
from collector.store.publications import Publication, as_version, change_after, due
from collector.store.published import PublishedFile, read_published
from collector.store.reading import SqliteReadStore
from contract.survey import Survey
from dashboard.people.audit import COMMAND_LINE
from dashboard.people.errors import PeopleError, RefusedChangeError
from dashboard.surveys.draft import Draft
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.people.opening import people_of
from deploy.people.person import as_whom_it_belongs_to
from deploy.site.register import check_place
from deploy.surveys.files import survey_of


def run_export(configuration: Configuration, survey: str | None, place: str) -> None:
    """Prints a survey as a file has it. Raises Problem."""
    place = _place(place)
    with _told():
        if survey is None:
            found = _survey_of(configuration, due(_published(configuration), place, _today(configuration)))
        else:
            known = _known(configuration)
            if survey not in known:
                raise Problem(f"there is no survey {survey}; there are {', '.join(sorted(known))}")
            found = known[survey]
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


def run_import(configuration: Configuration, file: Path, place: str) -> None:
    """Lays a survey on the page as a draft, in place of the one that is there. Raises Problem."""
    survey, place = survey_of(file), _place(place)
    if not configuration.settings.dashboard.sign_in:
        raise Problem("dashboard.sign_in is false, so nothing is changed on the page: fjes survey publish does it")
    with _told(), people_of(configuration) as people:
        now = due(_published(configuration), place, _today(configuration))
        messages = configuration.settings.site.messages if now is None else now.messages
        opening = None if now is None else now.opening
        draft = Draft.of(survey, configuration.settings.site.languages, messages, opening)
        before = people.drafts.find(place)
        people.drafts.keep(place, draft.written(), before.edition if before else 0, by=COMMAND_LINE)
    print(f"{survey.id} is a draft for {_named(place)} now; look at it and publish it on the page, under Questions.")


def run_publish(configuration: Configuration, file: Path, place: str, since: date | None) -> None:
    """Gives a survey to the terminals, with the messages and hours that they have then. Raises Problem."""
    survey, place, today = survey_of(file), _place(place), _today(configuration)
    survey.require_languages(configuration.settings.site.languages)
    since = since or today
    if since < today:
        raise Problem(f"--since {since} is past; nothing was published")
    with _told():
        known, now = _known(configuration), due(_published(configuration), place, since)
        if known.get(survey.id, survey) != survey:
            free = as_version(survey, known).id
            raise Problem(f"there is another survey {survey.id} already: give this one the id {free}")
        if configuration.settings.dashboard.sign_in:
            with people_of(configuration) as people:
                people.audit.published(COMMAND_LINE, place, survey.id, since)
        messages = configuration.settings.site.messages if now is None else now.messages
        opening = None if now is None else now.opening
        with _published_file(configuration) as published:
            published.publish(place, since, survey, messages, opening, known=known, renumber=False)
    print(f"{survey.id} is asked at {_named(place)} from {since} on; terminals that are connected know it in a second.")


def run_list(configuration: Configuration, *, as_json: bool) -> None:
    """Prints what is asked where, and what is planned. Raises Problem."""
    with _told():
        published = _published(configuration)
    today = _today(configuration)
    rows = [_row(configuration, published, place, today) for place in sorted({"", *(one.place for one in published)})]
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(rows)).decode())
        return
    for row in rows:
        since = f"since {row['since']}" if row["since"] else "from the settings"
        print(f"{_named(str(row['place']))}: {row['survey']}, {since}")
        if row["next"]:
            print(f"    from {row['next_since']}: {row['next']}")


def _row(configuration: Configuration, published: list[Publication], place: str, today: date) -> Mapping[str, object]:
    now, change = due(published, place, today), change_after(published, place, today)
    return {
        "place": place,
        "survey": _survey_of(configuration, now).id,
        "since": now and now.since,
        "next": change and _survey_of(configuration, change.publication).id,
        "next_since": change and change.since,
    }


def _published(configuration: Configuration) -> list[Publication]:
    return read_published(configuration.path(configuration.settings.collector.published))


def _survey_of(configuration: Configuration, publication: Publication | None) -> Survey:
    return publication.survey if publication and publication.survey else configuration.survey()


def _known(configuration: Configuration) -> Mapping[str, Survey]:
    """Every survey there is: of the settings, the store, and what was published and is not in the store yet."""
    known = {survey.id: survey for survey in configuration.surveys()}
    known |= {one.survey.id: one.survey for one in _published(configuration) if one.survey}
    path = configuration.path(configuration.settings.collector.store)
    if path.exists():
        with closing(SqliteReadStore.open(path)) as store:
            known |= store.surveys()
    return known


def _today(configuration: Configuration) -> date:
    return datetime.now(configuration.timezone).date()


def _place(place: str) -> str:
    place = place.strip("/")
    if place:
        check_place(place)
    return place


def _named(place: str) -> str:
    return place or "all places"


@contextmanager
def _published_file(configuration: Configuration) -> Iterator[PublishedFile]:
    path = configuration.path(configuration.settings.collector.published)
    with as_whom_it_belongs_to(path.parent), closing(PublishedFile.open(path)) as file:
        yield file


@contextmanager
def _told() -> Iterator[None]:
    """Every error as a Problem."""
    try:
        yield
    except OSError as error:
        raise Problem(f"{error.filename}: {error.strerror}") from error
    except (StoreError, PeopleError) as error:
        raise Problem(str(error)) from error
    except RefusedChangeError as error:
        raise Problem(f"{str(error).rstrip('.')}; nothing was changed") from error
