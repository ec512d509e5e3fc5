"""Alerts leave the house: to a real web service and a real mail server on this machine, through apprise."""

from collections.abc import Iterator

import pytest

from dashboard.alerts.outbox import UnknownAddressError, sender
from tests.fakes.hook import Hook
from tests.fakes.mail_server import MailServer
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")]

TEXT = "stua-1 (oslo/pro) har vært borte <én> & to\n\nhttps://fjes.example.org/alerts?language=nb"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as hook:
        yield hook


def test_a_web_service_gets_the_words_as_they_are(hook: Hook) -> None:
    assert sender(f"json://127.0.0.1:{hook.port}/secret")("fjes: En terminal er borte", TEXT)
    assert hook.taken == [("fjes: En terminal er borte", TEXT)]


def test_a_mail_server_gets_them_too() -> None:
    with MailServer().running() as server:
        address = (
            f"mailto://127.0.0.1:{server.port}?from=fjes@example.org&to=kari@example.org&mode=insecure&format=text"
        )
        assert sender(address)("fjes: En terminal er borte", TEXT)
    (letter,) = server.taken
    assert (letter["To"], letter["Subject"]) == ("kari@example.org", "fjes: En terminal er borte")
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == TEXT.splitlines()


@pytest.mark.parametrize("status", [500, 302, 307])
def test_what_is_refused_or_sent_elsewhere_was_not_taken(
    hook: Hook, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    hook.status = status
    assert not sender(f"json://user:secret@127.0.0.1:{hook.port}/secret")("title", "text")
    assert hook.asked == 1
    assert capfd.readouterr() == ("", "")


def test_nobody_there_is_no_fault_and_nothing_is_said_of_the_address(capfd: pytest.CaptureFixture[str]) -> None:
    assert not sender(f"json://user:secret@127.0.0.1:{free_port()}/secret")("title", "text")
    with pytest.raises(UnknownAddressError) as error:
        sender("nonsense://secret")
    assert "secret" not in str(error.value)
    assert capfd.readouterr() == ("", "")
