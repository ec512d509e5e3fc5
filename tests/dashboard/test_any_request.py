"""Any request: an answer that is no failure of ours, and the next reader is served. `make bench` asks 20,000."""

import re
from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from dashboard import connection
from tests.dashboard.anything import ANYTHING_GOES, Asked, cases, rubbish, status_of
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.served import Served, answer_to

pytestmark = pytest.mark.e2e

SOON = 0.02
GET = Asked("GET", "/", {}, b"")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(app_over(year_store()), rest=SOON)
    yield served
    assert status_of(served.port, GET)[0] == 200
    served.stop()


@settings(ANYTHING_GOES, max_examples=50)
@given(asked=st.deferred(lambda: cases(app_over(year_store()).openapi_schema.to_schema())))
def test_any_request_that_a_client_can_send(served: Served, asked: Asked) -> None:
    status, headers = status_of(served.port, asked)
    assert status < 500, asked
    assert "default-src 'none'" in headers["content-security-policy"]


@settings(ANYTHING_GOES, max_examples=80)
@given(raw=rubbish())
def test_any_bytes(served: Served, raw: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "REQUEST_SECONDS", SOON)
        answer = answer_to(served.port, raw)
    assert not answer or answer.startswith(b"HTTP/1.1 ")
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]
    assert all(status < 500 for status in statuses), (raw, answer)
