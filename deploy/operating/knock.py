"""Tries to sign on to the broker, and takes nothing: no session is begun or ended, no message is fetched.

A client of paho's would answer for messages that wait for the one whose name it uses, and they would be gone.
"""

import socket
import ssl
import uuid

from deploy.site.tls import SignOn

PATIENCE = 5.0
"""Seconds for each step."""
_CONNECT, _CONNACK, _DISCONNECT = 0x10, 0x20, b"\xe0\x00"
_USER, _PASSWORD, _CLEAN = 0x80, 0x40, 0x02
_REFUSALS = {
    1: "speaks no MQTT 3.1.1",
    2: "does not take our name",
    3: "is not ready",
    4: "does not know our user or password",
    5: "does not let us in",
}
"""MQTT 3.1.1, 3.2.2.3."""


def knock(host: str, port: int, sign_on: SignOn, *, as_user: bool) -> str:
    """Why the broker does not let us in; empty when it does. Without `as_user` it is only looked who is there."""
    try:
        with socket.create_connection((host, port), PATIENCE) as plain:
            if sign_on.tls is None:
                return _ask(plain, sign_on) if as_user else ""
            with sign_on.tls.wrap_socket(plain, server_hostname=host) as secured:
                return _ask(secured, sign_on) if as_user else ""
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not to be trusted: {error.verify_message}"
    except ssl.SSLError as error:
        return f"does not speak TLS as we do: {error.reason or error}"
    except ConnectionResetError:
        return "ends the connection"
    except OSError as error:
        return f"cannot be reached: {error.strerror or error}"


def _ask(connection: socket.socket, sign_on: SignOn) -> str:
    connection.sendall(_connect(sign_on))
    answer = b""
    while len(answer) < 4 and (more := connection.recv(4 - len(answer))):
        answer += more
    if len(answer) < 4 or answer[0] != _CONNACK:
        return "ends the connection" if not answer else "speaks no MQTT"
    if answer[3]:
        return _REFUSALS.get(answer[3], f"refuses us, code {answer[3]}")
    connection.sendall(_DISCONNECT)
    return ""


def _connect(sign_on: SignOn) -> bytes:
    """A CONNECT packet (MQTT 3.1.1, 3.1). The session of a user is neither begun anew nor ended by it."""
    flags, payload = _CLEAN, [sign_on.user or f"fjes-doctor-{uuid.uuid4().hex[:8]}"]
    if sign_on.user:
        flags = _USER | _PASSWORD
        payload += [sign_on.user, sign_on.password]
    body = _text("MQTT") + bytes([4, flags, 0, 10]) + b"".join(map(_text, payload))
    return bytes([_CONNECT]) + _length(len(body)) + body


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def _length(number: int) -> bytes:
    """As MQTT counts: seven bits a byte, the least first (2.2.3)."""
    found = bytearray()
    while True:
        number, low = divmod(number, 128)
        found.append(low | (0x80 if number else 0))
        if not number:
            return bytes(found)
