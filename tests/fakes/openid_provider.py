"""An OpenID Connect provider on loopback that a test can make lie: it checks PKCE, and signs what it is told to."""

import json
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "fjes", "the-clients-secret-that-is-long-enough-for-hs256"
Claims = dict[str, Any]


class LyingProvider:
    """Honest unless `lie` changes the claims, `metadata` its description, or `sign` its signature."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.lie: Callable[[Claims], None] = lambda _: None
        self.metadata: dict[str, Any] = {}
        self.sign: Callable[[Claims], str] = self.honestly
        self.token_requests: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(200, provider.document(urlsplit(self.path).path))

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                given = {name: values[0] for name, values in parse_qs(form).items()}
                self._say(*provider.token(given, self.headers.get("Authorization", "")))

            def _say(self, status: int, body: object) -> None:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def authorize(self, address: str, subject: str, email: str = "", *, verified: bool = True) -> dict[str, str]:
        """What the provider's page does when somebody signs in at it: the query of the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = token_urlsafe(16)
        self._codes[code] = {**asked, "sub": subject, "email": email, "verified": str(verified)}
        return {"code": code, "state": asked["state"]}

    def document(self, path: str) -> object:
        if path == "/jwks":
            return KeySet([self.key]).as_dict(private=False)
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **self.metadata,
        }

    def token(self, given: dict[str, str], authorization: str) -> tuple[int, object]:
        self.token_requests.append(given)
        asked = self._codes.pop(given.get("code", ""), None)
        basic = "Basic " + b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != basic or asked["redirect_uri"] != given.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = sha256(given.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": asked["sub"], "nonce": asked["nonce"]}
        claims |= {"iat": now, "exp": now + 60, "email": asked["email"], "email_verified": asked["verified"] == "True"}  # type: ignore[dict-item]
        self.lie(claims)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(claims)}

    def honestly(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def with_another_key(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def with_the_clients_secret(self, claims: Claims) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])

    def with_nothing(self, claims: Claims) -> str:
        parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
        return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
