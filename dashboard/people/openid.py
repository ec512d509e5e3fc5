"""Signing in with an OpenID Connect provider: the code flow with PKCE, state, nonce, and a checked ID token.

https://openid.net/specs/openid-connect-core-1_0.html, sections 3.1.2 and 3.1.3.7; RFC 7636; RFC 9207
"""

import asyncio
import hmac
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from secrets import token_urlsafe
from typing import Any

import httpx
import msgspec
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from dashboard.people.provider import Identity, OnTheWay, ProviderAwayError, ProviderRefusedError

with warnings.catch_warnings():
    # Authlib 1.9 says at its import that it would rather have httpx2, which operators can do nothing about.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

SCOPE = "openid email"
_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Of public keys only: with a shared key whoever knows the client's secret could make a token."""
_TIMEOUT_SECONDS = 10.0
_KNOWN_FOR_SECONDS = 600.0
_LEEWAY_SECONDS = 60
_WAY_SECONDS = 600
_AWAY_SECONDS = 5.0
"""For which a provider that did not describe itself is not asked again."""
_AT_ONCE = 8
"""Codes that the provider is asked about at a time: anybody may come back with one."""


class _Metadata(Struct, frozen=True):
    """What is needed of the provider's own description (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class OpenIdProvider:
    """One OpenID Connect provider, at which this page is registered as a client."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        way_back: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._way_back = way_back
        self._clock = clock
        self._metadata: tuple[float, _Metadata] | None = None
        self._away: tuple[float, str] | None = None
        self._asking = asyncio.Lock()
        self._exchanges = 0
        self._used: dict[str, float] = {}
        """The states of those who came back with a code, until their way back is over by itself."""

    async def begin(self, then: str, language: str | None) -> tuple[str, OnTheWay]:
        """The address to send the browser to, and what it carries. Raises ProviderAwayError."""
        metadata = await self._describe()
        way = OnTheWay(
            state=token_urlsafe(24),
            nonce=token_urlsafe(24),
            verifier=token_urlsafe(48),
            then=then,
            language=language,
            until=self._clock() + _WAY_SECONDS,
        )
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=way.state, nonce=way.nonce, code_verifier=way.verifier
            )
        return str(address), way

    async def finish(self, answer: Mapping[str, str], way: OnTheWay) -> Identity:
        """Who came back. Raises ProviderRefusedError and ProviderAwayError."""
        if not hmac.compare_digest(answer.get("state", "").encode(), way.state.encode()):
            raise ProviderRefusedError("the state is another's")
        if self._clock() > way.until:
            raise ProviderRefusedError("the way back took too long")
        metadata = await self._describe()
        if answer.get("iss", metadata.issuer) != metadata.issuer:
            raise ProviderRefusedError("the answer is another provider's")
        if "code" not in answer:
            raise ProviderRefusedError(f"there is no code, but {answer.get('error', 'nothing')!r:.80}")
        with self._once(way):
            token = await self._exchange(metadata, answer["code"], way)
            return self._identity(await self._keys(metadata), metadata, token, way)

    @contextmanager
    def _once(self, way: OnTheWay) -> Iterator[None]:
        """A few at a time, and each way back once: nobody is to make this page ask the provider without end."""
        if way.state in self._used:
            raise ProviderRefusedError("this way back was gone before")
        if self._exchanges >= _AT_ONCE:
            raise ProviderAwayError("too many come back at once")
        now = self._clock()
        self._used = {state: until for state, until in self._used.items() if until >= now} | {way.state: way.until}
        self._exchanges += 1
        try:
            yield
        finally:
            self._exchanges -= 1

    async def _describe(self) -> _Metadata:
        """The provider's description, anew every ten minutes. Raises ProviderAwayError.

        Asked for by one at a time, and for some seconds not at all after it could not be had.
        """
        async with self._asking:
            if self._metadata is None or self._clock() - self._metadata[0] > _KNOWN_FOR_SECONDS:
                if self._away and abs(self._clock() - self._away[0]) < _AWAY_SECONDS:
                    raise ProviderAwayError(self._away[1])
                try:
                    metadata = await self._description()
                except ProviderAwayError as error:
                    self._away = self._clock(), str(error)
                    raise
                self._metadata = self._clock(), metadata
            return self._metadata[1]

    async def _description(self) -> _Metadata:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            metadata = msgspec.convert(await self._get(address), _Metadata)
        except msgspec.ValidationError as error:
            raise ProviderAwayError(f"{address}: {error}") from error
        if metadata.issuer != self.issuer:
            raise ProviderAwayError(f"{address} says that its issuer is {metadata.issuer!r}")
        return metadata

    async def _keys(self, metadata: _Metadata) -> KeySet:
        """Fetched each time, as providers change them. Raises ProviderAwayError."""
        try:
            return KeySet.import_key_set(await self._get(metadata.jwks_uri))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderAwayError(f"{metadata.jwks_uri} has no keys: {error}") from error

    async def _get(self, address: str) -> Any:  # noqa: ANN401
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
                return (await client.get(address)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAwayError(f"{address}: {error!r}") from error

    async def _exchange(self, metadata: _Metadata, code: str, way: OnTheWay) -> str:
        """The ID token for the code."""
        try:
            async with self._client() as client:
                answer = await client.fetch_token(metadata.token_endpoint, code=code, code_verifier=way.verifier)
        except httpx.HTTPError as error:
            raise ProviderAwayError(f"{metadata.token_endpoint}: {error!r}") from error
        except (AuthlibBaseError, ValueError) as error:
            raise ProviderRefusedError(f"the code was not taken: {error}") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefusedError("there is no ID token")
        return token

    def _identity(self, keys: KeySet, metadata: _Metadata, token: str, way: OnTheWay) -> Identity:
        """Checks signature, issuer, audience, nonce and time."""
        try:
            decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": metadata.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": way.nonce},
                },
                params={"nonce": way.nonce, "client_id": self._client_id},
            )
            claims.validate(now=int(self._clock()), leeway=_LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise ProviderRefusedError(f"the ID token is not good: {error!r}") from error
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(str(claims["sub"]), email if isinstance(email, str) else None)

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
            scope=SCOPE,
            redirect_uri=self._way_back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
        )
