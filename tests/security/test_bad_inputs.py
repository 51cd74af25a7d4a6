"""Every row of bad_inputs.json against a real server: the answer that is due, and nothing else.

Rows that need a browser are in tests/browser/test_bad_inputs.py, those that break the database or
the process in tests/faults; `ELSEWHERE` names the test of each, and a test here holds it to that.
"""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import statistics
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import jwt
import pytest
from sqlalchemy import Engine, text

from tally.accounts.tokens import Keyring, _derive, _key_id
from tests.security.conftest import (
    HTMX,
    JSON,
    PASSWORD,
    SECRET,
    Person,
    Server,
    everything,
    is_well,
    person,
    record,
    records,
)
from tests.security.surface import DOORS, Door, body, scopes_of
from tests.waiting import WAIT_SECONDS, wait_until

Row = dict[str, Any]

ROWS: list[Row] = json.loads(Path(__file__).with_name("bad_inputs.json").read_text())
TESTS = Path(__file__).parents[1]

# Number of the row → file under tests/ and the names of its tests there.
ELSEWHERE = {
    49: ("browser/test_bad_inputs.py", "test_marks_piled_up_leave_a_row_its_height"),
    **dict.fromkeys(
        (56, 57, 58, 60, 61, 64, 65, 67),
        (
            "browser/test_bad_inputs.py",
            "test_shown_as_text",
            "test_shown_as_text_in_what_pages_say",
            "test_shown_as_text_of_a_file",
            "test_shown_as_text_of_a_visitor",
        ),
    ),
    198: ("faults/test_kills.py", "test_kills_under_writers"),
    235: ("faults/test_process.py", "test_dawdlers_shut_nobody_out"),
    **dict.fromkeys((236, 237), ("faults/test_process.py", "test_sigterm_under_load")),
    241: ("faults/test_database.py", "test_killed_in_the_middle_of_a_statement"),
    242: ("faults/test_database.py", "test_frozen"),
    243: ("faults/test_database.py", "test_slow_statements_take_everything"),
    244: ("faults/test_database.py", "test_a_locked_row"),
    245: ("faults/test_database.py", "test_a_full_disk", "test_read_only"),
    249: (
        "faults/test_whole.py",
        "test_a_migration_killed_half_way",
        "test_each_migration_killed_before_its_end",
    ),
}


# By the cookie of a browser, and by the token of a program.
BY_BOTH = pytest.mark.parametrize("by_token", [False, True], ids=["cookie", "token"])


def rows(*areas: str) -> list[Any]:
    """The rows of some areas, as parameters."""
    return [
        pytest.param(row, id=f"{row['id']} {row['area']}") for row in ROWS if row["area"] in areas
    ]


def numbered(*numbers: int) -> list[Any]:
    """Rows by their numbers, as parameters."""
    return [
        pytest.param(row, id=f"{row['id']} {row['area']}") for row in ROWS if row["id"] in numbers
    ]


def fields(**changed: str) -> dict[str, str]:
    """A good record's form, but for what is changed."""
    good = {
        "id": str(uuid4()),
        "consumption_date": datetime.now(UTC).date().isoformat(),
        "consumption_value": "2.5",
        "consumption_type": "coffee",
        "unit": "cup",
        "notes": "kept & shown",
    }
    return good | changed


def post(client: httpx2.Client, path: str = "/consumption", **options: Any) -> httpx2.Response:
    answer = client.post(path, **options)
    is_well(answer)
    return answer


def is_saved(answer: httpx2.Response) -> bool:
    """To a browser's form that is the way to the list, to a program the record."""
    is_program = "authorization" in answer.request.headers
    return answer.status_code == (201 if is_program else 303)


def is_refused_at(answer: httpx2.Response, field: str) -> None:
    """422 with the sentence at the field, on a page that keeps the others or in JSON."""
    assert answer.status_code == 422, answer.text[:300]
    if "authorization" in answer.request.headers:
        assert answer.json()["fields"].keys() == {field}
        return
    shown = answer.text
    assert re.search(rf'id="[\w-]*{field}[\w-]*-error"', shown), f"no sentence at {field}"
    assert re.search(rf'<[^>]*name="{field}"[^>]*aria-invalid="true"', shown)
    if field != "notes":
        assert "kept &amp; shown" in shown
    if field != "consumption_type":
        assert 'value="coffee"' in shown


# Numbers


