"""Passwords: which ones are taken, and the hash that is kept of them."""

import time

import bcrypt
import pytest

from tally.accounts import passwords
from tests import quick_hashes

MARA = {"name": "Mara Lind", "email": "mara.l@lindenhof.example"}


@pytest.mark.parametrize(
    "password",
    [
        "ten chars!",
        "x" * 9 + "é",
        "pässwörd mit ümläuten",
        "é" * 37,
        "🧮" * 10,
        "  spaces at both ends  ",
        "correct horse battery staple",
        "mara's cat is called 77",
        "my tally of 12 cups",
        "7 " * 512,
    ],
)
def test_any_characters_are_taken_unchanged(password: str) -> None:
    assert passwords.read_password(password, **MARA) == password


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", passwords.TOO_SHORT),
        ("123456789", passwords.TOO_SHORT),
        ("é" * 9, passwords.TOO_SHORT),
        ("x" * 1_025, passwords.TOO_LONG),
        ("1234567890", passwords.TOO_COMMON),
        ("qwertyuiop", passwords.TOO_COMMON),
        ("Password123", passwords.TOO_COMMON),
        ("BASKETBALL", passwords.TOO_COMMON),
        ("tallytally", passwords.TOO_NEAR),
        ("Tally-2026!", passwords.TOO_NEAR),
        ("12345tally67890", passwords.TOO_NEAR),
        ("Mara Lind 1990", passwords.TOO_NEAR),
        ("lind.lind.lind", passwords.TOO_NEAR),
        ("mara.l@lindenhof.example", passwords.TOO_NEAR),
        ("MARA.L@LINDENHOF.EXAMPLE1", passwords.TOO_NEAR),
        ("lindenhof2026", passwords.TOO_NEAR),
        ("tallymaratally1", passwords.TOO_NEAR),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence[:20]):
        passwords.read_password(password, **MARA)


def test_a_name_of_digits_does_not_let_its_repetition_pass() -> None:
    with pytest.raises(ValueError, match="password"):
        passwords.read_password("48 48 48 48 48", name="48", email="a@b.example")


def test_refusing_is_little_work_however_the_name_repeats_itself() -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match="password"):
        passwords.read_password("a" * 1_024, name="aaa aaaa " + "a" * 71, email="aa@aaa.example")
    passwords.read_password("a" * 1_023 + "b", name="aaa aaaa " + "a" * 71, email="aa@aaa.example")
    assert time.process_time() - began < 0.5


def test_the_list_holds_at_least_three_thousand_that_could_be_chosen() -> None:
    common = passwords.common_passwords()
    assert len(common) >= 3_000
    assert all(len(password) >= passwords.MIN_CHARACTERS for password in common)
    assert all(password == password.casefold() for password in common)


@pytest.fixture
def true_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", quick_hashes.TRUE_COST)


@pytest.mark.usefixtures("true_cost")
def test_bcrypt_with_cost_12_over_a_digest() -> None:
    stored = passwords.hash_password("é" * 64)
    assert stored.startswith("$2b$12$")
    assert len(stored) == 60
    assert not bcrypt.checkpw("é".encode() * 36, stored.encode())


@pytest.mark.slow
@pytest.mark.parametrize("other", ["e" * 100 + "A", "e" * 100, "E" * 100 + "a", "e" * 101, "", " "])
def test_only_exactly_the_password_matches(other: str) -> None:
    stored = passwords.hash_password("e" * 100 + "a")
    assert passwords.matches("e" * 100 + "a", stored)
    assert not passwords.matches(other, stored)


@pytest.mark.slow
@pytest.mark.usefixtures("true_cost")
def test_an_unknown_account_matches_no_password_and_takes_as_long() -> None:
    assert not passwords.matches("nobody has this one", None)
    assert not passwords.matches("disabled", "!" + passwords.hash_password("disabled"))
    began = time.process_time()
    passwords.matches("x", passwords._nobody())
    once = time.process_time() - began
    began = time.process_time()
    passwords.matches("x", None)
    assert once / 3 < time.process_time() - began < once * 3


def test_a_million_characters_are_compared_like_any_other() -> None:
    assert not passwords.matches("a" * 1_000_000, passwords.hash_password("a" * 1_024))
