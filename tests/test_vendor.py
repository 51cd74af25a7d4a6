"""The vendored files are the ones that their table names."""

import re
from hashlib import sha256

from tally.paths import folder

VENDOR = folder("static") / "vendor"


def test_sums_are_those_of_the_table() -> None:
    table = (VENDOR / "README.md").read_text()
    named = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", table, re.MULTILINE))

    files = {path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".mjs")}
    assert set(named) == files
    for name, expected in named.items():
        assert sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name
