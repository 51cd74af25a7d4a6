"""What property tests and fuzzing draw: the same examples in each run, or fresh ones.

A run of the same code ends the same way, whoever starts it. `TALLY_TESTS_FRESH=1`, as `make fuzz`
has it, draws new examples; what such a run finds becomes an `@example` or a test of its own.
"""

from __future__ import annotations

import os

from hypothesis import Phase, settings

FRESH = os.environ.get("TALLY_TESTS_FRESH") == "1"


def choose() -> None:
    """Set up hypothesis for this run: `derandomize` unless fresh examples are wanted."""
    # How long an example takes says more of the machine than of the product.
    settings.register_profile("tally", deadline=None, derandomize=not FRESH)
    settings.load_profile("tally")
    # Thousands of mutants each run these tests: few examples, and the first that fails is enough.
    settings.register_profile(
        "mutants", max_examples=20, derandomize=True, phases=[Phase.explicit, Phase.generate]
    )
