"""Passwords: long ones are taken, the first that anybody would try are not, and hashes are argon2's."""

import threading

import pytest
from argon2 import PasswordHasher

from dashboard.people.errors import BusyError, RefusedChangeError
from dashboard.people.passwords import Passwords, check_new_password, one_time_password
from tests.dashboard.house import quick_passwords
from tests.polling import eventually


@pytest.mark.parametrize("password", ["en blå hest i regn", "correct horse", "x9!kTq-22mPz", "ไทยไทยสวัสดีครับผม"])
def test_long_ones_are_taken_whatever_is_in_them(password: str) -> None:
    check_new_password(password, "kari")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaaaa", "first that anybody"),
        ("Passord12345", "first that anybody"),
        ("password!!!1!", "first that anybody"),
        ("Kari-20262026", "first that anybody"),
    ],
)
def test_others_are_refused_with_a_reason(password: str, words: str) -> None:
    with pytest.raises(RefusedChangeError, match=words):
        check_new_password(password, "kari")


def test_a_letter_is_the_same_however_a_keyboard_makes_it() -> None:
    passwords = quick_passwords()
    assert passwords.matches(passwords.hash("blåbær og fløte"), "bla\u030abær og fløte")


def test_a_hash_matches_its_password_alone_and_nothing_matches_nobody() -> None:
    passwords = quick_passwords()
    known = passwords.hash("correct horse battery")
    assert known.startswith("$argon2id$")
    assert passwords.matches(known, "correct horse battery")
    assert not passwords.matches(known, "correct horse batter")
    assert not passwords.matches(None, "correct horse battery")
    assert not passwords.matches("no hash", "correct horse battery")


def test_the_real_cost_is_that_of_the_rfc() -> None:
    parameters = PasswordHasher()
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)
    assert Passwords().is_outdated(quick_passwords().hash("correct horse battery"))


def test_one_time_passwords_are_all_different_and_good_enough() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_new_password(password, "kari")


def test_too_many_at_once_are_refused_and_not_queued_for_ever() -> None:
    passwords, held, go_on = quick_passwords(), threading.Semaphore(0), threading.Event()

    class Slow(PasswordHasher):
        def verify(self, _hash: str | bytes, _password: str | bytes) -> bool:  # type: ignore[override]
            held.release()
            return go_on.wait(30)

    passwords._hasher = Slow()
    threads = [threading.Thread(target=passwords.matches, args=("known", "x")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert held.acquire(timeout=30)
    try:
        eventually(lambda: passwords._waiting._value == 0)
        with pytest.raises(BusyError):
            passwords.matches("known", "x")
    finally:
        go_on.set()
        for thread in threads:
            thread.join()
    assert passwords.matches("known", "x"), "and when they are done it goes on"
