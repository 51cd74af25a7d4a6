"""Answers of any size: each piece in a turn of its reader, and no turn while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import anyio
import pytest
from starlette.types import Message

from tally.db.engine import Database
from tally.errors import HTTPError
from tally.web.slots import MAX_TURNS, ConcurrencyLimit, MemberReads
from tally.web.streaming import Download, Streamed
from tests.conftest import new_user


class Late(Streamed):
    """Like a download: its first piece takes no turn."""

    pieces_out_of_turn = 1


async def _receive() -> Message:
    await anyio.sleep_forever()
    raise AssertionError("woke up")


def _scope(reads: MemberReads | None) -> dict[str, Any]:
    state = {"reads": reads} if reads else {}
    return {"type": "http", "asgi": {"spec_version": "2.4"}, "state": state}


@pytest.mark.parametrize(
    ("kind", "in_turn"), [(Streamed, [True, True, True]), (Late, [False, True, True])]
)
def test_pieces_are_made_in_turns_and_sent_without(
    kind: type[Streamed], in_turn: list[bool]
) -> None:
    reads = MemberReads(MAX_TURNS)
    made: list[bool] = []
    sent: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(reads.turns.borrowed_tokens == 1)
            yield b"%d" % number

    async def send(message: Message) -> None:
        assert reads.turns.borrowed_tokens == 0
        sent.append(message.get("body", b""))

    with ThreadPoolExecutor(1) as thread:
        answer = kind(pieces())
        thread.submit(anyio.run, answer, _scope(reads), _receive, send).result()
    assert made == in_turn
    assert b"".join(sent) == b"012"
    assert reads.turns.borrowed_tokens == 0


def test_a_piece_that_fails_gives_its_turn_back() -> None:
    reads = MemberReads(MAX_TURNS)

    def pieces() -> Iterator[bytes]:
        yield b"0"
        raise KeyError

    async def send(_: Message) -> None:
        pass

    with ThreadPoolExecutor(1) as thread, pytest.raises(KeyError):
        thread.submit(anyio.run, Streamed(pieces()), _scope(reads), _receive, send).result()
    assert reads.turns.borrowed_tokens == 0


def test_nobodys_answer_takes_no_turn() -> None:
    sent: list[bytes] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    with ThreadPoolExecutor(1) as thread:
        answer = Streamed(iter([b"0", b"1"]))
        thread.submit(anyio.run, answer, _scope(None), _receive, send).result()
    assert b"".join(sent) == b"01"


def test_a_download_gives_its_turn_back_before_its_end_is_seen(database: Database) -> None:
    """Who has read all of it may ask for the next at once."""
    with database.changing() as db:
        user_id = new_user(db)
    limit = ConcurrencyLimit(1)
    free: dict[bytes, bool] = {}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            with suppress(HTTPError), limit.taken(user_id):
                free[message["body"]] = True

    with ThreadPoolExecutor(1) as thread:
        answer = Download(
            database.engine, limit, user_id, "reads/types_live", {}, lambda _: iter([b"all"])
        )
        thread.submit(anyio.run, answer, _scope(None), _receive, send).result()
    assert free == {b"": True}
