"""Limits on the work done for one user at a time in this process, to leave others their share."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID
from weakref import WeakValueDictionary

import anyio

from tally.errors import HTTPError

# What a refused request is told to wait: most exports and imports are done by then.
RETRY_SECONDS = "10"
# Seconds between two tries of a request that waits for a turn.
LOOK_SECONDS = 0.1

# The most reads of one member that are under way at once, and how long the next waits for a slot.
MAX_READS = 6
SLOT_SECONDS = 2.0
# The most of these reads that run at once: one uses the interpreter while the other waits for the
# database. While several members are active one read of each runs: six would leave the others a
# seventh of the processors. Members count as active together for a while after requests of two of
# them followed each other.
MAX_TURNS = 2
TOGETHER_SECONDS = 600.0
# The most requests of one member that may change something and run at once.
MAX_WRITES = 8


class MemberReads:
    """The reads of one member: free slots, turns to run, and the number of open requests."""

    def __init__(self, turns: int) -> None:
        self.free = anyio.Semaphore(MAX_READS)
        self.turns = anyio.CapacityLimiter(turns)
        self.requests = 0

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator[float]:
        """Hold a turn to run; wait for it at most `seconds`. Raises HTTPError 503.

        Yields the seconds that the request has waited.
        """
        start = anyio.current_time()
        if not await _acquired(self.turns, seconds):
            raise still_working()
        try:
            yield anyio.current_time() - start
        finally:
            self.turns.release()


class ReadSlots:
    """Slots for the reads of each member. Not thread-safe: for the event loop only."""

    def __init__(self, seconds: float = SLOT_SECONDS) -> None:
        self._seconds = seconds
        self._members: dict[Hashable, MemberReads] = {}
        self._latest: Hashable = None
        self._together_until = 0.0
        self._turns = MAX_TURNS

    @asynccontextmanager
    async def taken(self, who: Hashable) -> AsyncIterator[MemberReads]:
        """Hold a slot; wait while this member's slots are all taken. Raises HTTPError 429."""
        self._share(who)
        reads = self._members.setdefault(who, MemberReads(self._turns))
        reads.requests += 1
        try:
            if not await _acquired(reads.free, self._seconds):
                raise too_many_reads()
            try:
                yield reads
            finally:
                reads.free.release()
        finally:
            reads.requests -= 1
            if not reads.requests:
                del self._members[who]

    def _share(self, who: Hashable) -> None:
        """Give each member one turn while several members are active, else `MAX_TURNS`."""
        now = anyio.current_time()
        if who != self._latest and self._latest is not None:
            self._together_until = now + TOGETHER_SECONDS
        self._latest = who
        turns = 1 if now < self._together_until else MAX_TURNS
        if turns != self._turns:
            self._turns = turns
            for reads in self._members.values():
                reads.turns.total_tokens = turns


class WriteTurns:
    """A limit on the requests of one member that may change something and run at once.

    Further ones wait and are not refused: a program may write as fast as it likes, but cannot take
    all threads from other members. Not thread-safe: for the event loop only.
    """

    def __init__(self) -> None:
        # A limiter lives as long as a request uses it or waits for it.
        self._members: WeakValueDictionary[Hashable, anyio.CapacityLimiter] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, who: Hashable) -> AsyncIterator[None]:
        """Hold a turn; wait while this member's turns are all taken."""
        turns = self._members.get(who)
        if turns is None:
            turns = self._members[who] = anyio.CapacityLimiter(MAX_WRITES)
        async with turns:
            yield


async def _acquired(places: anyio.Semaphore | anyio.CapacityLimiter, seconds: float) -> bool:
    """Take a place, at once if one is free; False if none became free within `seconds`."""
    try:
        places.acquire_nowait()
    except anyio.WouldBlock:
        with anyio.move_on_after(seconds) as waiting:
            await places.acquire()
        return not waiting.cancelled_caught
    return True


def too_many_reads() -> HTTPError:
    """The 429 for a member who already has `MAX_READS` reads under way."""
    return HTTPError(
        429,
        f"{MAX_READS} of your requests are being answered. Try again when one is done.",
        headers={"Retry-After": "2"},
    )


def still_working() -> HTTPError:
    """The 503 for a read that waited too long for another read of the same member."""
    return HTTPError(
        503,
        "Another request of yours still takes long. Try again in a moment.",
        headers={"Retry-After": "2"},
    )


class ConcurrencyLimit:
    """A limit on expensive work: a few users at once, one job for each user. Thread-safe."""

    def __init__(self, most: int, seconds: float = 0.0) -> None:
        """`seconds`: how long `waited_for` waits while all turns are taken."""
        self._most = most
        self._seconds = seconds
        self._taken: set[UUID] = set()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, user_id: UUID) -> Iterator[None]:
        """Hold a turn. Raises HTTPError: 429 while this user has one, 503 while all are taken."""
        if not self._take(user_id):
            raise too_busy()
        try:
            yield
        finally:
            self._give_back(user_id)

    @asynccontextmanager
    async def waited_for(self, user_id: UUID) -> AsyncIterator[None]:
        """Hold a turn; wait while all are taken. Raises HTTPError as `taken` does."""
        end = anyio.current_time() + self._seconds
        while not self._take(user_id):
            if anyio.current_time() >= end:
                raise too_busy()
            await anyio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            self._give_back(user_id)

    def refuse_second(self, user_id: UUID) -> None:
        """Raises HTTPError 429 while this user has a turn."""
        with self._lock:
            if user_id in self._taken:
                raise already_running()

    def _take(self, user_id: UUID) -> bool:
        with self._lock:
            if user_id in self._taken:
                raise already_running()
            if len(self._taken) >= self._most:
                return False
            self._taken.add(user_id)
            return True

    def _give_back(self, user_id: UUID) -> None:
        with self._lock:
            self._taken.discard(user_id)


def too_busy() -> HTTPError:
    """The 503 for a request that needs a turn while other users hold all of them."""
    return HTTPError(
        503,
        "Many exports or imports are running. Try again in a moment.",
        headers={"Retry-After": RETRY_SECONDS},
    )


def already_running() -> HTTPError:
    """The 429 for a user who holds a turn and asks for a second one."""
    return HTTPError(
        429,
        "An export or import of yours is still running. Try again when it is done.",
        headers={"Retry-After": RETRY_SECONDS},
    )
