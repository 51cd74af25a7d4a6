"""Password hashes that take a thousandth of their time: tests sign in thousands of times."""

from __future__ import annotations

from tally.accounts import passwords

TRUE_COST = passwords.COST
# The least that bcrypt knows.
QUICK_COST = 4


def choose() -> None:
    """Let this process hash so."""
    passwords.COST = QUICK_COST