@BY_BOTH
@pytest.mark.parametrize("row", rows("number"))
def test_number(row: Row, by_token: bool, client: httpx2.Client, engine: Engine) -> None:
    value = "9" * 100_000 if row["id"] == 31 else row["value"]
    expected = row["expected"]
    if row["id"] == 31:  # Larger than any body may be, so it does not even get to the form.
        assert post(client, data=fields(consumption_value=value)).status_code == 413
        value = "9" * 50_000
    answer = post(client, data=fields(consumption_value=value))
    if expected.startswith("422"):
        if "\x00" in value:
            assert answer.status_code == 422
        else:
            is_refused_at(answer, "consumption_value")
        assert records(engine) == []
        as_json = post(client, json=fields(consumption_value=value), headers=JSON)
        assert as_json.status_code == 422 and as_json.json()["fields"].keys() == {
            "consumption_value"
        }
        assert records(engine) == []
        return
    assert is_saved(answer)
    due = {"0.0005": "0.0005", "0": "0", "1,5": "1.5"}.get(value, "1234.56")
    (saved,) = records(engine)
    assert str(saved.consumption_value) == due
    if row["id"] == 11:
        seven = post(client, data=fields(consumption_value="0.0000005"))
        is_refused_at(seven, "consumption_value")


# Dates


@BY_BOTH
@pytest.mark.parametrize("row", rows("date"))
def test_date(row: Row, by_token: bool, client: httpx2.Client, engine: Engine) -> None:
    value = row["value"]
    if value is None:
        value = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    is_refused_at(post(client, data=fields(consumption_date=value)), "consumption_date")
    assert records(engine) == []
    if row["id"] == 119:
        return
    for parameter in ("from", "to", "period"):
        pages = () if by_token else ("/list", "/")
        for path in ("/consumption?format=json", "/stats?format=json", *pages):
            answer = client.get(
                path,
                params={"format": "json", parameter: value} if "?" in path else {parameter: value},
            )
            is_well(answer)
            assert answer.status_code == 422, (path, parameter)


# Texts


def urlencoded(client: httpx2.Client, body: bytes) -> httpx2.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return post(client, content=body, headers=kind)


def multipart(client: httpx2.Client, body: bytes, options: str = "") -> httpx2.Response:
    kind = {"Content-Type": f"multipart/form-data; boundary=XX{options}"}
    return post(client, content=body, headers=kind)


def part(name: str, value: bytes, options: bytes = b"") -> bytes:
    head = b'--XX\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + options
    return head + b"\r\n\r\n" + value + b"\r\n"


def good_parts(**changed: bytes) -> bytes:
    values = {name: value.encode() for name, value in fields().items()} | changed
    return b"".join(part(name, value) for name, value in values.items())


@BY_BOTH
@pytest.mark.parametrize("row", numbered(38, 39, 40, 42, 44, 47))
def test_text_that_is_refused(
    row: Row, by_token: bool, client: httpx2.Client, engine: Engine
) -> None:
    good = b"consumption_date=2026-01-01&consumption_value=1&consumption_type=coffee&notes="
    answer = {
        38: lambda: post(client, data=fields(notes=row["value"])),
        39: lambda: urlencoded(client, good + b"a%ffb"),
        40: lambda: urlencoded(client, good + b"a%c0%afb"),
        42: lambda: multipart(
            client, good_parts(notes=rb"a\ud800b") + b"--XX--\r\n", "; charset=unicode_escape"
        ),
        44: lambda: multipart(client, good_parts() + b"--XX--\r\n", "; charset=undefined"),
        47: lambda: post(client, data=fields(notes="n" * 2_001)),
    }[row["id"]]()
    assert 400 <= answer.status_code < 500
    if row["id"] == 47:
        is_refused_at(answer, "notes")
    assert records(engine) == []


@pytest.mark.parametrize("row", numbered(48, 49, 50, 53, 54))
def test_text_that_is_kept(row: Row, client: httpx2.Client, engine: Engine) -> None:
    sent: str = {48: "\U0001f600" * 2_000, 49: "Z" + "\u0300" * 500}.get(row["id"]) or row["value"]
    answer = post(client, data=fields(notes=sent, consumption_type="t" + "\U0001f600" * 63))
    assert answer.status_code == 303
    (saved,) = records(engine)
    assert saved.notes == unicodedata.normalize("NFC", sent.replace("\r\n", "\n"))
    shown = client.get("/consumption", headers=HTMX).text
    assert "maxlength" not in client.get("/add").text
    if row["id"] == 50:
        assert re.search(r"<bdi[^>]*>[^<]*\u202etxt\.exe", shown)
    if row["id"] == 54:
        assert post(client, data=fields(consumption_type="caf\u00e9")).status_code == 303
        assert post(client, data=fields(consumption_type="cafe\u0301")).status_code == 303
        kinds = {saved.consumption_type for saved in records(engine)}
        assert len(kinds) == 2, "composed and decomposed are one kind"


