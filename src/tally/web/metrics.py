"""The metrics that Prometheus scrapes from /metrics, where TALLY_METRICS is on.

Labels are route templates, methods and outcomes: a number of series that no visitor can raise.
With several workers each writes its numbers into files of a common folder, named by
PROMETHEUS_MULTIPROC_DIR before this module is first imported, and any of them answers for all.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.pool import QueuePool
from starlette.types import Scope

from tally.db.engine import Database

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SIGN_IN = "/auth/login"


class Metrics:
    """The numbers of one application."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry = CollectorRegistry()
        self._duration = Histogram(
            "tally_request_duration_seconds",
            "Time from a request's arrival to the last byte of its answer.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._sign_ins = Counter(
            "tally_sign_ins",
            "Attempts to sign in: ok, wrong, throttled, refused or failed.",
            ("outcome",),
            registry=self._registry,
        )
        self._forms = Counter(
            "tally_form_submissions",
            "Forms sent: accepted, invalid, refused or failed.",
            ("route", "outcome"),
            registry=self._registry,
        )
        self._connections = Gauge(
            "tally_database_connections",
            "Connections of the pool: in use or idle.",
            ("state",),
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        if FOLDER_VARIABLE in os.environ:
            _forget_the_dead(Path(os.environ[FOLDER_VARIABLE]))
        else:
            ProcessCollector(registry=self._registry)

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request, when it has ended."""
        route = getattr(scope.get("route"), "path", "") or "none"
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._duration.labels(method, route, str(status)).observe(seconds)
        if method not in ("GET", "HEAD", "OPTIONS"):
            self._forms.labels(route, _outcome(status)).inc()
            if route == SIGN_IN:
                self._sign_ins.labels(_sign_in_outcome(status)).inc()
        self._observe_pool()

    def render(self) -> bytes:
        """All numbers, of all workers, in Prometheus' text format."""
        self._observe_pool()
        registry = self._registry
        if FOLDER_VARIABLE in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def _observe_pool(self) -> None:
        pools = [engine.pool for engine in self._database.engines]
        queues = [pool for pool in pools if isinstance(pool, QueuePool)]
        self._connections.labels("in_use").set(sum(pool.checkedout() for pool in queues))
        self._connections.labels("idle").set(sum(pool.checkedin() for pool in queues))


def _outcome(status: int) -> str:
    if status < 400:
        return "accepted"
    if status < 500:
        return "invalid" if status == 422 else "refused"
    return "failed"


def _sign_in_outcome(status: int) -> str:
    outcome = {"accepted": "ok", "invalid": "wrong"}.get(_outcome(status), _outcome(status))
    return "throttled" if status == 429 else outcome


def _forget_the_dead(folder: Path) -> None:
    """Remove the gauges of killed workers, which would count forever."""
    for path in folder.glob("gauge_live*_*.db"):
        number = int(path.stem.rpartition("_")[2])
        if not _is_alive(number):
            mark_process_dead(number, str(folder))  # type: ignore[no-untyped-call]


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
