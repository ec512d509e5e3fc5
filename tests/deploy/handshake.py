"""A TLS handshake in memory: what a client makes of a certificate, without a socket."""

import ssl
import warnings
from contextlib import suppress
from pathlib import Path


def shake_hands(client: ssl.SSLContext, certificate: Path, key: Path, host: str, *, oldest: bool = False) -> str:
    """The version of TLS that both agree on; `oldest` has the server take whatever there is.

    Raises ssl.SSLError when the client does not trust the server.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    if oldest:
        serving.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            serving.minimum_version = ssl.TLSVersion.TLSv1
    ours = client.wrap_bio(to_client, to_server, server_hostname=host)
    theirs = serving.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (ours, theirs):
            with suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return ours.version() or ""
