"""Ports for the tests' servers, below those that the kernel gives to connections: a server may stop and come back."""

import socket
from random import SystemRandom

_PORTS = range(10_000, 32_000)
"""At random, as tests run side by side. Hypothesis seeds what `random` itself draws from."""


def free_port() -> int:
    """A loopback port that nothing has now."""
    while True:
        port = SystemRandom().choice(_PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