def test_a_line_break_in_notes_makes_one_line_of_log(
    client: httpx2.Client, server: Server, engine: Engine
) -> None:
    before = server.log.read_text().count("\n")
    post(client, data=fields(notes="line1\r\nline2"))
    client.get("/list", params={"q": "line1\r\nforged 200"})
    client.get("/li%0d%0aforged%20200")
    client.get("/healthz")
    told = server.log.read_text().splitlines()[before:]
    assert all(isinstance(json.loads(line), dict) for line in told)
    assert not any(line.startswith("forged") for line in told)


# SQL


@BY_BOTH
@pytest.mark.parametrize("row", rows("sqli"))
def test_sql(row: Row, by_token: bool, client: httpx2.Client, engine: Engine, eve: Person) -> None:
    record(engine, eve, consumption_type="eves tea", notes="' OR '1'='1 _ hers")
    value = row["value"]
    kept = post(client, data=fields(consumption_type=value, notes="mine"))
    assert is_saved(kept)
    before = everything(engine)
    for parameter in ("q", "type", "unit", "sort", "after", "limit", "min", "from", "period"):
        for path in ("/list", "/consumption", "/consumption/totals", "/stats"):
            headers = {} if path == "/list" else HTMX
            answer = client.get(path, params={parameter: value}, headers=headers)
            is_well(answer)
            assert "eves tea" not in answer.text and "$2b$" not in answer.text
    for path in ("/consumption/{}", "/consumption/{}/edit"):
        assert client.get(path.format(value.replace("/", "%2F"))).status_code == 404
    if row["id"] == 77:
        path = "/consumption" if by_token else "/list"
        assert client.get(path, params={"sort": value}).status_code == 422
    sign_in = post(client, "/auth/login", data={"email": value, "password": value})
    assert sign_in.status_code == (403 if by_token else 422)
    assert everything(engine) == before


def test_wildcards_of_sql_are_plain_characters(client: httpx2.Client) -> None:
    for kind in ("100% juice", "100 juice", "a_b", "axb", "back\\slash"):
        assert post(client, data=fields(consumption_type=kind, notes="")).status_code == 303
    for q, found in (("100%", 1), ("a_b", 1), ("\\", 1), ("%", 1), ("_", 1), ("juice", 2)):
        answer = client.get("/consumption", params={"q": q, "format": "json"}).json()
        assert answer["count"] == found, q


# Ids and pages


@BY_BOTH
@pytest.mark.parametrize("row", rows("id", "paging"))
def test_ids_and_pages(
    row: Row, by_token: bool, client: httpx2.Client, engine: Engine, mara: Person
) -> None:
    record(engine, mara)
    before = everything(engine)
    value = row["value"]
    if row["area"] == "id":
        inside = value if value.startswith("%") else value.replace("/", "%2F")
        for method, path in (
            ("GET", "/consumption/{}"),
            ("GET", "/consumption/{}/edit"),
            ("PUT", "/consumption/{}"),
            ("POST", "/consumption/{}"),
            ("DELETE", "/consumption/{}"),
            ("POST", "/consumption/{}/delete"),
            ("POST", "/consumption/{}/restore"),
            ("POST", "/auth/sessions/{}/end"),
        ):
            answer = client.request(method, path.format(inside))
            is_well(answer)
            # An id with a slash in it leads to no route at all.
            closed = by_token and not scopes_of(Door(method, path.format("{id}")))
            assert answer.status_code in ({403, 404} if closed else {404}), (method, path)
        parameters = {"after": value, "limit": value}
    else:
        parameters = {row["field"]: value}
    for parameter, text_ in parameters.items():
        answer = client.get("/consumption", params={parameter: text_}, headers=HTMX)
        is_well(answer)
        assert answer.status_code == 422, parameter
    assert everything(engine) == before


# Who somebody is


@pytest.mark.parametrize("row", rows("time"))
def test_time_zone(row: Row, client: httpx2.Client, engine: Engine, server: Server) -> None:
    before = everything(engine)
    sent = {"name": "Mara", "timezone": row["value"]}
    assert post(client, "/account", data=sent).status_code == 422
    new = {"email": "new@lindenhof.example", "password": PASSWORD, **sent}
    with server.client() as visitor:
        assert post(visitor, "/auth/register", data=new).status_code == 422
    assert everything(engine) == before


