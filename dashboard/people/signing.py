"""What the page gives out and must know again: tokens in forms, and cookies that nobody else can have made."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

_SIGNATURE_BYTES = 32
_NONCE_BYTES = 16


class Signer:
    """Signs with a secret; what was signed for one purpose is nothing for another."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def form_token(self, bound_to: str) -> str:
        """A token of forms that are shown to whoever holds `bound_to`, in a cookie.

        It is another one each time: pages are compressed, and the length of many would give away one that stays.
        """
        return self.seal(f"form {bound_to}", secrets.token_bytes(_NONCE_BYTES))

    def is_form_token(self, token: str, bound_to: str) -> bool:
        return bool(bound_to) and self.unseal(f"form {bound_to}", token) is not None

    def seal(self, purpose: str, content: bytes) -> str:
        """For a cookie: readable by its holder, but not to be changed."""
        return urlsafe_b64encode(self._sign(purpose, content) + content).decode()

    def unseal(self, purpose: str, sealed: str) -> bytes | None:
        """The content; None where it was not sealed here and for this."""
        try:
            both = urlsafe_b64decode(sealed.encode("ascii", "replace"))
        except (Base64Error, ValueError):
            return None
        signature, content = both[:_SIGNATURE_BYTES], both[_SIGNATURE_BYTES:]
        return content if hmac.compare_digest(signature, self._sign(purpose, content)) else None

    def _sign(self, purpose: str, content: bytes) -> bytes:
        return hmac.digest(self._secret, purpose.encode() + b"\0" + content, "sha256")
