"""Real certificates, a real mosquitto: who may come in, and that a terminal is alone with what is its own."""

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from contract.messages import MAX_BYTES
from contract.topics import Kind, topic
from tests.deploy.handshake import shake_hands
from tests.e2e.guest import Guest, trusting
from tests.polling import PATIENCE, eventually
from tests.provisioned import Provisioned

pytestmark = pytest.mark.e2e

A, B = "stua-1", "klinikk-1"
OF_TERMINAL = (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE)
OF_COLLECTOR = (Kind.ACKS, Kind.SURVEY)
HOSTILE = (
    *(topic(B, kind) for kind in Kind),
    *(topic("+", kind) for kind in Kind),
    "#",
    "+/+/+/+",
    "fjes/#",
    f"fjes/v1/{B}/#",
    "$SYS/#",
    f"$share/all/fjes/v1/{B}/acks",
    "$share/all/#",
)
"""All that A could ask for to hear something that is not its own."""


@pytest.fixture(scope="module")
def site() -> Iterator[Provisioned]:
    """With two terminals, A and B. Tests leave it as it was."""
    site = Provisioned()
    site.add(A)
    site.add(B)
    site.start()
    yield site
    site.end()


@pytest.fixture
def sign_on(site: Provisioned) -> Iterator[Callable[..., Guest]]:
    """Signs on as one of the site's own, or as whoever a test says."""
    guests = []

    def sign_on(user: str, secret: str | None = None, **how: object) -> Guest:
        known = site.files.password(user) if user.startswith("_") else site.directory / user / "password"
        secret = known.read_text().strip() if secret is None and known.exists() else secret
        guests.append(Guest(site, user, secret, **how))  # type: ignore[arg-type]
        return guests[-1]

    yield sign_on
    for guest in guests:
        guest.leave()


@pytest.fixture
def collector(sign_on: Callable[..., Guest]) -> Guest:
    guest = sign_on("_collector")
    guest.ask([topic("+", kind) for kind in OF_TERMINAL])
    return guest


def test_each_has_its_own_way_to_the_collector_and_back(sign_on: Callable[..., Guest], collector: Guest) -> None:
    for name in (A, B):
        terminal = sign_on(name)
        terminal.ask([topic(name, kind) for kind in OF_COLLECTOR])
        for kind in OF_TERMINAL:
            terminal.say(topic(name, kind), name.encode())
            collector.hears(topic(name, kind), name.encode())
        for kind in OF_COLLECTOR:
            collector.say(topic(name, kind), name.encode())
            terminal.hears(topic(name, kind), name.encode())


@pytest.mark.parametrize("retain", [False, True])
def test_a_terminal_writes_nothing_that_is_not_its_own(
    sign_on: Callable[..., Guest], collector: Guest, retain: bool
) -> None:
    a, b = sign_on(A), sign_on(B)
    b.ask([topic(B, kind) for kind in OF_COLLECTOR])
    for name in (topic(B, kind) for kind in Kind):
        a.say(name, b"forged", retain=retain)
    for kind in OF_COLLECTOR:
        a.say(topic(A, kind), b"forged", retain=retain)
    a.say(topic(A, Kind.SHEETS), b"done")
    collector.hears(topic(A, Kind.SHEETS), b"done")
    collector.say(topic(B, Kind.ACKS), b"done")
    b.hears(topic(B, Kind.ACKS), b"done")
    late = sign_on("_collector", persistent=False)
    late.ask([topic("+", kind) for kind in OF_TERMINAL])
    later = sign_on(B)
    later.ask([topic(B, kind) for kind in OF_COLLECTOR])
    later.say(topic(B, Kind.HELLO), b"done too")
    late.hears(topic(B, Kind.HELLO), b"done too")
    assert not any(payload == b"forged" for guest in (collector, b, late, later) for _, payload in guest.heard)


def test_a_terminal_reads_nothing_that_is_not_its_own(sign_on: Callable[..., Guest], collector: Guest) -> None:
    """Neither as it is said, nor from what is retained, nor for all the wildcards there are."""
    collector.say(topic(B, Kind.SURVEY), b"retained", retain=True)
    a, b = sign_on(A), sign_on(B)
    a.ask(HOSTILE)
    b.ask([topic(B, kind) for kind in OF_COLLECTOR])
    b.hears(topic(B, Kind.SURVEY), b"retained")
    for kind in OF_TERMINAL:
        b.say(topic(B, kind), b"secret", retain=kind is Kind.PRESENCE)
        collector.hears(topic(B, kind), b"secret")
    collector.say(topic(B, Kind.ACKS), b"secret")
    b.hears(topic(B, Kind.ACKS), b"secret")
    collector.say(topic(A, Kind.ACKS), b"its own")
    a.hears(topic(A, Kind.ACKS), b"its own")
    a.ask(HOSTILE)  # once more, now that there is something retained
    collector.say(topic(A, Kind.SURVEY), b"its own")
    a.hears(topic(A, Kind.SURVEY), b"its own")
    assert a.topics() == {topic(A, Kind.ACKS), topic(A, Kind.SURVEY)}
    assert {payload for _, payload in a.heard} == {b"its own"}


@pytest.mark.parametrize("name", [B, "_collector"])
def test_a_terminal_cannot_take_over_another_session(sign_on: Callable[..., Guest], name: str) -> None:
    """By its client id; a broker ends the older of two connections with the same one."""
    other = sign_on(name, client_id=name)
    a = sign_on(A, client_id=name)
    assert a.is_in
    a.say(topic(A, Kind.HELLO), b"as myself")
    other.say(topic(B, Kind.HELLO), b"still there")
    assert other.is_in


