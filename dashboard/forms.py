"""The forms that people send, as they come: all text, bounded, and nothing that must be there."""

from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from msgspec import Meta, Struct

MOST_BYTES = 16 * 1024
"""Of a request; the longest form is far below that."""

LARGEST_NUMBER = 2**63 - 1
"""That a file of SQLite's can have."""
LONGEST_LINE = 255
Line = Annotated[str, Meta(max_length=LONGEST_LINE)]
Secret = Annotated[str, Meta(max_length=1000)]
Kind = TypeVar("Kind")
Sent = Annotated[Kind, Body(media_type=RequestEncodingType.URL_ENCODED)]


class Form(Struct, frozen=True):
    """Any form; its token is looked at by the gate."""

    form: Line = ""


class SignInForm(Form, frozen=True):
    name: Line = ""
    password: Secret = ""
    then: Line = ""


class PasswordForm(Form, frozen=True):
    old: Secret = ""
    new: Secret = ""
    again: Secret = ""


class PersonForm(Form, frozen=True):
    name: Line = ""
    role: Line = ""
    place: Line = ""
    openid: Line = ""


class RoleForm(Form, frozen=True):
    role: Line = ""
    place: Line = ""


class ExportForm(Form, frozen=True):
    period: Line = ""
    place: Line = ""
    language: Line = ""


class MailingForm(Form, frozen=True):
    place: Line = ""
    length: Line = ""
    email: Line = ""


class StopForm(Form, frozen=True):
    mailing: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)] = 0


class CommentForm(Form, frozen=True):
    comment: Line = ""


class TokenForm(Form, frozen=True):
    kind: Line = ""
    name: Line = ""
    place: Line = ""


class RevokeForm(Form, frozen=True):
    token: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)] = 0


def content_of(file: UploadFile | None) -> bytes:
    """What was uploaded; nothing where no file was chosen."""
    if file is None:
        return b""
    with file.file as given:
        return given.read()


def in_language(path: str, language: str | None) -> str:
    """A page of this site in a language, if there is one; else as it is."""
    if not language:
        return path
    parts = urlsplit(path)
    given = [(name, value) for name, value in parse_qsl(parts.query) if name != "language"]
    return parts._replace(query=urlencode([*given, ("language", language)], safe="/")).geturl()


def local_path(then: str) -> str:
    """Where to go after signing in: a page of this site, else the first one. Never another site's address."""
    plain = then.isascii() and then.isprintable() and "\\" not in then and len(then) <= LONGEST_LINE
    if not plain or not then.startswith("/") or then.startswith("//"):
        return "/"
    try:
        parts = urlsplit(then)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else then
