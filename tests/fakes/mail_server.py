"""A mail server of a few words on a port of this machine, that keeps what it took."""

import socketserver
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.fakes.local_server import LocalServer


class MailServer(LocalServer):
    """Refuses whom it has in `unknown` for good, and whom it has in `busy` for now."""

    def __init__(self) -> None:
        super().__init__(_Talk)
        self.taken: list[EmailMessage] = []
        self.unknown: set[str] = set()
        self.busy: set[str] = set()


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.example.org")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                refused = "550 nobody here" if to in self.server.unknown else "450 later"
                self._say(refused if to in self.server.unknown | self.server.busy else "250 ok")
            elif word == "DATA":
                self._say("354 go on")
                self.server.taken.append(message_from_bytes(self._letter(), policy=policy.default))
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
