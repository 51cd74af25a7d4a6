"""docs/openapi.yaml is true: schemathesis tries every address of it, with a token of each scope.

It runs for TALLY_SCHEMATHESIS_SECONDS with each, a minute if nobody says else. What failed is
repeated with the seed that its output names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tally.accounts.api_tokens import Scope
from tests.security.conftest import TOP, Person, Server, record, token_of

SECONDS = os.environ.get("TALLY_SCHEMATHESIS_SECONDS") or "60"
SCOPES = get_args(Scope)
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# The id that the description's examples name.
EXAMPLE = "0c6f2a7e-7c0d-4b7e-9d55-2f6d7f3c8a11"


@pytest.mark.parametrize("scope", SCOPES)
def test_no_answer_is_outside_the_description(
    scope: Scope, server: Server, engine: Engine, mara: Person, tmp_path: Path
) -> None:
    record(engine, mara, id=UUID(EXAMPLE))
    token = token_of(engine, mara, scope)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--no-color",
        "run",
        str(TOP / "docs" / "openapi.yaml"),
        f"--url={server.url}",
        f"--header=Authorization: Bearer {token}",
        f"--checks={','.join(CHECKS)}",
        "--phases=examples,fuzzing",
        f"--max-time={SECONDS}",
        "--suppress-health-check=all",
        "--warnings=off",
        "--continue-on-failure",
    ]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stdout[-6_000:] + run.stderr[-2_000:]
