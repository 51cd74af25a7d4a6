"""Every answer: its headers, the facts it never tells, and texts that come back as sent."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Engine

import tally
from tally.accounts import passwords
from tests.security.conftest import (
    HTMX,
    PASSWORD,
    Person,
    Server,
    everything,
    is_well,
    record,
    records,
)
from tests.security.surface import DOORS, Door, body

SOURCES = Path(tally.__file__).parent
TOP = SOURCES.parents[1]
# The installed application, which knows nobody: browsers keep it, and ask whether it is the newest.
KEPT = {"/manifest.webmanifest", "/sw.js", "/offline"}
# htmx restores a page of the history.
WHOLE = {"HX-Request": "true", "HX-Request-Type": "full"}

# The first style sheet, the first script, and a file that is not there.
STATIC = [
    (f"/static/css/{min((TOP / 'static/css').glob('*.css')).name}", 200),
    (f"/static/js/{min((TOP / 'static/js').glob('*.js')).name}", 200),
    ("/static/none", 404),
]


@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_every_answer_carries_the_headers(
    door: Door, https: bool, server: Server, mara: Person
) -> None:
    name = "__Host-session" if https else "session"
    headers = {"Cookie": f"{name}={mara.cookie}"}
    if https:
        headers["X-Forwarded-Proto"] = "https"
    address = door.address(**dict.fromkeys(door.parameters, str(uuid4())))
    form: dict[str, Any] = {} if door.is_safe else {"data": body("x", door=door)}
    with server.client() as client:
        answers = [
            client.request(door.method, address, headers=headers, **form),
            client.request(door.method, address, headers=headers | HTMX, **form),
            client.request("POST", address, headers=headers | {"Sec-Fetch-Site": "cross-site"}),
            client.request("DELETE", "/nowhere", headers=headers),
        ]
    for answer in answers:
        has_the_headers(answer, https=https)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_browser_never_gets_a_part_of_a_page(
    door: Door, server: Server, engine: Engine, mara: Person
) -> None:
    """Without htmx, and to htmx where it asks for a whole page; it shows errors as messages."""
    address = door.address(**dict.fromkeys(door.parameters, str(record(engine, mara))))
    sent = body(record(engine, mara), door=door) | {"type": "coffee"}
    form: dict[str, Any] = {} if door.is_safe else {"data": sent}
    with server.client(mara.cookie) as client:
        answer = client.request(door.method, address, **form)
        restored = client.request(door.method, address, headers=WHOLE, **form)
    is_well(answer)
    for shown in (answer, restored) if restored.is_success else (answer,):
        if shown.headers.get("content-type", "").startswith("text/html"):
            assert shown.text.startswith("<!doctype html>")


@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(("path", "status"), STATIC)
def test_static_files_allow_nothing_at_all(
    path: str, status: int, https: bool, server: Server
) -> None:
    """A file is no page: its policy is shorter, and takes everything away."""
    with server.client(**{"X-Forwarded-Proto": "https"} if https else {}) as client:
        answer = client.get(path)
    assert answer.status_code == status
    headers = answer.headers
    assert ("strict-transport-security" in headers) is https
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "charset=utf-8" in headers["content-type"]
    assert not any(name.startswith("access-control-") for name in headers)


def test_errors_over_https_bind_browsers_to_https(server: Server) -> None:
    with server.client(**{"X-Forwarded-Proto": "https"}) as client:
        answers = [
            client.get("/login", headers={"Host": "evil.test"}),
            client.get("/nowhere"),
            client.request("TRACE", "/login"),
            client.post("/auth/login", content=b"x" * 100_000),
            client.post("/auth/login", content=b"x"),
            client.get("/auth/reset?token=none"),
        ]
    assert [answer.status_code for answer in answers] == [400, 404, 405, 413, 415, 422]
    for answer in answers:
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def has_the_headers(answer: httpx2.Response, *, https: bool) -> None:
    headers = answer.headers
    policy = headers["content-security-policy"]
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy and "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert ("strict-transport-security" in headers) is https
    assert not any(name.startswith("access-control-") for name in headers)
    kind = headers.get("content-type", "")
    if kind.startswith("text/") or "javascript" in kind:
        assert "charset=utf-8" in kind, kind
    kept = answer.status_code == 200 and answer.request.url.path in KEPT
    assert headers["cache-control"] == ("no-cache" if kept else "no-store")
    assert "HX-Request-Type" in headers["vary"]
    for cookie in headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie and "Path=/" in cookie and "SameSite=lax" in cookie
        assert "Domain" not in cookie
        assert cookie.startswith("__Host-session=") is https is ("Secure" in cookie)


def test_other_origins_get_nothing(server: Server, mara: Person) -> None:
    with server.client(mara.cookie, Origin="https://evil.test") as client:
        for answer in (client.get("/list"), client.options("/consumption")):
            assert not any(name.startswith("access-control-") for name in answer.headers)


HIDDEN = [
    *("/.git/config", "/.git/HEAD", "/.env", "/.env.local", "/.ci/run", "/.htaccess", "/.DS_Store"),
    *("/pyproject.toml", "/requirements.txt", "/compose.yaml", "/Dockerfile", "/Makefile"),
    *("/src/tally/app.py", "/sql/totals.sql", "/templates/base.html", "/secret_key", "/data"),
    *("/docs", "/redoc", "/swagger.json", "/graphql", "/admin", "/wp-login.php"),
    *("/debug", "/console", "/server-status", "/phpinfo.php", "/actuator", "/config.json"),
    *("/backup.sql", "/dump.sql", "/db.sqlite3", "/id_rsa", "/robots.txt~", "/login.bak"),
    *("/static/", "/static/css/", "/static/js/", "/static/../secret_key"),
]


@pytest.mark.parametrize("path", HIDDEN)
def test_files_of_the_server_are_not_served(path: str, server: Server, mara: Person) -> None:
    for cookie in ("", mara.cookie):
        with server.client(cookie) as client:
            answer = client.get(path)
            is_well(answer)
            assert answer.status_code == 404


def test_no_answer_names_the_software(server: Server) -> None:
    with server.client() as client:
        for path in ("/login", "/nowhere", "/healthz", "/static/css/base.css"):
            headers = client.get(path).headers
            assert "x-powered-by" not in headers
            assert "uvicorn" not in headers.get("server", "")


# What comes back


@pytest.mark.parametrize(
    "text",
    [
        *("%2541", "&lt;", "%253Cscript%253E", "{{7*7}}", "${7*7}", "#{7*7}", "%s%n%x", "{0}"),
        *("{0.__class__}", "</script>", "\u2028", '"\\"', "{% raw %}", "javascript:alert(1)"),
        *("data:text/html,<b>x", "vbscript:x", "//evil.test/x", "http://evil.test/?a=1&b=2"),
    ],
)
def test_text_is_kept_and_shown_exactly_as_sent(
    text: str, client: httpx2.Client, engine: Engine
) -> None:
    sent = {name: body(uuid4())[name] for name in ("id", "consumption_date", "consumption_value")}
    sent |= {"consumption_type": "x" + text, "notes": "n" + text}
    answer = client.post("/consumption", data=sent)
    is_well(answer)
    assert answer.status_code == 303
    (saved,) = records(engine)
    assert (saved.consumption_type, saved.notes) == ("x" + text.strip(), "n" + text.strip())
    exported = client.get("/consumption", params={"format": "json"}).json()["records"][0]
    assert exported["notes"] == saved.notes
    for path in ("/", "/list", "/add", "/list?view=print"):
        page = client.get(path).text
        assert "49" not in re.findall(r">\s*n(\d+)", page)
        leads_only_here(page)
    assert saved.notes in unescape(client.get("/list").text)


def leads_only_here(page: str) -> None:
    """Every address in a page is a path of this site."""
    for name, address in re.findall(r'(?<![\w-])(href|src|action|hx-[a-z]+)="([^"]*)"', page):
        if name in ("href", "src", "action", "hx-get", "hx-post", "hx-put", "hx-delete"):
            assert re.match(r"/(?!/)|#|\?|$", unescape(address)), (name, address)


def test_no_address_in_a_page_holds_a_secret(client: httpx2.Client, mara: Person) -> None:
    for path in ("/", "/list", "/add", "/?dialog=account"):
        page = client.get(path).text
        assert mara.cookie not in page
        for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', page):
            assert mara.email not in unescape(address)
            assert "token=" not in address and "invitation=" not in address


# Passwords


def test_seven_characters_and_words_of_the_list_are_refused(server: Server, engine: Engine) -> None:
    words = sorted(passwords.common_passwords())[:: len(passwords.common_passwords()) // 20][:20]
    with server.client() as visitor:
        for password in ("1234567", "a b c d", "tallytally1", "new@lindenhof.example", *words):
            sent = {"name": "New", "email": "new@lindenhof.example", "password": password}
            answer = visitor.post("/auth/register", data=sent)
            is_well(answer)
            assert answer.status_code == 422, password
            assert password not in answer.text.replace(sent["email"], "")
    assert everything(engine) == []


def test_password_fields_help_password_managers(server: Server, mara: Person) -> None:
    with server.client() as visitor, server.client(mara.cookie) as client:
        pages = {
            "current-password": visitor.get("/login?new=0").text,
            "new-password": visitor.get("/login?new=1").text,
            "username": client.get("/?dialog=account").text,
        }
    for hint, page in pages.items():
        assert f'autocomplete="{hint}"' in page
        assert "onpaste" not in page
        fields = re.findall(r'<input[^>]*name="(?:\w*password)"[^>]*>', page)
        assert fields and all('type="password"' in field for field in fields)
        assert all("maxlength" not in field for field in fields)


def test_nobody_is_there_at_the_beginning(server: Server, engine: Engine) -> None:
    assert everything(engine) == []
    with server.client() as visitor:
        for email in ("admin", "admin@localhost", "root@localhost"):
            sent = {"email": email, "password": "admin"}
            assert visitor.post("/auth/login", data=sent).status_code == 422


def test_passwords_are_kept_as_slow_hashes(server: Server, engine: Engine) -> None:
    with server.client() as visitor:
        sent = {"name": "New", "email": "new@lindenhof.example", "password": PASSWORD}
        assert visitor.post("/auth/register", data=sent).status_code == 303
    (user,) = everything(engine)
    assert re.fullmatch(r"\$2b\$12\$.{53}", user.password_hash)
    assert PASSWORD not in str(user)


# The sources


def test_no_source_makes_code_or_markup_of_text() -> None:
    forbidden = re.compile(
        r"(?<!\.)\b(eval|exec)\(|from_string\(|\|\s*safe\b|innerHTML\s*=|document\.write"
    )
    folders = ((SOURCES, "*.py"), (TOP / "templates", "*.html"), (TOP / "static/js", "*.js"))
    for folder, pattern in folders:
        for path in folder.rglob(pattern):
            for line in path.read_text().splitlines():
                assert not forbidden.search(line), (path, line)


def test_no_source_holds_a_secret() -> None:
    secret = re.compile(r"-----BEGIN|AKIA[0-9A-Z]{16}|\$2b\$\d\d\$[./A-Za-z0-9]{53}")
    for path in [*SOURCES.rglob("*.py"), TOP / "compose.yaml", TOP / "Dockerfile"]:
        assert not secret.search(path.read_text()), path


def test_names_of_sessions_cannot_be_guessed(server: Server, engine: Engine, mara: Person) -> None:
    """128 bits and more of the system's randomness each."""
    for _ in range(2):
        with server.client() as visitor:
            visitor.post("/auth/login", data={"email": mara.email, "password": PASSWORD})
    (user,) = everything(engine)
    made = [sid for sid in user.sessions if sid != mara.sid]
    assert len(made) == 2 and all(len(sid) >= 22 for sid in made)
