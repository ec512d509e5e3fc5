"""Ports for the tests' servers, below those that the kernel gives to connections: a server may stop and come back."""

import socket
from random import SystemRandom

_PORTS = range(10_000, 32_000)
"""At random, as tests run side by side. Hypothesis seeds what `random` itself draws from."""


def free_port() -> int:
    """A loopback port that nothing has now."""
    while True:
        port = SystemRandom().choice(_PORTS)
        if not listens(port):
            return port


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server is there."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