@pytest.mark.parametrize("row", rows("identity"))
def test_email(row: Row, server: Server, engine: Engine) -> None:
    person(engine, "kate@example.com", "Kate")
    person(engine, "alice@example.com", "Alice")
    before = everything(engine)
    email = {
        131: "\u212aate@example.com",
        133: "\u0430lice@example.com",
        136: "a" * 65 + "@" + "b" * 250 + ".com",
    }.get(row["id"]) or row["value"]
    with server.client() as visitor:
        for path, sent in (
            ("/auth/register", {"name": "X", "email": email, "password": "a good long password"}),
            ("/auth/login", {"email": email, "password": PASSWORD}),
        ):
            answer = post(visitor, path, data=sent)
            assert answer.status_code == 422
            assert "set-cookie" not in answer.headers
    assert everything(engine) == before


# Signing in


@pytest.mark.parametrize("row", numbered(140, 141, 142))
def test_password_at_sign_in(row: Row, server: Server, mara: Person) -> None:
    with server.client() as visitor:
        if row["id"] == 140:
            sent = {"email": mara.email, "password": "a" * 1_000_000}
            assert post(visitor, "/auth/login", data=sent).status_code == 413
        password = {140: "a" * 60_000, 141: "", 142: "a\x00b"}[row["id"]]
        sent = {"email": mara.email, "password": password}
        assert post(visitor, "/auth/login", data=sent).status_code == 422
        assert post(visitor, "/auth/login", json=sent).status_code == 422


@pytest.mark.parametrize("row", numbered(143, 144))
def test_eleven_wrong_tries(
    row: Row, start: Callable[..., Server], server: Server, engine: Engine, mara: Person
) -> None:
    person(engine, "kate@example.com", "Kate")
    # A proxy that is trusted lets the test come from several addresses; then it is not trusted.
    trusted = {"TALLY_TRUSTED_PROXIES": "127.0.0.1"} if row["id"] == 143 else {}
    with httpx2.Client(base_url=start(**trusted).url, timeout=60) as visitor:

        def sign_in(password: str, address: str, email: str = mara.email) -> httpx2.Response:
            sent = {"email": email, "password": password}
            return visitor.post("/auth/login", data=sent, headers={"X-Forwarded-For": address})

        spread = row["id"] == 144
        statuses = [
            sign_in("wrong password", f"10.0.0.{number if spread else 1}").status_code
            for number in range(10)
        ]
        assert statuses == [422] * 10
        refused = sign_in(PASSWORD, "10.0.0.1")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 300
        if spread:
            assert sign_in(PASSWORD, "10.0.0.99").status_code == 429
        else:
            # That address is heard no more, whoever it says it is; others are.
            assert sign_in(PASSWORD, "10.0.0.1", "kate@example.com").status_code == 429
            assert sign_in(PASSWORD, "10.0.0.2").status_code == 303
            assert sign_in(PASSWORD, "10.0.0.2", "kate@example.com").status_code == 303


@pytest.mark.parametrize("row", rows("set-password"))
def test_set_password(row: Row, client: httpx2.Client, server: Server, engine: Engine) -> None:
    def change(current: str, new: str) -> int:
        sent = {"current_password": current, "new_password": new}
        return client.post("/auth/password", data=sent).status_code

    if row["id"] == 149:
        before = everything(engine)[0].password_hash
        assert change(row["value"], "a good long password") == 422
        after = everything(engine)[0]
        assert after.password_hash == before
        assert len(after.sign_in_failures["recent"]) == 1
        return
    password = "é" * 37 if row["id"] == 147 else row["build"]
    assert change(PASSWORD, "x" * 1_025) == 422
    assert change(PASSWORD, password) == 303
    with server.client() as visitor:
        for typed, status in (
            (password[:-1], 422),
            (password + "e", 422),
            (password.encode().decode("latin-1"), 422),
            (password, 303),
        ):
            sent = {"email": "mara@lindenhof.example", "password": typed}
            assert visitor.post("/auth/login", data=sent).status_code == status, typed


# Redirects


@pytest.mark.parametrize("row", rows("redirect"))
def test_redirect(row: Row, server: Server, mara: Person, client: httpx2.Client) -> None:
    for value in (row["value"], row["value"].replace("%0d%0a", "\r\n")):
        with server.client() as visitor:
            sent = {"email": mara.email, "password": PASSWORD, "next": value}
            answers = [
                visitor.post("/auth/login", data=sent),
                client.get("/login", params={"next": value}),
            ]
            page = visitor.get("/login", params={"next": value})
        for answer in answers:
            assert answer.status_code == 303
            assert re.fullmatch(r"/(?![/\\])[!-~]*", answer.headers["location"])
            assert not answer.headers["location"].startswith("/login")
            assert answer.headers.get("x") is None
        assert not re.search(r'(href|value)="(https?:|//|javascript:)', page.text)


# Cookies


