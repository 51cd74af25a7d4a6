"""A plugin of pytest for mutants: each run begins with empty caches.

mutmut runs the tests once, and then each mutant in a copy of that process: a cache that the first
run has filled would answer in place of the mutant.
"""

from __future__ import annotations

import sys


def pytest_sessionstart() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("tally.")]
    for module in modules:
        for value in list(vars(module).values()):
            if callable(clear := getattr(value, "cache_clear", None)):
                clear()
