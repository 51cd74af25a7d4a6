"""Python loads this by itself in every process of a run whose clock is moved.

time-machine moves the clock of Python, datefudge that of the PostgreSQL which Python starts: the
time that is read, and nothing that waits. libfaketime does both, and a signal that ends a wait then
reads the true time: time-outs of PostgreSQL came all at once at moments that are past, and at later
ones never.
"""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import time_machine

# Without the prefix of Tally's own variables: some tests start Tally without any of those.
AHEAD = "TESTS_AHEAD"
LIBRARY = "TESTS_DATEFUDGE"


def move(seconds: int, library: str) -> None:
    """Move the clock of this process and of the PostgreSQL that it will start."""
    # It takes these seconds away.
    datefudge = {"LD_PRELOAD": library, "DATEFUDGE": str(-seconds)}
    start = subprocess.Popen.__init__

    def start_moved(self: Any, args: Any, *more: Any, **options: Any) -> None:
        program = args if isinstance(args, str) else args[0]
        if Path(program).name == "pg_ctl":
            environment = options.get("env")
            options["env"] = (os.environ if environment is None else environment) | datefudge
        start(self, args, *more, **options)

    subprocess.Popen.__init__ = start_moved  # type: ignore[method-assign]
    clock = time_machine.travel(time.time() + seconds, tick=True).start()
    # It began a little after it was told the time: processes of one run must agree.
    clock.shift(time_machine.escape_hatch.time.time() + seconds - time.time())


if AHEAD in os.environ:
    move(int(os.environ[AHEAD]), os.environ[LIBRARY])
