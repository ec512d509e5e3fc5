"""What `fjes person` does: the same as the page of people, by whoever may write the file; the log calls it so too."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from getpass import GetPassWarning, getpass
from pathlib import Path

import msgspec

from dashboard.people.audit import COMMAND_LINE
from dashboard.people.book import People
from dashboard.people.errors import PeopleError, RefusedChangeError
from dashboard.people.passwords import check_new_password
from dashboard.people.person import Person, check_grant, check_name, email_of, subject_of
from dashboard.people.roles import Grant, Role
from deploy.configuration import Configuration
from deploy.errors import Problem

Ask = Callable[[str], str]
_UNCHANGED = "nothing was changed"


def run_add(
    configuration: Configuration, name: str, role: str, place: str, openid: str | None, ask: Ask | None = None
) -> None:
    """Adds a person, with a password that is asked for, or one who signs in elsewhere. Raises Problem."""
    grant = Grant(place.strip("/"), Role(role))
    with _people(configuration, make=True) as people:
        check_name(name)
        check_grant(grant)
        if people.named(name):
            raise Problem(f"there is a {name!r} already; change what they may do with: fjes person role")
        if openid:
            people.add(name, grant, by=COMMAND_LINE, openid=_elsewhere(configuration, openid))
        else:
            people.add(name, grant, by=COMMAND_LINE, password=_new_password(name, ask))
    print(f"{name} may sign in now, as {role} of {place or 'all places'}.")


def run_password(configuration: Configuration, name: str, ask: Ask | None = None) -> None:
    """Raises Problem."""
    with _people(configuration) as people:
        person = _named(people, name)
        people.set_password(person, _new_password(person.name, ask), by=COMMAND_LINE, one_time=False)
    print(f"{person.name} has a new password, and is signed out everywhere.")


def run_role(configuration: Configuration, name: str, role: str, place: str) -> None:
    """Raises Problem."""
    place = place.strip("/")
    with _people(configuration) as people:
        person = _named(people, name)
        if role == "none":
            people.take_role(person, place, by=COMMAND_LINE)
        else:
            people.set_role(person, Grant(place, Role(role)), by=COMMAND_LINE)
    what = "has no role any more" if role == "none" else f"is {role}"
    print(f"{person.name} {what} at {place or 'all places'}, and is signed out everywhere.")


def run_remove(configuration: Configuration, name: str) -> None:
    """Raises Problem."""
    with _people(configuration) as people:
        person = _named(people, name)
        people.remove(person, by=COMMAND_LINE)
    print(f"{person.name} is removed, and signed out everywhere.")


def run_list(configuration: Configuration, *, as_json: bool) -> None:
    """Prints everybody. Raises Problem."""
    with _people(configuration) as people:
        everybody = people.all()
    if as_json:
        rows = [{"name": one.name, "roles": one.grants, "openid": one.openid is not None} for one in everybody]
        print(msgspec.json.format(msgspec.json.encode(rows)).decode())
        return
    for one in everybody:
        roles = ", ".join(f"{grant.role} of {grant.place or 'all places'}" for grant in one.grants)
        print(f"{one.name}: {roles}" + ("; signs in elsewhere" if one.openid else ""))


@contextmanager
def _people(configuration: Configuration, *, make: bool = False) -> Iterator[People]:
    """The file of people, and every error of it as a Problem."""
    path = configuration.path(configuration.settings.dashboard.people)
    try:
        with as_whom_it_belongs_to(path.parent):
            if not make and not path.exists():
                raise Problem(
                    f"people {path}: there is nobody yet; add the first with: fjes person add NAME --role admin"
                )
            with closing(People.open(path)) as people:
                yield people
    except OSError as error:
        raise Problem(f"people {path}: {error.strerror}; {_UNCHANGED}") from error
    except UnicodeEncodeError as error:
        raise Problem(f"some of what was said is no text; {_UNCHANGED}") from error
    except PeopleError as error:
        raise Problem(f"{error}; {_UNCHANGED}") from error
    except RefusedChangeError as error:
        raise Problem(f"{str(error).rstrip('.')}; {_UNCHANGED}") from error


@contextmanager
def as_whom_it_belongs_to(directory: Path) -> Iterator[None]:
    """Root does as the directory's owner, the dashboard: what that one has put there may lead to another's file."""
    if os.geteuid() != 0:
        yield
        return
    owner, groups = directory.stat(), os.getgroups()
    os.setgroups([])
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(os.getgid())
        os.setgroups(groups)


def _named(people: People, name: str) -> Person:
    if person := people.named(name):
        return person
    raise Problem(f"there is nobody called {name!r}; see: fjes person list")


def _elsewhere(configuration: Configuration, given: str) -> str:
    issuer = configuration.settings.dashboard.openid.issuer
    if not issuer:
        raise Problem(f"dashboard.openid.issuer is empty, so nobody can sign in elsewhere; {_UNCHANGED}")
    return email_of(given) if "@" in given else subject_of(issuer, given)


def _new_password(name: str, ask: Ask | None) -> str:
    """Asked for twice at a terminal; else the first line of standard input. Raises Problem."""
    if ask is None and not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        check_new_password(password, name)
        return password
    password = _ask_unseen(ask or getpass, f"New password for {name}, at least 12 characters: ")
    check_new_password(password, name)
    if _ask_unseen(ask or getpass, "The same once more: ") != password:
        raise Problem(f"the two were not the same; {_UNCHANGED}")
    return password


def _ask_unseen(ask: Ask, prompt: str) -> str:
    """Raises Problem where what is typed would be seen, or nothing comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return ask(prompt)
        except GetPassWarning as error:
            raise Problem(f"what you type would be seen here; {_UNCHANGED}") from error
        except EOFError as error:
            raise Problem(f"no password was typed; {_UNCHANGED}") from error
