"""docs/openapi.yaml is true: schemathesis tries every address of it, with a token of each scope.

What failed is repeated with the seed that its output names.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tally.accounts.api_tokens import Scope
from tally.server.protocol import MAX_ADDRESS_BYTES, MAX_HEADER_BYTES
from tests import draws
from tests.security.conftest import TOP, Person, Server, record, token_of
from tests.security.surface import DESCRIPTION

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

OPERATIONS = [
    pytest.param(method, path, described["responses"], id=f"{method} {path}")
    for path, operations in DESCRIPTION["paths"].items()
    for method, described in operations.items()
    if method != "parameters"
]


@pytest.mark.parametrize(("method", "path", "responses"), OPERATIONS)
def test_what_the_server_refuses_before_the_application_sees_it_is_described(
    method: str, path: str, responses: dict[str, Any], server: Server
) -> None:
    """An address or a header that is too long: fuzzing meets one in some thousand requests."""
    address = path.format(id=EXAMPLE)
    with server.client() as program:
        for status, refused in (
            ("414", program.request(method, f"{address}?q={'x' * MAX_ADDRESS_BYTES}")),
            ("431", program.request(method, address, headers={"X-A": "x" * MAX_HEADER_BYTES})),
        ):
            assert str(refused.status_code) == status
            described = DESCRIPTION["components"]["responses"][
                responses[status]["$ref"].rpartition("/")[2]
            ]
            assert refused.headers["content-type"].partition(";")[0] in described["content"]


@pytest.mark.fuzz
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
        f"--max-examples={60 if draws.FRESH else 20}",
        *(() if draws.FRESH else ("--generation-deterministic",)),
        "--suppress-health-check=all",
        "--warnings=off",
        "--continue-on-failure",
    ]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stdout[-6_000:] + run.stderr[-2_000:]
