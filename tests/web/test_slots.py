"""Slots: a few at once, one a user, given back however the work ends."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import anyio
import pytest

from tally.errors import HTTPError
from tally.web.slots import (
    MAX_READS,
    MAX_TURNS,
    MAX_WRITES,
    ConcurrencyLimit,
    ReadSlots,
    WriteTurns,
)

ADA, BOB, EVE = (UUID(int=number) for number in range(3))


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run it in a thread of its own: in this one a browser of other tests may have its loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, work).result()


def refused(turns: ConcurrencyLimit, user_id: UUID) -> int:
    with pytest.raises(HTTPError) as refusal, turns.taken(user_id):
        raise AssertionError("had a turn")
    assert refusal.value.headers["Retry-After"]
    return refusal.value.status


def test_a_few_users_have_a_turn_at_once_and_each_has_one() -> None:
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


def test_a_user_waits_for_a_free_turn_but_never_for_a_second_one() -> None:
    turns, got = ConcurrencyLimit(1, seconds=60), []

    async def work(who: UUID, until: anyio.Event) -> None:
        async with turns.waited_for(who):
            got.append(who)
            await until.wait()

    async def ask() -> None:
        done, at_once = anyio.Event(), anyio.Event()
        at_once.set()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work, ADA, done)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPError) as refusal:
                await work(ADA, at_once)
            assert refusal.value.status == 429
            with pytest.raises(HTTPError):
                turns.refuse_second(ADA)
            turns.refuse_second(BOB)
            tasks.start_soon(work, BOB, at_once)
            await anyio.sleep(0.15)
            assert got == [ADA]
            turns._seconds = 0
            with pytest.raises(HTTPError) as refusal:
                await work(EVE, at_once)
            assert refusal.value.status == 503
            done.set()

    run(ask)
    assert got == [ADA, BOB]


def test_a_member_has_slots_of_their_own_and_waits_for_a_free_one() -> None:
    slots = ReadSlots(seconds=0.05)
    answered: list[str] = []

    async def read(who: UUID, name: str, until: anyio.Event) -> None:
        async with slots.taken(who):
            await until.wait()
        answered.append(name)

    async def ask() -> None:
        done, at_once = anyio.Event(), anyio.Event()
        at_once.set()
        async with anyio.create_task_group() as tasks:
            for number in range(MAX_READS):
                tasks.start_soon(read, ADA, f"ada {number}", done)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPError) as refusal:
                await read(ADA, "one too many", at_once)
            assert refusal.value.status == 429
            assert refusal.value.headers["Retry-After"]
            await read(BOB, "bob", at_once)
            assert answered == ["bob"]
            slots._seconds = 10
            tasks.start_soon(read, ADA, "ada waited", at_once)
            await anyio.wait_all_tasks_blocked()
            done.set()

    run(ask)
    assert len(answered) == MAX_READS + 2
    assert not slots._members


def test_a_read_that_fails_gives_its_place_back() -> None:
    slots = ReadSlots(seconds=0.05)

    async def fail() -> None:
        async with slots.taken(ADA):
            raise KeyError

    async def ask() -> None:
        for _ in range(MAX_READS + 1):
            with pytest.raises(KeyError):
                await fail()

    run(ask)
    assert not slots._members


def test_a_member_alone_has_two_turns_and_one_while_others_are_here() -> None:
    slots = ReadSlots()
    working: list[UUID] = []

    async def read(who: UUID, until: anyio.Event) -> None:
        async with slots.taken(who) as reads, reads.turn(60):
            working.append(who)
            await until.wait()
        working.remove(who)

    async def ask() -> None:
        for others, turns in ((False, 2), (True, 1), (False, 2)):
            done = anyio.Event()
            async with anyio.create_task_group() as tasks:
                for _ in range(MAX_READS - 1):
                    tasks.start_soon(read, ADA, done)
                await anyio.wait_all_tasks_blocked()
                if others:
                    tasks.start_soon(read, BOB, done)
                    # Each one's first read; hers that were being worked on go on to their end.
                    await anyio.wait_all_tasks_blocked()
                    assert working.count(BOB) == 1
                    done.set()
                    await anyio.sleep(0)
                    done = anyio.Event()
                    tasks.start_soon(read, ADA, done)
                    tasks.start_soon(read, ADA, done)
                    await anyio.wait_all_tasks_blocked()
                assert working == [ADA] * turns
                done.set()
            # The others have not asked for long.
            slots._together_until = 0.0

    run(ask)
    assert not slots._members


def test_a_turn_that_does_not_come_is_a_503_and_those_behind_it_go_on() -> None:
    slots = ReadSlots()
    waited: list[float] = []

    async def read(seconds: float, until: anyio.Event) -> None:
        async with slots.taken(ADA) as reads, reads.turn(seconds) as wait:
            waited.append(wait)
            await until.wait()

    async def ask() -> None:
        done = anyio.Event()
        async with anyio.create_task_group() as tasks:
            for _ in range(MAX_TURNS):
                tasks.start_soon(read, 0, done)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPError) as refusal:
                await read(0.01, done)
            assert refusal.value.status == 503
            assert refusal.value.headers["Retry-After"]
            tasks.start_soon(read, 10, done)
            await anyio.wait_all_tasks_blocked()
            await anyio.sleep(0.05)
            assert len(waited) == MAX_TURNS
            done.set()

    run(ask)
    assert len(waited) == MAX_TURNS + 1
    assert waited[-1] >= 0.05
    assert not slots._members


def test_writes_of_a_member_wait_for_a_turn_of_their_own_and_nothing_of_them_is_kept() -> None:
    turns = WriteTurns()
    answered: list[UUID] = []

    async def write(who: UUID, until: anyio.Event) -> None:
        async with turns.taken(who):
            await until.wait()
        answered.append(who)

    async def ask() -> None:
        done, at_once = anyio.Event(), anyio.Event()
        at_once.set()
        async with anyio.create_task_group() as tasks:
            for _ in range(MAX_WRITES):
                tasks.start_soon(write, ADA, done)
            tasks.start_soon(write, ADA, at_once)
            tasks.start_soon(write, BOB, at_once)
            await anyio.wait_all_tasks_blocked()
            assert answered == [BOB]
            done.set()

    run(ask)
    assert sorted(answered) == [ADA] * (MAX_WRITES + 1) + [BOB]
    assert not turns._members
