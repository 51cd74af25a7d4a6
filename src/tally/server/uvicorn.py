"""The server: uvicorn in one process or several, which stops without losing a request."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn.server import HANDLED_SIGNALS
from uvicorn.supervisors import multiprocess

from tally.server.protocol import Protocol, ServerState
from tally.settings import Settings
from tally.web import access_log as log

KEEP_ALIVE_SECONDS = 30
# How long a busy thread keeps the interpreter while others wait for it. A small request needs it a
# dozen times: beside six busy threads it took 0.2 s to several seconds with Python's usual 5 ms,
# and takes 0.05 to 0.15 s with this. If all threads are busy, it costs a tenth of the throughput.
TURN_SECONDS = 0.001
# New objects before the garbage collector runs. A page of rows makes more than Python's usual 700:
# each answer ran the collector for nothing, a thirtieth of its time.
OBJECTS_UNTIL_GARBAGE = 10_000
STOP_SECONDS = 10
# A worker that has not answered its supervisor for this long is replaced; with less, a worker that
# is still starting on a busy machine would be replaced over and over.
WORKER_START_SECONDS = 60
BACKLOG = 2048
MAX_SOCKETS = 65_536

LOG_FORMAT_VARIABLE = "TALLY_LOG_FORMAT"


class Server(uvicorn.Server):
    """Calls `announce` once it accepts connections, and tells each connection that it stops."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self.server_state: ServerState = ServerState()
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.server_state.is_stopping = True
        await super().shutdown(sockets)


class Worker(multiprocess.Process):
    """One of several processes, with a server as a single one has. It ends with its supervisor."""

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        # A terminal that closes tells all of its processes; the supervisor decides for the workers.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        threading.Thread(target=_stop_without_supervisor, name="supervisor", daemon=True).start()
        super().target(sockets)

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = Server(self.config)
        return self._server


def _stop_without_supervisor() -> None:
    """Wait until the supervisor ends, and stop: if it was killed, nobody else tells us to.

    The next start finds the port free. Workers that went on would hold it for ever.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Supervisor(multiprocess.Multiprocess):
    """Ends as a single server does: by the signal that it got, once its workers have ended."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        self._before = {number: signal.getsignal(number) for number in HANDLED_SIGNALS}
        self._received: list[signal.Signals] = []
        # uvicorn asks nobody which class its workers have.
        multiprocess.Process = Worker  # type: ignore[misc]
        hang_up = signal.getsignal(signal.SIGHUP)
        super().__init__(config, sockets)
        # It would start the workers anew, even under nohup.
        signal.signal(signal.SIGHUP, hang_up)

    def handle_int(self) -> None:
        super().handle_int()
        self._end_by(signal.SIGINT)

    def handle_term(self) -> None:
        super().handle_term()
        self._end_by(signal.SIGTERM)

    def _end_by(self, number: signal.Signals) -> None:
        self._received.append(number)
        # The workers close theirs too. While one is open the kernel takes visitors nobody serves.
        for bound in self.sockets:
            bound.close()

    def run(self) -> None:
        super().run()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for number in self._received:
            signal.raise_signal(number)


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises OSError if that is not possible."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except UnicodeError as error:  # A part of the name is empty, or longer than 63 characters.
        raise OSError(errno.EADDRNOTAVAIL, "no host can have this name") from error
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def serve(
    settings: Settings,
    bound: socket.socket,
    *,
    workers: int,
    log_format: log.LineFormat,
    announce: Callable[[], None],
) -> None:
    """Serve until a signal to stop; then finish the requests under way, for 10 s at most.

    Then the signal goes to the handler that was there before.
    """
    _allow_many_sockets()
    if workers == 1:
        log.configure(log_format)
        Server(_config(application(settings), settings), announce).run([bound])
        return
    with TemporaryDirectory(prefix="tally-metrics-") as folder:
        # Read by the workers, which are processes of their own.
        os.environ |= _environment(settings) | {LOG_FORMAT_VARIABLE: log_format}
        if settings.metrics == "on":
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        log.configure(log_format)
        config = _config("tally.server.uvicorn:worker", settings, workers=workers, factory=True)
        # From now on connections wait until a worker accepts them, instead of being refused.
        bound.listen(BACKLOG)
        supervisor = Supervisor(config, [bound])
        announce()
        supervisor.run()


def worker() -> ASGIApp:
    """The application in one of several processes."""
    log.configure("json" if os.environ.get(LOG_FORMAT_VARIABLE) == "json" else "text")
    return application(Settings())


def application(settings: Settings) -> Starlette:
    """The application in a process of its own."""
    from tally.app import create_app

    app = create_app(settings)
    # Objects made so far stay: the garbage collector need not visit them during requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_UNTIL_GARBAGE)
    sys.setswitchinterval(TURN_SECONDS)
    return app


def _config(app: ASGIApp | str, settings: Settings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # uvicorn by itself trusts every proxy header from this machine.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.proxy_networks,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=BACKLOG,
        timeout_worker_healthcheck=WORKER_START_SECONDS,
        **more,
    )


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the variables that `Settings` reads."""
    return {
        "DATABASE_URL": settings.database_address,
        "TALLY_SECRET_KEY": ",".join(settings.secret_key),
        "TALLY_ALLOWED_HOSTS": ",".join(settings.allowed_hosts),
    }


def _allow_many_sockets() -> None:
    """Idle browsers hold a socket each, and the usual limit is 1 024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_SOCKETS if hard == resource.RLIM_INFINITY else min(MAX_SOCKETS, hard)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
