"""Handing in over SMTP, to a server on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from dashboard.reports.postbox import PostboxError, Security, SmtpPostbox
from tests.fakes.mail_server import MailServer
from tests.ports import free_port

pytestmark = pytest.mark.e2e

SENDER = "fjes@example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


def postbox(port: int, security: Security = Security.NONE) -> SmtpPostbox:
    return SmtpPostbox("127.0.0.1", port, security, SENDER, now=lambda: datetime(2023, 4, 2, 6, tzinfo=UTC))


def letter(to: str = "kari@example.org") -> EmailMessage:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = "Hvor fornøyde de besøkende var"
    message.set_content("99,5 %\n.\nå")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="fjes-2023.pdf")
    return message


def test_several_mails_go_over_one_line_and_arrive_as_they_were(server: MailServer) -> None:
    with postbox(server.port).open() as hand_in:
        assert hand_in(letter())
        assert hand_in(letter("ola@example.org"))
    first, second = server.taken
    assert (first["From"], first["To"], second["To"]) == (SENDER, "kari@example.org", "ola@example.org")
    assert first["Subject"] == "Hvor fornøyde de besøkende var"
    assert first["Message-ID"].endswith("@example.org>")
    assert first["Date"].datetime == datetime(2023, 4, 2, 6, tzinfo=UTC)
    body = first.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["99,5 %", ".", "å"]
    assert [part.get_filename() for part in first.iter_attachments()] == ["fjes-2023.pdf"]


def test_who_is_unknown_is_refused_for_good_and_the_next_one_is_not(server: MailServer) -> None:
    server.unknown = {"kari@example.org"}
    with postbox(server.port).open() as hand_in:
        assert not hand_in(letter())
        assert hand_in(letter("ola@example.org"))
    assert [message["To"] for message in server.taken] == ["ola@example.org"]


def test_what_is_refused_for_now_can_be_tried_again_and_names_nobody(server: MailServer) -> None:
    server.busy = {"kari@example.org"}
    with pytest.raises(PostboxError) as told, postbox(server.port).open() as hand_in:
        hand_in(letter())
    assert str(told.value) == "mail server 127.0.0.1: not now (450)"


def test_a_server_that_is_not_there_or_cannot_keep_a_secret_is_named() -> None:
    port = free_port()
    with pytest.raises(PostboxError, match=rf"mail server 127.0.0.1:{port}: Connection refused"):
        postbox(port).open().__enter__()


def test_nothing_is_sent_in_plain_text_where_it_must_not_be(server: MailServer) -> None:
    line = postbox(server.port, Security.STARTTLS).open()
    with pytest.raises(PostboxError, match="SMTPNotSupportedError"), line:
        pass
    assert server.taken == []
