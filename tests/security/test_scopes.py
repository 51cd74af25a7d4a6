"""A token of each scope at every route of the table: what it reaches is what is written down.

docs/openapi.yaml says which scope reaches which address. A route that it does not name is for
people, and no token gets there: so a new route is closed until somebody writes it down.
"""

from __future__ import annotations

import json
from typing import Any, get_args
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import Engine

from tally.accounts.api_tokens import Scope
from tally.views.bulk import ACTIONS
from tally.web.parameters import FILTER, RECORD
from tests.security.conftest import JSON, Person, Server, everything, is_well, record, token_of
from tests.security.surface import DESCRIPTION, DOORS, OPEN, PUBLIC, TWINS, Door, body, scopes_of

SCOPES = get_args(Scope)
MEMBERS = [door for door in DOORS if door.path not in PUBLIC]
CLOSED = [door for door in MEMBERS if not scopes_of(door)]


def ask(client: httpx2.Client, door: Door, value: UUID | str) -> httpx2.Response:
    address = door.address(**dict.fromkeys(door.parameters, str(value)))
    form: dict[str, Any] = {} if door.is_safe else {"data": body(value, door=door)}
    answer = client.request(door.method, address, **form)
    is_well(answer)
    assert "set-cookie" not in answer.headers
    return answer


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("door", MEMBERS, ids=str)
def test_a_token_reaches_what_its_scope_is_for_and_nothing_else(
    door: Door, scope: Scope, server: Server, engine: Engine, mara: Person
) -> None:
    hers = record(engine, mara)
    token = token_of(engine, mara, scope)
    before = everything(engine)
    with server.client(Authorization=f"Bearer {token}", **JSON) as program:
        answer = ask(program, door, hers)
    if scope in scopes_of(door):
        assert answer.status_code not in (401, 403), answer.text
        if door.is_safe:
            assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 403
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
        assert answer.json()["error"]
        assert everything(engine) == before


@pytest.mark.parametrize("door", CLOSED, ids=str)
def test_no_token_reaches_accounts_sessions_or_other_tokens(
    door: Door, server: Server, engine: Engine, mara: Person
) -> None:
    """Whatever it asks for, and in whichever form."""
    token = token_of(engine, mara, "all")
    before = everything(engine)
    values = [token.token_id, mara.id, mara.sid] if door.parameters else ["x"]
    for accept in ("application/json", "text/html", "*/*"):
        with server.client(Authorization=f"Bearer {token}", Accept=accept) as program:
            for value in values:
                assert ask(program, door, str(value)).status_code in (403, 404)
    assert everything(engine) == before


@pytest.mark.parametrize("door", [door for door in DOORS if door not in MEMBERS], ids=str)
def test_a_token_opens_nothing_where_anybody_may_sign_in(
    door: Door, server: Server, engine: Engine, mara: Person
) -> None:
    token = token_of(engine, mara, "all")
    before = everything(engine)
    with server.client(Authorization=f"Bearer {token}") as program:
        answer = ask(program, door, "x")
    assert answer.status_code == (200 if door.path in OPEN else 403)
    assert everything(engine) == before


@pytest.mark.parametrize("door", MEMBERS, ids=str)
def test_a_wrong_token_is_nobody_whatever_cookie_comes_along(
    door: Door, server: Server, engine: Engine, mara: Person
) -> None:
    hers = record(engine, mara)
    token_of(engine, mara, "all")
    before = everything(engine)
    with server.client(mara.cookie, Authorization="Bearer tally_wrong", **JSON) as program:
        answer = ask(program, door, hers)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert everything(engine) == before


