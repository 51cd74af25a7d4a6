"""ConcurrencyLimit: so many at once, one a user, given back however the work ends."""

from uuid import UUID

import pytest

from tally.errors import HTTPError
from tally.web.slots import ConcurrencyLimit

ADA, BOB, EVE = (UUID(int=number) for number in range(3))


def refused(turns: ConcurrencyLimit, user_id: UUID) -> int:
    with pytest.raises(HTTPError) as refusal, turns.taken(user_id):
        raise AssertionError("had a turn")
    assert refusal.value.headers["Retry-After"]
    return refusal.value.status


def test_so_many_at_once_and_one_a_user() -> None:
    turns = ConcurrencyLimit(2)
    with turns.taken(ADA):
        assert refused(turns, ADA) == 429
        with turns.taken(BOB):
            assert refused(turns, ADA) == 429
            assert refused(turns, EVE) == 503
        with turns.taken(EVE):
            pass


def test_a_turn_that_fails_is_given_back() -> None:
    turns = ConcurrencyLimit(1)
    for _ in range(2):
        with pytest.raises(KeyError), turns.taken(ADA):
            raise KeyError