@pytest.mark.parametrize("name", [B, "_collector"])
def test_a_terminal_cannot_read_what_waits_for_another(sign_on: Callable[..., Guest], name: str) -> None:
    waiting = topic(B, Kind.ACKS) if name == B else topic(B, Kind.SHEETS)
    absent = sign_on(name, client_id=name, persistent=True)
    absent.ask([waiting])
    absent.leave()
    speaker = sign_on("_collector" if name == B else B)
    speaker.say(waiting, b"secret")
    a = sign_on(A, client_id=name, persistent=True)
    a.ask(HOSTILE)
    speaker.leave()
    back = sign_on(name, persistent=True)
    assert back.session, "by its name, whatever it calls itself"
    back.hears(waiting, b"secret")
    assert not a.heard


def test_a_last_will_is_told_of_oneself_only(sign_on: Callable[..., Guest], collector: Guest) -> None:
    b = sign_on(B)
    b.ask([topic(B, kind) for kind in OF_COLLECTOR])
    for name in (*(topic(B, kind) for kind in Kind), topic(A, Kind.ACKS), topic(A, Kind.PRESENCE)):
        sign_on(A, will=name).vanish()
    collector.hears(topic(A, Kind.PRESENCE), b"will")
    collector.say(topic(B, Kind.ACKS), b"done")
    b.hears(topic(B, Kind.ACKS), b"done")
    assert not [name for name, payload in b.heard if payload == b"will"]
    assert [name for name, payload in collector.heard if payload == b"will"] == [topic(A, Kind.PRESENCE)]


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("", None),
        (A, None),
        (A, ""),
        (A, "wrong"),
        (A, "x" * 65_000),
        ("stranger", "wrong"),
        ("_collector", "wrong"),
        ("+", "wrong"),
        ("#", ""),
        ("root", "root"),
    ],
)
@pytest.mark.parametrize("protocol", [mqtt.MQTTv311, mqtt.MQTTv5])
def test_a_stranger_does_not_come_in(
    site: Provisioned, user: str, password: str | None, protocol: MQTTProtocolVersion
) -> None:
    guest = Guest(site, user, password, protocol=protocol)
    assert not guest.is_in
    assert guest.refused in ("Not authorized", "Bad user name or password", "Bad username or password", "")
    eventually(guest.ended.is_set)
    guest.leave()


def test_a_password_is_good_for_its_own_name_only(sign_on: Callable[..., Guest], site: Provisioned) -> None:
    of_a = (site.directory / A / "password").read_text().strip()
    for name in (B, "_collector", f"{A} ", A.upper(), "#", "+"):
        assert sign_on(name, of_a).refused == "Not authorized", name


def test_a_certificate_of_ones_own_making_opens_nothing(site: Provisioned) -> None:
    other = Provisioned("collector")
    context = trusting(site.files.ca)
    context.load_cert_chain(other.files.server, other.files.server_key)
    for user in ("", A, "_collector"):
        guest = Guest(site, user, "", tls=context)
        assert not guest.is_in
        guest.leave()
    other.end()


CONNECT = bytes.fromhex("101200044d5154540402003c0006737475612d31")
"""An MQTT 3.1.1 CONNECT of the client `stua-1`, without a name or a password."""


def test_plain_text_is_not_answered(site: Provisioned) -> None:
    with socket.create_connection((site.host, site.port), PATIENCE) as plain:
        answer = b""
        with suppress(ConnectionResetError):
            plain.sendall(CONNECT)
            answer = plain.recv(100)
    assert answer[:1] in (b"", b"\x15"), "nothing, or TLS saying that this is no TLS"


def test_tls_before_1_2_is_refused(site: Provisioned) -> None:
    old = trusting(site.files.ca)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection((site.host, site.port), PATIENCE) as plain,
        pytest.raises(ssl.SSLError, match=r"PROTOCOL_VERSION|UNEXPECTED_EOF|UNSUPPORTED_PROTOCOL"),
    ):
        old.wrap_socket(plain, server_hostname=site.host)
    assert shake_hands(old, site.files.server, site.files.server_key, site.host, oldest=True) == "TLSv1.1", "it could"
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        new = trusting(site.files.ca)
        new.minimum_version = new.maximum_version = version
        with (
            socket.create_connection((site.host, site.port), PATIENCE) as plain,
            new.wrap_socket(plain, server_hostname=site.host) as safe,
        ):
            assert safe.version() == version.name.replace("_", ".")


def test_a_message_that_is_too_long_ends_its_own_connection(sign_on: Callable[..., Guest], collector: Guest) -> None:
    a, b = sign_on(A), sign_on(B)
    b.say(topic(B, Kind.SHEETS), b"x" * MAX_BYTES)
    collector.hears(topic(B, Kind.SHEETS), b"x" * MAX_BYTES)
    a.shout(topic(A, Kind.SHEETS), b"x" * 2 * MAX_BYTES)
    assert a.ended.wait(PATIENCE)
    b.say(topic(B, Kind.HELLO), b"still there")
    collector.hears(topic(B, Kind.HELLO), b"still there")


def test_what_fjes_does_not_speak_is_not_spoken(sign_on: Callable[..., Guest]) -> None:
    a = sign_on(A)
    a.shout(topic(A, Kind.SHEETS), b"twice as sure", qos=2)
    assert a.ended.wait(PATIENCE)


def test_the_broker_writes_down_no_time_of_a_message(site: Provisioned, sign_on: Callable[..., Guest]) -> None:
    """Who came and went is in its log; never what was said, nor when."""
    sign_on(A).say(topic(A, Kind.SHEETS), b"payload-of-a-message")
    assert A in site.log
    assert not any(word in site.log for word in ("PUBLISH", "PUBACK", "payload-of-a-message", "sheets"))