def test_the_description_names_only_routes_that_are_there() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in DESCRIPTION["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert described <= set(map(str, DOORS))
    reached = {str(door) for door in MEMBERS if scopes_of(door)}
    assert {TWINS.get(door, door) for door in reached} | {
        door for door in described if door.split()[1] in OPEN
    } == described


# Names that Tally's own pages send along with a form, beside those of a record that is sent back.
OF_PAGES = {
    *("at_price", "back", "box", "confirm", "convert", "dialog", "duplicate", "keep", "measures"),
    *("number", "price", "query", "redo", "show", "view", "was", *ACTIONS),
    *("anew", "column_type", "column_unit", "guessed", "head", "numbers", "role", "sheet"),
}
# Fields of a record that a program may write, and where a record's fields are there to be ignored.
TO_WRITE = {
    *("consumption_date", "consumption_value", "consumption_type", "unit", "notes"),
    *("days", "covers_from", "reading", "new_meter", "rolled_over", "cost"),
}
IGNORED = {
    "GET /consumption/preview": {"id"},
    "GET /consumption/suggestions": {"consumption_type"},
    "POST /prices": {"id"},
    "POST /prices/{id}/delete": {"type", "unit"},
    "POST /consumption/undo": {"id"},
    "POST /consumption/bulk": {"id"},
    "PUT /consumption/{id}": set(RECORD) - TO_WRITE - {"version"},
    "POST /consumption": set(RECORD) - TO_WRITE - {"id"},
    "DELETE /consumption/{id}": {*RECORD, "ids"},
    "POST /consumption/{id}/restore": {*RECORD, "ids"},
}


def referred(part: dict[str, Any]) -> dict[str, Any]:
    """A part of the description, or the one that it refers to."""
    if "$ref" in part:
        there: dict[str, Any] = DESCRIPTION
        for name in part["$ref"].removeprefix("#/").split("/"):
            there = there[name]
        return referred(there)
    return part


def properties(schema: dict[str, Any]) -> set[str]:
    """The names that an object of a schema, or of one of its alternatives, may have."""
    schema = referred(schema)
    inner = [one for way in ("oneOf", "anyOf", "allOf") for one in schema.get(way, [])]
    return set(schema.get("properties", {})).union(*map(properties, inner))


@pytest.mark.parametrize(
    "door", [door for door in MEMBERS if scopes_of(door) and str(door) not in TWINS], ids=str
)
def test_the_description_names_what_a_door_takes(door: Door) -> None:
    operation = DESCRIPTION["paths"][door.path][door.method.lower()]
    named = {
        parameter["name"]
        for parameter in map(referred, operation.get("parameters", []))
        if parameter["in"] == "query"
    } - {"format"}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        named |= properties(content["schema"])
    taken = set(door.takes or ())
    assert named <= taken
    # A filter's names are taken wherever a filter is, also those that make no difference there.
    assert taken - named <= OF_PAGES | IGNORED.get(str(door), set()) | (
        set(FILTER) if named & set(FILTER) else set()
    )


def test_each_scope_is_worth_having(server: Server, engine: Engine, mara: Person) -> None:
    """`add` sees nothing, `read` changes nothing, `all` does both."""
    reached = {scope: {door for door in MEMBERS if scope in scopes_of(door)} for scope in SCOPES}
    assert reached["add"] and reached["read"] and not reached["add"] & reached["read"]
    assert reached["add"] | reached["read"] < reached["all"]
    assert all(door.is_safe for door in reached["read"])
    assert {door.path for door in reached["add"]} == {
        "/consumption",
        "/consumption/preview",
        "/consumption/suggestions",
    }
    assert Door("GET", "/consumption") not in reached["add"]


def test_what_a_token_notes_is_its_owners(
    server: Server, engine: Engine, mara: Person, eve: Person
) -> None:
    token = token_of(engine, eve, "all")
    sent = {"line": "tea 1 cup", "user_id": str(mara.id), "id": str(uuid4())}
    with server.client(Authorization=f"Bearer {token}", **JSON) as program:
        sent.pop("user_id")
        saved = program.post(
            "/consumption", content=json.dumps(sent), headers={"Content-Type": "application/json"}
        )
    assert saved.status_code == 201
    owners = {row.user_id for row in everything(engine) if hasattr(row, "user_id")}
    assert owners == {eve.id}
