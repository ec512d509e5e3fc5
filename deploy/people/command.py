"""`fjes person`: who may sign in to the page; the first admin is added here."""

import argparse

from deploy.given import configuration

_ROLES = ("viewer", "manager", "admin")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    person = commands.add_parser("person", help="say who may sign in to the page")
    actions = person.add_subparsers(title="commands", required=True, metavar="COMMAND")

    add = actions.add_parser("add", help="add a person; asks for a password, or reads it from standard input")
    add.add_argument("name", metavar="NAME", help="to sign in with")
    add.add_argument(
        "--role",
        required=True,
        choices=_ROLES,
        help="a manager also exports, and writes what terminals ask; an admin adds people",
    )
    add.add_argument("--place", default="", help="as oslo/pro, with all that lies in it; all places by default")
    add.add_argument(
        "--openid", metavar="WHO", help="signs in elsewhere, without a password: e-mail address or subject"
    )
    add.set_defaults(run=_add)

    password = actions.add_parser("password", help="give a person another password; ends their sessions")
    password.add_argument("name", metavar="NAME")
    password.set_defaults(run=_password)

    role = actions.add_parser("role", help="give a person another role at a place, or none; ends their sessions")
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", choices=(*_ROLES, "none"), metavar="ROLE", help=", ".join((*_ROLES, "none")))
    role.add_argument("--place", default="", help="as oslo/pro; all places by default")
    role.set_defaults(run=_role)

    remove = actions.add_parser("remove", help="remove a person; ends their sessions")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove)

    listing = actions.add_parser("list", help="list who may sign in, and their roles")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)


def _add(given: argparse.Namespace) -> None:
    settings = configuration(given, "person")
    from deploy.people.person import run_add

    run_add(settings, given.name, given.role, given.place, given.openid)


def _password(given: argparse.Namespace) -> None:
    settings = configuration(given, "person")
    from deploy.people.person import run_password

    run_password(settings, given.name)


def _role(given: argparse.Namespace) -> None:
    settings = configuration(given, "person")
    from deploy.people.person import run_role

    run_role(settings, given.name, given.role, given.place)


def _remove(given: argparse.Namespace) -> None:
    settings = configuration(given, "person")
    from deploy.people.person import run_remove

    run_remove(settings, given.name)


def _list(given: argparse.Namespace) -> None:
    settings = configuration(given, "person")
    from deploy.people.person import run_list

    run_list(settings, as_json=given.json)