def forged(**changed: Any) -> str:
    """A session token with the right key, but for what is changed."""
    now = int(time.time())
    claims = {
        "sub": str(uuid4()),
        "sid": "s",
        "iat": now,
        "exp": now + 3600,
        "iss": "tally",
        "aud": "tally:session",
    }
    headers = {"kid": _key_id(_derive(SECRET, "session")), "typ": "session+jwt"}
    algorithm = changed.pop("algorithm", "HS256")
    key = None if algorithm == "none" else _derive(SECRET, "session")
    headers |= {name: changed.pop(name) for name in list(changed) if name in headers}
    return jwt.encode(claims | changed, key, algorithm, headers=headers)


@pytest.mark.parametrize("row", rows("cookie"))
def test_cookie(row: Row, server: Server, mara: Person, engine: Engine) -> None:
    own = {"sub": str(mara.id), "sid": mara.sid}
    ring = Keyring([SECRET])
    good = server.client(forged(**own))
    assert good.get("/list").status_code == 200, "the forgery itself would work"
    cookies_of: dict[int, Callable[[], list[str | bytes]]] = {
        164: lambda: [f"session={forged(algorithm='none', **own)}"],
        169: lambda: [
            f"session={token}"
            for token in (
                forged(typ="JWT", **own),
                forged(aud="tally:reset", **own),
                ring.reset(mara.id, "hash"),
                ring.invitation(),
            )
        ],
        170: lambda: [f"session={forged()}"],
        171: lambda: [f"session={signed_out(good, mara)}"],
        172: lambda: [
            f"session={forged(sub=sub, sid=mara.sid)}" for sub in ("abc", "-1", str(10**40))
        ],
        173: lambda: [
            "session=" + "x" * 4_096,
            "session=" + "x" * 20_000,
            "session=",
            "session=...",
            b"session=\xff\xfe",
            f"session={mara.cookie}; session={mara.cookie}",
            f"session=x; session={mara.cookie}",
        ],
    }
    cookies = cookies_of[row["id"]]()
    if row["id"] == 170:
        with engine.begin() as db:
            db.execute(
                text("UPDATE users SET password_hash = '!' || password_hash, sessions = '{}'")
            )
        cookies.append(f"session={mara.cookie}")
    with server.client() as visitor:
        for told in cookies:
            cookie = told if isinstance(told, bytes) else told.encode()
            answer = visitor.get("/list", headers={b"Cookie": cookie})
            is_well(answer)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/login")
        if row["id"] == 173:  # More than all headers may have together.
            too_much = visitor.get("/list", headers={"Cookie": "session=" + "x" * 60_000})
            assert too_much.status_code in (400, 431)


def signed_out(client: httpx2.Client, mara: Person) -> str:
    assert client.post("/auth/logout").status_code == 303
    return mara.cookie


# Other sites


@pytest.mark.parametrize("row", rows("csrf"))
def test_other_sites(
    row: Row, server: Server, client: httpx2.Client, engine: Engine, mara: Person
) -> None:
    record_id = record(engine, mara)
    before = everything(engine)
    if row["id"] == 183:
        reading = {door.path for door in DOORS if door.is_safe}
        for door in DOORS:
            address = door.address(**dict.fromkeys(door.parameters, str(record_id)))
            answer = client.get(address, params=body(record_id))
            is_well(answer)
            assert door.path in reading or answer.status_code in (404, 405), door
        assert everything(engine) == before
        return
    ((name, value),) = row["value"].items()
    value = value.replace("\\x00", "\x01").replace("HOST", server.url.removeprefix("http://"))
    if row["id"] == 178:
        value = server.url.replace("http:", "https:")
    for door in UNSAFE:
        address = door.address(**dict.fromkeys(door.parameters, str(record_id)))
        for data in (None, body(record_id), own_password(record_id)):
            answer = client.request(door.method, address, headers={name: value}, data=data)
            is_well(answer)
            assert answer.status_code in ((400, 403) if row["id"] == 182 else (403,)), door
            assert "set-cookie" not in answer.headers
    assert everything(engine) == before


UNSAFE = [door for door in DOORS if not door.is_safe] + [Door("PATCH", "/consumption/{id}")]


def own_password(record_id: Any) -> dict[str, str]:
    """The same fields with what would let them through: the right name and password."""
    return body(record_id) | {
        "email": "mara@lindenhof.example",
        "password": PASSWORD,
        "current_password": PASSWORD,
    }


# Somebody else's things (test_isolation.py walks through every route)


