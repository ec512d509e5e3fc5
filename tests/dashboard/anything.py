"""Any request at all: those that the pages' own OpenAPI document allows and forbids, and bytes that are no request."""

import http.client
import string
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import hypothesis.strategies as st
import schemathesis
from hypothesis import HealthCheck, settings
from msgspec import Struct
from requests import Request
from requests.exceptions import RequestException
from schemathesis.generation import GenerationMode

from tests.polling import PATIENCE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "G" * 200)
ANYTHING_GOES = settings(
    database=None, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, max_examples=100
)
PERIODS = ("2023", "2023-03", "2023-W05", "2023-03-07", "0001", "9999", "9999-12-31", "1970-W01", "2023-W53")
"""Those that exist, and those at the ends of what can be."""


class Asked(Struct, frozen=True):
    """A request that a client can send; the target as it stands in the first line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def cases(document: dict[str, Any]) -> st.SearchStrategy[Asked]:
    """What schemathesis makes of the document, right and wrong; with any method, and with periods that exist."""
    schema: Any = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()]
    found = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE) for operation in operations]
    for operation in operations:
        if len(operation.query) or len(operation.body):  # in what stands in a path, anything is right
            found.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    made = st.one_of(found).map(_asked).filter(lambda asked: asked is not None)
    return st.one_of(made, st.builds(_with_method, made, st.sampled_from(METHODS)), _addresses())


def status_of(port: int, asked: Asked, cookie: str = "") -> tuple[int, Mapping[str, str]]:
    """Status and headers of the answer, of which no more than the beginning is read: a stream of changes has no end."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {**asked.headers, **({"Cookie": cookie} if cookie else {})}
        line.request(asked.method, asked.target, asked.body or None, headers)
        answer = line.getresponse()
        answer.read(1)
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        line.close()


def rubbish() -> st.SearchStrategy[bytes]:
    """Bytes to a socket: requests that are spoilt somewhere, and no requests at all."""
    whole = st.sampled_from(list(_hostile()))
    short = whole.filter(lambda raw: len(raw) < 10_000)
    spoilt = st.builds(_spoil, short, st.integers(0, 2**16), st.binary(max_size=9))
    return st.one_of(whole, spoilt, st.binary(max_size=2_000), st.lists(whole, max_size=4).map(b"".join))


def _hostile() -> Iterator[bytes]:
    """What servers have fallen over, one of each."""
    host = b"Host: fjes\r\n"
    yield b"GET / HTTP/1.1\r\n" + host + b"\r\n"
    for line in (
        b"GET /\r\n",  # HTTP/0.9
        b"GET / HTTP/9.9\r\n",
        b"GET / HTTP/1.1",
        b"GET  /  HTTP/1.1\r\n",
        b"GET /\x00 HTTP/1.1\r\n",
        b"GET /%00 HTTP/1.1\r\n",
        b"GET /%zz?period=%&place=%e2%28%a1&language=%ff%fe HTTP/1.1\r\n",
        b"GET /?" + b"period=2023&" * 500 + b" HTTP/1.1\r\n",
        b"GET /?period=" + b"9" * 9_000 + b" HTTP/1.1\r\n",
        b"GET /?place=" + b"a/" * 4_000 + b" HTTP/1.1\r\n",
        b"GET /assets/../../../../etc/passwd HTTP/1.1\r\n",
        b"GET /assets/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\n",
        b"GET //example.org/ HTTP/1.1\r\n",
        b"GET http://example.org/ HTTP/1.1\r\n",
        b"GET /" + "å".encode() * 50 + b" HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    ):
        yield line + host + b"\r\n"
    get = b"GET /none HTTP/1.1\r\n"
    for headers in (
        b"",
        host * 2,
        b"Host: \xff\xfe\r\n",
        b"Host: example.org:99999999\r\n",
        host + b"Cookie: " + b"a=b; " * 3_000 + b"\r\n",
        host + b"Cookie: " + b"a=b; " * 100_000 + b"\r\n",
        host + b"X: y\r\n" * 1_000,
        host + b" folded\r\n\tagain\r\n",
        host + b"Content-Length: -1\r\n",
        host + b"Content-Length: 99999999999999999999\r\n",
        host + b"Content-Length: 3\r\nContent-Length: 4\r\n",
        host + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        host + b"Transfer-Encoding: gzip, chunked\r\n",
        host + b"Expect: 100-continue\r\nContent-Length: 5\r\n",
        host + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n",
        host + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        host + b"Content-Type: application/json\r\nContent-Length: 5\r\n",
        host + b"X-Forwarded-For: \x00\r\nX-Forwarded-Proto: javascript\r\n",
        host + b"Accept-Language: " + b"nb;q=0.1," * 900 + b"\r\n",
        host + b"Range: bytes=" + b"0-," * 900 + b"\r\n",
        host + b"X-Fragment: \xf0\x9f\r\n",
    ):
        yield get + headers + b"\r\nhello"
        yield get + headers + b"\r\n"
    post = b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n"
    for chunks in (b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\nx", b"-1\r\n\r\n", b"zz\r\n", b"5;" * 5_000):
        yield post + chunks
    yield (get + host + b"\r\n") * 20
    yield b"\r\n" * 1_000


def _spoil(raw: bytes, at: int, put: bytes) -> bytes:
    at %= len(raw) + 1
    return raw[:at] + put + raw[at + len(put) :]


def _asked(case: Any) -> Asked | None:  # noqa: ANN401
    """None for what no client can write."""
    given = {key: value for key, value in case.as_transport_kwargs(base_url="http://fjes").items() if value}
    given.pop("timeout", None)
    try:
        prepared = Request(**given).prepare()
    except (RequestException, ValueError, TypeError):
        return None
    body: Any = prepared.body or b""
    headers = {
        name: value if isinstance(value, str) else value.decode("latin-1") for name, value in prepared.headers.items()
    }
    headers.pop("Content-Length", None)
    if any(ord(letter) > 255 for value in headers.values() for letter in value):
        return None
    assert prepared.method is not None
    return Asked(prepared.method, prepared.path_url, headers, body.encode() if isinstance(body, str) else bytes(body))


def _with_method(asked: Asked, method: str) -> Asked:
    return Asked(method, asked.target, asked.headers, asked.body)


def _addresses() -> st.SearchStrategy[Asked]:
    """Of the overview: schemathesis knows that a period is text, and not which text it is."""
    period = st.one_of(st.sampled_from(PERIODS), st.text(string.digits + "-W:T+", max_size=24), st.text(max_size=9))
    place = st.one_of(st.none(), st.sampled_from(("oslo", "/", "..", "oslo/../..")), st.text(max_size=20))
    language = st.one_of(st.none(), st.sampled_from(("nb", "en", "th", "xx", "../nb")), st.text(max_size=9))
    return st.builds(_overview, period, place, language, st.booleans())


def _overview(period: str, place: str | None, language: str | None, fragment: bool) -> Asked:
    given = {"period": period, "place": place, "language": language}
    query = "&".join(
        f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in given.items() if value
    )
    return Asked("GET", f"/?{query}", {"X-Fragment": "1"} if fragment else {}, b"")
