"""`make` on a fresh checkout, as far as it can be tried without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
# As Debian without python3-venv: it fails only once there is an interpreter in the folder.
HALF_A_PYTHON = """#!/bin/sh
[ "$1" = -m ] || exit 0
mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
echo "ensurepip is not available" >&2
exit 1
"""


def test_an_environment_that_was_made_half_is_taken_away(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    python = tmp_path / "path" / "python3"
    python.parent.mkdir()
    python.write_text(HALF_A_PYTHON)
    python.chmod(0o755)
    path = f"{python.parent}:{os.environ['PATH']}"
    for _ in range(2):
        made = subprocess.run(
            ["make", ".venv/bin/python"],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 2
        assert "ensurepip is not available" in made.stderr
        assert not (tmp_path / ".venv").exists()