@BY_BOTH
@pytest.mark.parametrize("row", rows("isolation"))
def test_isolation(
    row: Row,
    by_token: bool,
    server: Server,
    client: httpx2.Client,
    engine: Engine,
    mara: Person,
    eve: Person,
) -> None:
    hers = record(engine, eve, consumption_type="eves tea", consumption_value="40937")
    if row["id"] == 186:
        extra = {"user_id": str(eve.id), "created_at": "1999-01-01", "deleted_at": "1999-01-01"}
        sent = fields() | extra
        assert is_saved(post(client, data=sent))
        assert post(client, json=fields() | extra, headers=JSON).status_code == 201
        edit = {"consumption_value": "7", **extra}
        path = f"/consumption/{sent['id']}"
        assert post(client, path, data=sent | edit, headers=JSON).status_code == 200
        saved = [row for row in records(engine) if row.id != hers]
        assert len(saved) == 2
        for one in saved:
            assert one.user_id == mara.id
            assert datetime.now(UTC) - one.created_at < timedelta(minutes=1)
            assert one.deleted_at is None
        (untouched,) = [row for row in records(engine) if row.id == hers]
        assert untouched.user_id == eve.id and untouched.consumption_value == 40937
    elif row["id"] == 187:
        assert is_saved(post(client, data=fields(id=str(hers))))
        both = [saved for saved in records(engine) if saved.id == hers]
        assert {saved.user_id for saved in both} == {mara.id, eve.id}
        assert {saved.consumption_type for saved in both} == {"coffee", "eves tea"}
    elif row["id"] == 189:
        post(client, data=fields())
        for path in ("/consumption?format=csv", "/consumption?format=json", "/stats?format=json"):
            answer = client.get(path, params=None)
            assert "eves tea" not in answer.text
            assert not re.search(r"(?<![\w.])40937(?![\w.])", answer.text)
    else:
        assert row["id"] == 190
        with server.client(**HTMX) as visitor:
            for path in ("/consumption", "/stats", "/consumption/suggestions?q=e", "/account"):
                answer = visitor.get(path)
                assert answer.status_code == 401
                assert answer.headers["hx-redirect"].startswith("/login")
                assert "<form" not in answer.text


# Twice


