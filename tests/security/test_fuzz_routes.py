"""Arbitrary text, numbers and bytes to every route of the table, signed in and signed out."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from .conftest import HTMX, JSON, Person, Server, everything, is_well, record
from .surface import DOORS, Door, body

EXAMPLES = int(os.environ.get("TALLY_FUZZ_EXAMPLES", "12"))

# Keys that some form or query somewhere takes, and some that none does.
NAMES = st.sampled_from(
    [
        *body("x"),
        *("q", "from", "to", "period", "min", "max", "sort", "after", "limit", "deleted"),
        *("format", "view", "dry_run", "update", "skip_problems", "all", "token", "next", "new"),
        *("invitation", "dialog", "user_id", "__proto__", ""),
    ]
)
ODD_TEXTS = st.sampled_from(
    [
        *("", " ", "0", "-1", "1e999999", "NaN", "9" * 400, "\x00", "\ufeff", "\u202e", "{{7*7}}"),
        *("%s%n", "../../etc/passwd", "<script>", "' OR 1=1--", "2026-13-45", "9999-12-31", "#"),
        *("\r\nX: y", "a" * 3_000, "💧" * 300, "coffee 2 cup; #tag", "\n".join(["x 1"] * 60)),
        *("all", "json", "csv", "print", "-date", "yes", "today", "1900-01-01", "00000000-" * 4),
    ]
)
TEXTS = ODD_TEXTS | st.text(max_size=60)
FORMS = st.dictionaries(NAMES, TEXTS, max_size=12)
SCALARS = TEXTS | st.integers() | st.floats() | st.booleans() | st.none()
JSONS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6)
)
QUERIES = st.lists(st.tuples(NAMES, TEXTS), max_size=6)
KINDS = st.sampled_from(
    [
        *("application/x-www-form-urlencoded", "application/json", "text/plain", "", "x"),
        *("multipart/form-data", "multipart/form-data; boundary=XX", "application/json; charset=x"),
    ]
)
REQUEST_HEADERS = st.sampled_from([{}, HTMX, JSON, {"Accept": "text/csv"}, {"HX-Request": "true"}])


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """The body of a request, as httpx takes it."""
    match draw(st.sampled_from(["form", "good form", "json", "bytes", "file"])):
        case "form":
            return {"data": draw(FORMS)}
        case "good form":  # One thing wrong at a time gets further in.
            return {"data": body("x") | draw(st.dictionaries(NAMES, TEXTS, max_size=2))}
        case "json":
            content = json.dumps(draw(JSONS)).encode()
            return {"content": content, "headers": {"Content-Type": "application/json"}}
        case "file":
            lines = draw(st.lists(st.lists(TEXTS, max_size=5), max_size=6))
            text = "\n".join(";".join(line) for line in lines).encode("utf-8", "surrogatepass")
            return {
                "files": {"file": ("x.csv", draw(st.binary(max_size=200)) + text)},
                "data": draw(FORMS),
            }
        case _:
            content = draw(st.binary(max_size=400))
            return {"content": content, "headers": {"Content-Type": draw(KINDS)}}


PATH_VALUES = TEXTS.map(lambda value: quote(value, safe=""))


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "signed out"])
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_any_route_takes_anything(
    door: Door, signed_in: bool, server: Server, engine: Engine, mara: Person, eve: Person
) -> None:
    ids = [str(record(engine, mara)) for _ in range(3)]
    hers = [row for row in everything(engine) if getattr(row, "email", "") == eve.email]
    with server.client(mara.cookie if signed_in else "") as client:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            # What failed is shown as it was: making it smaller would send it hundreds of times.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            options=bodies(),
            query=QUERIES,
            headers=REQUEST_HEADERS,
            value=st.sampled_from(ids) | PATH_VALUES,
        )
        def attack(
            options: dict[str, Any], query: Any, headers: dict[str, str], value: str
        ) -> None:
            address = door.address(**dict.fromkeys(door.parameters, value or "x"))
            sent = {"headers": {**headers, **options.get("headers", {})}, "params": query}
            if not door.is_safe:
                sent = {**options, **sent}
            before = everything(engine)
            answer = client.request(door.method, address, **sent)
            is_well(answer)
            if answer.status_code >= 400 and answer.status_code != 429:
                after = everything(engine)
                assert without_tries(after) == without_tries(before), answer.status_code

        attack()
    assert [row for row in everything(engine) if getattr(row, "email", "") == eve.email] == hers


def without_tries(rows: list[Any]) -> list[Any]:
    """A wrong password is remembered; nothing else that is refused is."""
    return [
        {name: value for name, value in row._mapping.items() if name != "sign_in_failures"}
        for row in rows
    ]
