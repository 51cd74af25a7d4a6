"""Passwords: which are accepted, and how they are stored. Pure but for the list it reads once."""

import base64
import gzip
import hashlib
import hmac
from functools import cache
from importlib import resources

import bcrypt

MIN_CHARACTERS = 10
MAX_CHARACTERS = 1_024
COST = 12

PRODUCT = "tally"
# Part of every stored hash: changing it makes every password wrong.
LABEL = b"tally password 1"

TOO_SHORT = f"Use at least {MIN_CHARACTERS} characters; a few words in a row are easy to remember."
TOO_LONG = f"Use at most {MAX_CHARACTERS} characters."
TOO_COMMON = "Many people use this password, so it is tried first. Choose another."
TOO_NEAR = "Choose a password that is not made of your name, your email or “Tally”."


def read_password(password: str, *, name: str, email: str) -> str:
    """A password that may be stored, unchanged. Raises ValueError with a sentence."""
    if len(password) < MIN_CHARACTERS:
        raise ValueError(TOO_SHORT)
    if len(password) > MAX_CHARACTERS:
        raise ValueError(TOO_LONG)
    if password.casefold() in common_passwords():
        raise ValueError(TOO_COMMON)
    if _made_of(password, name=name, email=email):
        raise ValueError(TOO_NEAR)
    return password


def hash_password(password: str) -> str:
    """The bcrypt hash of a password: `$2b$…`, 60 characters. Takes about 0.25 s."""
    return bcrypt.hashpw(_digest(password), bcrypt.gensalt(COST)).decode("ascii")


def matches(password: str, stored: str | None) -> bool:
    """Whether the password fits the hash; for None, an unknown email, False after the same time."""
    # A disabled account's hash has a mark in front, so it is no hash at all.
    usable = stored if stored and stored.startswith("$2b$") else None
    right = bcrypt.checkpw(_digest(password), (usable or _nobody()).encode("ascii"))
    return right and usable is not None


@cache
def common_passwords() -> frozenset[str]:
    """The common passwords of ten characters or more, case folded."""
    packed = resources.files("tally.accounts").joinpath("data/common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("ascii").split("\n")) - {""}


def _digest(password: str) -> bytes:
    # bcrypt reads 72 bytes and stops at a NUL; the digest has 64, none of them NUL.
    mac = hmac.digest(LABEL, password.encode("utf-8"), hashlib.sha384)
    return base64.b64encode(mac)


def _nobody() -> str:
    # A hash of the same cost as a real one, which no password matches.
    return f"$2b${COST:02}$" + "." * 53


def _made_of(password: str, *, name: str, email: str) -> bool:
    """Whether a password consists of its owner's words, in any order, and digits alone."""
    local, _, domain = email.partition("@")
    parts = [*name.split(), *local.replace(".", " ").split(), *domain.split(".")]
    words = [PRODUCT, name, email, local, *(part for part in parts if len(part) > 2)]
    return any(
        _is_row_of(keep(password), {keep(word) for word in words} - {""})
        for keep in (_letters, _letters_and_digits)
    )


def _is_row_of(text: str, words: set[str]) -> bool:
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reached[end] = any(
            reached[end - len(word)] for word in words if text.endswith(word, 0, end)
        )
    return bool(text) and reached[-1]


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
