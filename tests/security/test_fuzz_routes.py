"""Arbitrary text, numbers and bytes to every route of the table: signed in, by token, signed out.

Every run tries others. What failed is repeated with the seed that a failure shows:
`TALLY_FUZZ_SEED=… pytest tests/security/test_fuzz_routes.py`.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, example, given, note, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.security.conftest import (
    HTMX,
    JSON,
    Person,
    Server,
    client_of,
    everything,
    is_well,
    record,
)
from tests.security.surface import DOORS, PUBLIC, Door, body

TOO_MANY_LINES = "\n".join(["x 1"] * 501)
EXAMPLES = int(os.environ.get("TALLY_FUZZ_EXAMPLES") or 10)
# Drawn anew for each run; the output of a failure names it.
SEED = int(os.environ.get("TALLY_FUZZ_SEED") or random.SystemRandom().randrange(2**32))

# Keys that some form or query somewhere takes, and some that none does.
NAMES = st.sampled_from(
    [
        *sorted({name for door in DOORS for name in door.takes or ()} | body("x").keys()),
        *("format", "view", "new", "fields", "meter", "user_id", "__proto__", ""),
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
# As many lines as a batch takes, and more: those that can be read, those that cannot, blank ones.
MANY_LINES = st.builds(
    lambda line, number: "\n".join([line] * number),
    st.sampled_from(["x 1", "x", "", "coffee 2 cup; a", "#", "2026-01-01..2026-12-31 x 1"]),
    st.integers(490, 600),
)
TEXTS = ODD_TEXTS | st.text(max_size=60) | MANY_LINES
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
ADDRESSES = st.sampled_from(
    [
        *(
            "http://[",
            "http://[::1",
            "//[x]/list",
            "http://localhost/list?q=%ff",
            "",
            "x",
            "/list?%",
        ),
        *("http://localhost:99999/list", "http://localhost/list?from=9999-99-99&sort=zz&after=q"),
        *("http://localhost/?type=" + "a" * 3_000, "javascript:alert(1)", "null", "http://\\[]/?"),
        *(
            "https://evil.test/list?next=//evil.test",
            "http://localhost/list?limit=9" + "&a=1" * 200,
        ),
    ]
)
# What h11 lets through in the value of a header, as httpx sends it.
HEADER_TEXTS = ADDRESSES | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
OTHER_TOKENS = st.sampled_from(
    ["Bearer", "Bearer x y", "Bearer tally_", f"Bearer tally_{'a' * 86}", "Basic eDp5"]
)
HEADER_VALUES = (
    HEADER_TEXTS.map(str.strip)
    | OTHER_TOKENS
    | st.binary(max_size=40).map(
        lambda value: bytes(byte for byte in value if byte > 32 and byte != 127)
    )
)
FROM_WHERE = st.dictionaries(st.sampled_from(["Referer", "HX-Current-URL"]), ADDRESSES, max_size=2)
OTHER_HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *("Referer", "HX-Current-URL", "HX-Target", "HX-Source", "HX-Request-Type", "Accept"),
            *("Origin", "Sec-Fetch-Site", "Accept-Encoding", "Accept-Language", "User-Agent"),
            *("If-None-Match", "Range", "Content-Language", "X-HTTP-Method-Override"),
            *("Authorization", "Idempotency-Key", "X-Tally-Written"),
        ]
    ),
    HEADER_VALUES,
    max_size=2,
)
HOSTILE_HEADERS = st.builds(lambda one, two: one | two, FROM_WHERE, OTHER_HEADERS)
# Beside the session, or in its place.
COOKIES = st.none() | HEADER_TEXTS.map(lambda value: f"session={value}".strip())
COOKIES |= HEADER_TEXTS.map(str.strip)


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


# Of a failure, which would stand in its place.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("who", ["signed in", "by token", "signed out"])
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_any_route_takes_anything(
    door: Door, who: str, server: Server, engine: Engine, mara: Person, eve: Person
) -> None:
    ids = [str(record(engine, mara)) for _ in range(3)]

    def known(headers: dict[str, str] | None = None, query: Any = ()) -> dict[str, Any]:
        """The parts of a request that every run tries, around one odd part."""
        options = {"data": body("x") | {"line": TOO_MANY_LINES}}
        sent: dict[str, Any] = {"options": options, "query": query, "headers": headers or {}}
        return {**sent, "cookie": None, "value": ids[0], "method": door.method}

    hers = [row for row in everything(engine) if getattr(row, "email", "") == eve.email]
    signed_in, by_token = who == "signed in", who == "by token"
    somebody = server.client() if who == "signed out" else client_of(server, engine, mara, by_token)
    with somebody as client:

        @seed(SEED)
        @settings(
            # A program meets the same forms, so half as many have to do.
            max_examples=EXAMPLES // 2 if by_token else EXAMPLES,
            database=None,
            print_blob=False,
            # What failed is shown as it was: making it smaller would send it hundreds of times.
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            options=bodies(),
            query=QUERIES,
            headers=REQUEST_HEADERS,
            hostile=HOSTILE_HEADERS,
            cookie=COOKIES,
            value=st.sampled_from(ids) | PATH_VALUES,
            method=st.sampled_from([door.method] * 4 + ["HEAD", "OPTIONS"]),
        )
        @example(**known(), hostile={"Referer": "http://["})
        @example(**known(headers=HTMX), hostile={"HX-Current-URL": "http://["})
        @example(**known(query=[("line", TOO_MANY_LINES)]), hostile={})
        def attack(
            options: dict[str, Any],
            query: Any,
            headers: dict[str, str],
            hostile: dict[str, Any],
            cookie: str | None,
            value: str,
            method: str,
        ) -> None:
            address = door.address(**dict.fromkeys(door.parameters, value or "x"))
            sent: dict[str, Any] = {"headers": {**headers, **hostile, **options.get("headers", {})}}
            if cookie is not None and not signed_in:
                sent["headers"]["Cookie"] = cookie
            elif cookie is not None:
                sent["headers"]["Cookie"] = f"{cookie}; session={mara.cookie}"
            sent["params"] = query
            if method not in ("GET", "HEAD", "OPTIONS"):
                sent = {**options, **sent}
            before = everything(engine)
            answer = client.request(method, address, **sent)
            note(f"{method} {answer.request.url!s:.300} answered {answer.status_code}")
            is_well(answer)
            may_change = method == door.method and not door.is_safe
            if door.path not in PUBLIC:
                may_change = may_change and who != "signed out"
            elif by_token:
                may_change = False
            if answer.status_code >= 400 or not may_change:
                after = everything(engine)
                assert without_tries(after) == without_tries(before), answer.status_code

        print(f"TALLY_FUZZ_SEED={SEED}")
        attack()
    assert [row for row in everything(engine) if getattr(row, "email", "") == eve.email] == hers


def without_tries(rows: list[Any]) -> list[Any]:
    """A wrong password is remembered; nothing else that is refused is."""
    return [
        {name: value for name, value in row._mapping.items() if name != "sign_in_failures"}
        for row in rows
    ]