@BY_BOTH
@pytest.mark.parametrize("row", numbered(192, 194, 196, 197))
def test_twice(
    row: Row, by_token: bool, client: httpx2.Client, server: Server, engine: Engine, mara: Person
) -> None:
    sent = fields()
    path = f"/consumption/{sent['id']}"
    if row["id"] == 197:
        body = "&".join(
            f"{name}={httpx2.QueryParams({'x': value})}"[:].replace("=x=", "=")
            for name, value in sent.items()
        ).encode()
        head = (
            f"POST /consumption HTTP/1.1\r\nHost: {server.url.removeprefix('http://')}\r\n"
            f"{credential(client)}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        with socket.create_connection(server.address) as connection:
            connection.sendall(head.encode() + body)
        wait_until(lambda: records(engine), "the record that nobody waited for is not saved")
        assert post(client, data=sent).status_code == (200 if by_token else 303)
        assert len(records(engine)) == 1
        return
    assert is_saved(post(client, data=sent))
    if row["id"] == 192:
        other = post(client, data={**sent, "consumption_value": "9"}, headers=JSON)
        assert other.status_code == 409
        assert post(client, data=sent, headers=JSON).status_code == 200
    elif row["id"] == 194:
        assert client.delete(path, headers=JSON).is_success
        retried = post(client, data=sent, headers=JSON)
        assert retried.status_code == 409 and "deleted" in retried.json()["error"]
        assert [saved.deleted_at is not None for saved in records(engine)] == [True]
    else:
        deleted = client.delete(path, headers=JSON)
        assert deleted.status_code == 200
        assert client.delete(path, headers=JSON).status_code == 200
        change = deleted.json()["change"]
        undone = [
            post(client, "/consumption/undo", data={"change": change}, headers=JSON).status_code
            for _ in range(2)
        ]
        assert undone == [200, 200]
        assert [saved.deleted_at for saved in records(engine)] == [None]
        with engine.begin() as db:
            db.execute(text("DELETE FROM consumption_records"))
        purged = post(client, "/consumption/undo", data={"change": change}, headers=JSON)
        assert purged.status_code in (404, 410)
        assert post(client, path + "/restore", headers=JSON).status_code == 404


# Files that leave


@BY_BOTH
@pytest.mark.parametrize("row", rows("csv"))
def test_csv(row: Row, by_token: bool, client: httpx2.Client) -> None:
    value = row["value"]
    sent = fields(consumption_type=value, unit=value[:24], notes=value)
    assert is_saved(post(client, data=sent))
    # A type and a unit are one line.
    sent |= {name: " ".join(sent[name].split()) for name in ("consumption_type", "unit")}
    named = client.get("/consumption", params={"format": "csv", "filename": "../../x\r\nX: y"})
    is_well(named)
    assert named.status_code == 422 and named.headers.get("x") is None
    answer = client.get("/consumption", params={"format": "csv"})
    is_well(answer)
    disposition = answer.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[\w.-]+\.csv"', disposition)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("x") is None
    ((*_,), line) = csv.reader(io.StringIO(answer.text, newline=""))
    for cell, name in ((3, "consumption_type"), (4, "unit"), (5, "notes")):
        text_ = sent[name].strip()
        assert line[cell] == (text_ if row["id"] == 205 else f"'{text_}"), name
    assert line[2] == "2.5"


# HTTP itself


def request(server: Server, line: str, *headers: str, body: bytes = b"", host: str = "") -> bytes:
    host = host or server.url.removeprefix("http://")
    head = "\r\n".join((line, f"Host: {host}", "Connection: close", *headers, "", ""))
    return head.encode("latin-1") + body


def credential(client: httpx2.Client) -> str:
    """The header by which a client is known, as a line of a request."""
    name = "authorization" if "authorization" in client.headers else "cookie"
    return f"{name}: {client.headers[name]}"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize("row", rows("http"))
def test_http(row: Row, server: Server, client: httpx2.Client, engine: Engine) -> None:
    assert_answered(row, server, client, engine)


@pytest.mark.parametrize("by_token", [True], ids=["token"])
@pytest.mark.parametrize("row", numbered(207, 208, 210, 211, 212, 216, 232))
def test_http_of_somebody(
    row: Row, by_token: bool, server: Server, client: httpx2.Client, engine: Engine
) -> None:
    """The rows in which somebody asks, once more by a program."""
    assert_answered(row, server, client, engine)


def assert_answered(row: Row, server: Server, client: httpx2.Client, engine: Engine) -> None:
    """Bytes sent as a row get the answer that is due, and change nothing."""
    cookie = credential(client)
    form = "Content-Type: application/x-www-form-urlencoded"
    kind = "Content-Type: multipart/form-data"
    post_line, get_line = "POST /consumption HTTP/1.1", "GET /login HTTP/1.1"
    limit = 64 * 1024

    def sent(line: str, *headers: str, body: bytes = b"", host: str = "") -> bytes:
        return server.raw(request(server, line, *headers, body=body, host=host))

    def chunked(size: int) -> bytes:
        piece = f"{8192:x}\r\n".encode() + b"a" * 8192 + b"\r\n"
        return piece * (size // 8192 + 1) + b"0\r\n\r\n"

    truncated = good_parts() + part("x", b"y")[:-10]
    nameless = b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--\r\n"
    host = server.url.removeprefix("http://")
    cases: dict[int, list[tuple[Callable[[], bytes], set[int]]]] = {
        207: [(lambda: sent(post_line, cookie, form, f"Content-Length: {limit + 1}"), {413})],
        208: [
            (
                lambda: sent(
                    post_line, cookie, form, "Transfer-Encoding: chunked", body=chunked(limit)
                ),
                {413},
            )
        ],
        210: [
            (
                lambda options=options, body=body: sent(  # type: ignore[misc]
                    post_line, cookie, kind + options, f"Content-Length: {len(body)}", body=body
                ),
                {400},
            )
            for options in ("", "; boundary=", "; boundary=XX")
            for body in (b"garbage",)
        ],
        211: [
            (
                lambda: sent(
                    post_line,
                    cookie,
                    kind + "; boundary=XX",
                    f"Content-Length: {len(truncated)}",
                    body=truncated,
                ),
                {400, 422},
            )
        ],
        212: [
            (
                lambda: sent(
                    post_line,
                    cookie,
                    kind + "; boundary=XX",
                    f"Content-Length: {len(nameless)}",
                    body=nameless,
                ),
                {400},
            )
        ],
        216: [
            (
                lambda: sent(
                    post_line,
                    cookie,
                    form,
                    "Transfer-Encoding: chunked",
                    body=b"zz\r\nabc\r\n0\r\n\r\n",
                ),
                {400},
            )
        ],
        218: [(lambda: sent(get_line, "Host: evil.test"), {400})],
        219: [(lambda: sent(get_line, host="evil.test"), {400})],
        220: [(lambda: sent(get_line, host='a"><script>'), {400})],
        221: [(lambda: sent(get_line, "X: " + "x" * 100_000), {400, 431})],
        223: [(lambda: sent(get_line, *["X: y"] * 10_000), {400, 431})],
        224: [(lambda: sent(f"GET /{'x' * 100_000} HTTP/1.1"), {400, 414})],
        225: [
            (lambda: sent("TRACE /login HTTP/1.1"), {400, 405}),
            (lambda: sent("FOO /login HTTP/1.1"), {400, 405}),
            (lambda: sent("PUT /login HTTP/1.1"), {400, 405}),
        ],
        226: [
            (
                lambda: server.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 300),
                {400},
            )
        ],
        229: [],
        232: [
            (lambda path=path: sent(f"GET {path} HTTP/1.1", cookie), {404})  # type: ignore[misc]
            for path in (
                "/static/../app.py",
                "/static/%2e%2e/.env",
                "/static/..%2f..%2fpyproject.toml",
                "/static//etc/passwd",
                "/.git/config",
                "/static/css",
                "/static/css/",
            )
        ],
    }
    before = everything(engine)
    for send, due in cases[row["id"]]:
        answer = send()
        assert status(answer) in due, answer[:300]
        assert b"Traceback" not in answer and b"<script>window" not in answer
        assert b'a"><script>' not in answer
    if row["id"] == 229:
        head = f"POST /auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n"
        with socket.create_connection(server.address, timeout=WAIT_SECONDS) as connection:
            connection.sendall((head + f"{form}\r\nExpect: 100-continue\r\n\r\n").encode())
            while connection.recv(4096):
                pass
    assert everything(engine) == before


# The process


@pytest.mark.parametrize("path", ["/consumption/import", "/consumption/import/problems"])
def test_a_large_body_of_somebody_who_is_signed_out_is_not_waited_for(
    server: Server, path: str
) -> None:
    length = f"Content-Length: {16 * 1024 * 1024}"
    kind = "Content-Type: multipart/form-data; boundary=XX"
    answer = server.raw(
        request(server, f"POST {path} HTTP/1.1", kind, length, body=b"--XX"), WAIT_SECONDS
    )
    assert status(answer) == 303 and b"location: /login" in answer.lower()


def test_100_parallel_sign_ins_leave_the_others_served(server: Server, engine: Engine) -> None:
    """Row 246: beyond two at a time and a short queue they are told to come back."""
    for number in range(100):
        if number % 10 == 0:
            person(engine, f"p{number}@example.com", "P")
    overtaken: list[int] = []

    limits = httpx2.Limits(max_connections=120)
    with (
        httpx2.Client(base_url=server.url, timeout=60, limits=limits) as visitors,
        ThreadPoolExecutor(100) as pool,
    ):

        def sign_in(number: int) -> int:
            sent = {"email": f"p{number}@example.com", "password": PASSWORD}
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            return visitors.post("/auth/login", data=sent, headers=headers).status_code

        waiting = [pool.submit(sign_in, number) for number in range(100)]

        def answered() -> int:
            return sum(answer.done() for answer in waiting)

        while (before := answered()) < len(waiting):
            assert visitors.get("/healthz").status_code == 200
            overtaken.append(answered() - before)
            time.sleep(0.02)
    statuses = {answer.result() for answer in waiting}
    assert statuses <= {303, 422, 429, 503}
    assert 503 in statuses
    # Others are answered while passwords are hashed: mostly before the next sign-in is.
    assert statistics.median(overtaken) == 0


@pytest.mark.parametrize("secret", ["", "x" * 31])
def test_without_a_good_key_it_does_not_start(secret: str, start: Callable[..., Server]) -> None:
    """Row 248."""
    with pytest.raises(AssertionError, match="TALLY_SECRET_KEY") as refused:
        start(secret=secret)
    assert "Traceback" not in str(refused.value)


# Every row


HERE = {
    246: "test_100_parallel_sign_ins_leave_the_others_served",
    248: "test_without_a_good_key_it_does_not_start",
}


def taken_here() -> set[int]:
    """The numbers of the rows that some test above is given."""
    return {
        parameter.values[0]["id"]
        for name, test in globals().items()
        if name.startswith("test_") and test is not test_every_row_has_a_test
        for mark in getattr(test, "pytestmark", ())
        if mark.name == "parametrize" and mark.args[0] == "row"
        for parameter in mark.args[1]
    }


@pytest.mark.parametrize("row", rows(*{row["area"] for row in ROWS}))
def test_every_row_has_a_test(row: Row) -> None:
    number = row["id"]
    assert number in ELSEWHERE or number in HERE or number in taken_here()
    path, *names = ELSEWHERE.get(number, ("security/test_bad_inputs.py", HERE.get(number, "")))
    source = (TESTS / path).read_text()
    for name in filter(None, names):
        assert f"def {name}(" in source, name
