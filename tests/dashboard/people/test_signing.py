"""What was signed is known again, for its purpose and by its secret only."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.people.signing import Signer

SIGNER = Signer(b"a" * 32)


def test_a_form_token_is_bound_to_its_browser() -> None:
    token = SIGNER.form_token("cookie")
    assert SIGNER.is_form_token(token, "cookie")
    assert not SIGNER.is_form_token(token, "another")
    assert not Signer(b"b" * 32).is_form_token(token, "cookie")
    assert not SIGNER.is_form_token("", "cookie")
    assert not SIGNER.is_form_token(SIGNER.form_token(""), ""), "without a cookie nothing is a token"


def test_no_two_form_tokens_are_alike() -> None:
    """What stays the same on a page that is compressed can be guessed by the page's length (BREACH)."""
    assert len({SIGNER.form_token("cookie")[start:] for _ in range(20) for start in (0, -20)}) == 40


@given(content=st.binary(max_size=100), purpose=st.sampled_from(["openid", "known"]))
def test_what_was_sealed_comes_back(content: bytes, purpose: str) -> None:
    sealed = SIGNER.seal(purpose, content)
    assert SIGNER.unseal(purpose, sealed) == content
    assert SIGNER.unseal("other", sealed) is None
    assert Signer(b"b" * 32).unseal(purpose, sealed) is None


@given(st.text())
def test_what_was_not_is_nothing_and_no_fault(text: str) -> None:
    assert SIGNER.unseal("openid", text) is None
    assert not SIGNER.is_form_token(text, "cookie")


def test_a_changed_letter_is_noticed() -> None:
    sealed = SIGNER.seal("known", b"[1, 2]")
    for index in range(len(sealed)):
        changed = sealed[:index] + ("A" if sealed[index] != "A" else "B") + sealed[index + 1 :]
        assert SIGNER.unseal("known", changed) in (None, b"[1, 2]"), "only spare bits of the encoding may differ"
