"""`tally` whose requests wait as long as it takes, for tests of something else than its limits.

Its hashes of passwords are quick ones.

A machine that stands still for some seconds passes all of them: those of the database, those of the
reads of one member, and that of the service worker, which then shows the offline page.

    python -m tests.patient_tally serve
"""

from __future__ import annotations

import os
from functools import partial

import tally.app
from tally.cli.main import app
from tally.db import engine, wait_limit
from tally.views.site import pwa
from tally.web import endpoint
from tally.web.slots import ReadSlots
from tests import quick_hashes
from tests.serving import WITHOUT_LIMITS
from tests.waiting import WAIT_SECONDS

WORKER = "const PATIENCE = 4000;"

within, worker = wait_limit.within, pwa._worker()
assert WORKER in worker


def be_patient() -> None:
    """Lift the limits of this process."""
    os.environ["PGOPTIONS"] = WITHOUT_LIMITS
    engine.POOL_TIMEOUT_SECONDS = WAIT_SECONDS  # type: ignore[assignment]
    wait_limit.within = lambda seconds: within(None)
    endpoint.TURN_SECONDS = endpoint.WAIT_SECONDS = WAIT_SECONDS
    tally.app.ReadSlots = partial(ReadSlots, WAIT_SECONDS)  # type: ignore[assignment, attr-defined]
    patient = worker.replace(WORKER, f"const PATIENCE = {round(1000 * WAIT_SECONDS)};")
    pwa._worker = lambda: patient  # type: ignore[assignment]


# Also in each worker, which imports this module under another name.
be_patient()
quick_hashes.choose()

if __name__ == "__main__":
    app()
