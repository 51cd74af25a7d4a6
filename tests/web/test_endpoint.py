"""The promises to every handler: one transaction, the right shape of answer, no leaked faults."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.accounts.profile import local_path
from tally.db.engine import Database
from tally.errors import HTTPError, Invalid, NotFound
from tally.web.context import RequestContext
from tally.web.endpoint import _database_seconds, _Rules, public, signed_in
from tally.web.forms import MAX_BYTES
from tally.web.middleware import WRONG_HOST
from tally.web.slots import MAX_WRITES
from tests.conftest import HTMX, JSON, Account
from tests.waiting import WAIT_SECONDS, wait_until

INSERT = text("INSERT INTO users (email, password_hash, name) VALUES ('a@b.c', '', 'n')")
COUNT = text("SELECT COUNT(*) FROM users")

RECORD = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}

Serve = Callable[[Callable[[RequestContext], Response]], TestClient]


@pytest.fixture
def serve(app: Starlette, running: TestClient, database: Database) -> Iterator[Serve]:
    """Puts a handler at `/under-test`, for everybody."""
    added: list[Route] = []

    def put(handler: Callable[[RequestContext], Response]) -> TestClient:
        added.append(Route("/under-test", public(handler), methods=["GET", "POST"]))
        app.router.routes.insert(0, added[-1])
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        client.portal = running.portal
        return client

    yield put
    for route in added:
        app.router.routes.remove(route)


def _users(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute(COUNT).scalar_one())


def test_what_a_handler_did_is_committed_whatever_it_answers(
    serve: Serve, database: Database
) -> None:
    def refuse_politely(context: RequestContext) -> Response:
        context.db.execute(INSERT)
        return PlainTextResponse("no", 422)

    assert serve(refuse_politely).post("/under-test").status_code == 422
    assert _users(database) == 1


@pytest.mark.parametrize("error", [NotFound(), HTTPError(409, "Late."), RuntimeError("secret")])
def test_what_a_handler_did_before_it_raised_is_rolled_back(
    serve: Serve, database: Database, error: Exception
) -> None:
    def fail(context: RequestContext) -> Response:
        context.db.execute(INSERT)
        raise error

    answer = serve(fail).post("/under-test")
    assert answer.status_code == getattr(error, "status", 500)
    assert "secret" not in answer.text
    assert _users(database) == 0


def test_a_fault_of_ours_has_the_same_words_inside_and_outside_a_handler(
    serve: Serve, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(place: object) -> Response:
        raise RuntimeError("secret")

    client = serve(fail)
    outside = Route("/outside", fail, methods=["GET", "POST"])
    monkeypatch.setattr(app.router, "routes", [outside, *app.router.routes])
    words = "Something went wrong on our side."
    unsure = f"{words} Look whether it was saved before you send it again."
    for method, path, sentence in (
        ("GET", "/under-test", words),
        ("POST", "/under-test", f"{words} Nothing was saved."),
        ("GET", "/outside", words),
        ("POST", "/outside", unsure),
    ):
        answer = client.request(method, path, headers=JSON)
        assert (answer.status_code, answer.json()["error"]) == (500, sentence)


def test_a_refusal_is_a_page_a_fragment_or_json(serve: Serve) -> None:
    def refuse(context: RequestContext) -> Response:
        raise Invalid({"unit": "Units can have 24 characters."})

    client = serve(refuse)
    page = client.post("/under-test")
    fragment = client.post("/under-test", headers=HTMX)
    json = client.post("/under-test", headers={"Accept": "application/json"})
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert fragment.headers["HX-Retarget"] == "#messages"
    assert " </p>" not in fragment.text, "no blank stands behind a sentence"
    assert json.json() == {
        "error": "Units can have 24 characters.",
        "fields": {"unit": "Units can have 24 characters."},
    }
    assert {answer.status_code for answer in (page, fragment, json)} == {422}


def the_form(page: str) -> str:
    return page.partition('<form class="fields"')[2].partition("</form>")[0]


def test_a_refused_form_stands_on_its_page_to_be_corrected(serve: Serve) -> None:
    def refuse(context: RequestContext) -> Response:
        raise Invalid({"set-date": "Write a day.", "unit": "Units are short.", "other": "No."})

    client = serve(refuse)
    sent = {"set-date": '"<1>', "unit": "a\nb", "ids": ["x", "y"], "notes": "<b>&"}
    page = client.post("/under-test?type=a%20b", data=sent)
    form = the_form(page.text)
    assert 'action="/under-test?type=a%20b"' in form
    assert 'name="set-date" class="input" aria-describedby="sent-1-error"' in form
    assert 'value="&#34;&lt;1&gt;"' in form and ">Set date</label>" in form
    assert "a\nb</textarea>" in form and "Units are short." in form
    for name, value in (("ids", "x"), ("ids", "y"), ("notes", "&lt;b&gt;&amp;")):
        assert f'type="hidden" name="{name}" value="{value}"' in form
    # A fault of no field that was sent stands above, and nowhere twice.
    assert page.text.count("<li>No.</li>") == 1 and page.text.count("Units are short.") == 1
    assert not the_form(client.post("/under-test", data={"notes": "x"}).text)
    assert not the_form(client.post("/under-test", data={"unit": ["a", "b"]}).text)


@pytest.mark.parametrize(
    ("status", "sent", "comes"),
    [
        (503, {"notes": "typed"}, True),
        (429, {"notes": "typed"}, True),
        (503, {}, False),
        (409, {"notes": "typed"}, False),
        (404, {"notes": "typed"}, False),
        (503, {"notes": "typed", "current_password": "secret"}, False),
        (503, {"email": "a@b.c", "password": "secret"}, False),
    ],
)
def test_a_form_that_came_at_a_bad_time_can_be_sent_again_without_its_passwords(
    serve: Serve, status: int, sent: dict[str, str], comes: bool
) -> None:
    def refuse(context: RequestContext) -> Response:
        raise HTTPError(status, "Not now.")

    client = serve(refuse)
    page = client.post("/under-test", data=sent).text
    assert bool(the_form(page)) is comes
    assert ('type="hidden" name="notes" value="typed"' in page) is comes
    assert "secret" not in page
    assert not the_form(client.get("/under-test").text)


def test_a_part_is_only_for_partial_requests(serve: Serve) -> None:
    client = serve(lambda context: PlainTextResponse(str(context.is_fragment)))
    assert client.get("/under-test", headers=HTMX).text == "True"
    restore = {"HX-Request": "true", "HX-Request-Type": "full"}
    assert client.get("/under-test", headers=restore).text == "False"
    assert client.get("/under-test").text == "False"


def test_members_are_asked_for_by_redirect_header_or_json(visitor: TestClient) -> None:
    page = visitor.get("/list?type=coffee")
    assert (page.status_code, page.headers["location"]) == (
        303,
        "/login?next=%2Flist%3Ftype%3Dcoffee",
    )
    fragment = visitor.get("/consumption", headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (
        401,
        "/login?next=%2Fconsumption",
    )
    shown = {**HTMX, "HX-Current-URL": "http://testserver/list?q=tea"}
    assert visitor.get("/consumption", headers=shown).headers["HX-Redirect"] == (
        "/login?next=%2Flist%3Fq%3Dtea"
    )
    form = visitor.post("/consumption", data={"line": "coffee"}, headers=HTMX)
    assert form.status_code == 401
    assert "HX-Redirect" not in form.headers
    assert visitor.get("/consumption?format=csv").status_code == 401
    assert visitor.get("/stats", headers={"Accept": "application/json"}).json()["error"]


ID = "5b0f6f3e-1f5d-4c3e-8f0e-6a3c1c1f9a01"


@pytest.mark.parametrize(
    ("path", "fields", "page", "after"),
    [
        ("/consumption", {"line": "tea 2"}, "/add", "/add?line=tea+2"),
        ("/consumption", {"line": "чай & л"}, "", "/add?" + urlencode({"line": "чай & л"})),
        ("/consumption", {"line": "tea 2\ncoffee"}, "/add", "/add?line=tea+2%0Acoffee"),
        ("/consumption", {"line": "t" * 2300}, "/add", "/add?line=" + "t" * 2300),
        ("/consumption", {"line": "t" * 2400}, "/add", "/add"),
        ("/consumption", {"line": "ü" * 240}, "/add", "/add"),
        ("/consumption", {"line": ""}, "/add", "/add"),
        ("/consumption", {"consumption_type": "tea", "id": ID, "notes": "a & b"}, "/add?fields=1",
         "/add?consumption_type=tea&notes=a+%26+b"),
        ("/consumption", {"consumption_type": "", "cost": ""}, "/add?fields=1", "/add?fields=1"),
        (f"/consumption/{ID}", {"notes": "", "unit": "l", "version": "1", "back": "/list?q=tea"},
         f"/consumption/{ID}/edit",
         f"/consumption/{ID}/edit?unit=l&notes=&version=1&back=%2Flist%3Fq%3Dtea"),
        (f"/consumption/{ID}?restore=1", {"unit": "l"}, "", f"/consumption/{ID}/edit?unit=l"),
        (f"/consumption/{ID}/delete", {"unit": "l"}, "/list?q=a", "/list?q=a"),
        ("/consumption/bulk", {"action": "delete"}, "/list?q=a%20b", "/list?q=a%20b"),
        ("/limits", {}, "", "/"),
        ("/limits", {}, "[", "/"),
        ("/account/delete", {}, "//evil.test/", "/?dialog=account"),
    ],
)  # fmt: skip
def test_a_form_sent_signed_out_leads_back_to_where_it_stood(
    visitor: TestClient, path: str, fields: dict[str, str], page: str, after: str
) -> None:
    headers = {"Referer": f"http://testserver{page}"} if page else {}
    answer = visitor.post(path, data=fields, headers=headers)
    where = urlsplit(answer.headers["location"])
    assert (answer.status_code, where.path) == (303, "/login")
    assert local_path(dict(parse_qsl(where.query)).get("next", "/")) == after


@pytest.mark.parametrize(
    "address", ["http://[", "http://[bad/list?x", "http://testserver/list?q=%ff", "\xe9://\xff",
                "http://testserver/list?" + "&".join(f"q{number}=1" for number in range(101))]
)  # fmt: skip
@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_a_page_that_cannot_be_read_is_none(
    client: TestClient, visitor: TestClient, header: str, address: str
) -> None:
    here = {header.encode(): address.encode("latin-1")}
    htmx = {name.encode(): value.encode() for name, value in HTMX.items()}
    record_id = str(uuid4())
    saved = client.post("/consumption", data={"line": "tea", "id": record_id}, headers=here)
    assert saved.status_code == 303
    for headers in (here, here | htmx):
        assert client.get("/list", headers=headers).status_code == 200
        assert client.get(f"/consumption/{record_id}/edit", headers=headers).status_code == 200
        for path, fields in [
            (f"/consumption/{record_id}", {"notes": "x"}),
            ("/consumption/bulk", {"action": "add-tag", "add-tag": "late", "ids": record_id}),
        ]:
            answer = client.post(path, data=fields, headers=headers)
            assert answer.status_code == (200 if headers is not here else 303)
        assert visitor.get("/list", headers=headers).status_code in (303, 401)


def test_unknown_paths_are_404_for_everybody(visitor: TestClient, client: TestClient) -> None:
    for browser in (visitor, client):
        assert browser.get("/nothing/here").status_code == 404
        assert browser.post("/login").status_code == 405
        for path in ("/list/", "/consumption/", "/login/"):
            assert browser.get(path).status_code == 404
            assert browser.get(path, headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allow", "words"),
    [
        ("POST", "/list", "GET, HEAD", "GET"),
        ("PATCH", "/consumption", "GET, HEAD, POST", "GET and POST"),
        ("PUT", "/auth/reset", "GET, HEAD, POST", "GET and POST"),
        ("PATCH", f"/consumption/{UUID(int=1)}", "GET, HEAD, POST, PUT, DELETE",
         "GET, POST, PUT and DELETE"),
        ("GET", "/consumption/undo", "POST", "POST"),
        ("GET", "/consumption/bulk", "POST", "POST"),
        ("DELETE", "/consumption/import", "GET, HEAD, POST", "GET and POST"),
        ("POST", "/static/css/base.css", "GET, HEAD", "GET"),
    ],
)  # fmt: skip
def test_a_wrong_method_is_told_the_right_ones(
    client: TestClient, method: str, path: str, allow: str, words: str
) -> None:
    answer = client.request(method, path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json()["error"] == f"This address takes {words} only."


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "signed_out"),
    [
        ("PATCH", "/consumption", b"", 405, 405),
        ("POST", "/nothing/here", b"a=1", 404, 404),
        ("POST", "/auth/login", b"a=%ff", 400, 400),
        ("POST", "/consumption", b"a=" + b"9" * MAX_BYTES, 413, 303),
        ("POST", "/consumption", b"a=%ff", 400, 303),
    ],
)
def test_a_refused_member_keeps_the_way_to_the_pages(
    visitor: TestClient,
    client: TestClient,
    method: str,
    path: str,
    content: bytes,
    status: int,
    signed_out: int,
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    page = client.request(method, path, content=content, headers=form)
    assert (page.status_code, 'href="/list"' in page.text) == (status, True)
    page = visitor.request(method, path, content=content, headers=form)
    assert (page.status_code, 'href="/list"' in page.text) == (signed_out, False)


@pytest.mark.parametrize(
    ("path", "content", "headers", "status"),
    [
        ("/consumption", b"{bad", {}, 400),
        ("/consumption", b"[1]", {}, 422),
        ("/consumption", b'"' + b"9" * MAX_BYTES + b'"', {}, 413),
        ("/consumption", b"{}", {"Origin": "http://evil.test"}, 403),
        ("/nothing/here", b"{}", {}, 404),
        ("/consumption", b"{}", {"Host": "evil.test"}, 400),
    ],
)
def test_json_that_is_refused_is_answered_in_json(
    client: TestClient, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.post(path, content=content, headers=kind | headers)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_an_unknown_host_is_a_page_a_fragment_or_json(client: TestClient) -> None:
    strange = {"Host": "evil.test"}
    page = client.get("/login", headers=strange)
    fragment = client.get("/login", headers=strange | HTMX)
    json = client.get("/login", headers=strange | {"Accept": "application/json"})
    assert {answer.status_code for answer in (page, fragment, json)} == {400}
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert json.json() == {"error": WRONG_HOST, "fields": {}}


def test_a_handler_knows_who_asks(app: Starlette, serve: Serve, client: TestClient) -> None:
    serve(lambda context: PlainTextResponse(context.user.name))
    assert client.get("/under-test").text == "Ada Lovelace"


def test_members_need_no_hash_to_be_refused(visitor: TestClient) -> None:
    assert visitor.post("/account/delete", data={"password": "x"}).status_code == 303


def test_a_request_reads_its_path_id_strictly(app: Starlette) -> None:
    request = Request({"type": "http", "path_params": {"id": "{0}"}, "method": "GET"})
    context = RequestContext(request, None, None, None)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        context.path_id()


def test_members_wraps_the_handler_it_names() -> None:
    def handler(context: RequestContext) -> Response:
        """The words of the handler."""
        raise NotFound

    assert signed_in(handler).__doc__ == "The words of the handler."


def test_a_member_reads_six_at_once_and_writes_as_many_as_they_like(
    app: Starlette, serve: Serve, ada: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.read_slots, "_seconds", 0.2)
    monkeypatch.setattr("tally.web.endpoint.TURN_SECONDS", 60)
    entered, let_go = threading.Semaphore(0), threading.Event()

    def linger(context: RequestContext) -> Response:
        entered.release()
        if "linger" in context.request.query_params:
            let_go.wait(WAIT_SECONDS)
        return PlainTextResponse("done")

    serve(linger)
    assert bob.client.get("/list").status_code == 200
    with ThreadPoolExecutor(10) as pool:
        try:
            held = [pool.submit(ada.client.get, "/under-test?linger") for _ in range(6)]
            assert entered.acquire(timeout=WAIT_SECONDS)
            [reads] = app.state.read_slots._members.values()
            wait_until(lambda: reads.turns.statistics().tasks_waiting == 5, "five do not wait")
            refused = ada.client.get("/under-test", headers={"Accept": "application/json"})
            assert (refused.status_code, bool(refused.json()["error"])) == (429, True)
            assert int(refused.headers["Retry-After"]) > 0
            assert ada.client.head("/list").status_code == 429
            assert ada.client.post("/under-test").status_code == 200
            assert ada.client.get("/static/css/base.css").status_code == 200
            assert bob.client.get("/under-test").status_code == 200
        finally:
            let_go.set()
        assert [answer.result().status_code for answer in held] == [200] * 6
    assert ada.client.get("/under-test").status_code == 200


def test_writes_of_a_member_wait_for_one_another_and_leave_threads_to_others(
    serve: Serve, ada: Account, bob: Account
) -> None:
    entered, let_go = threading.Semaphore(0), threading.Event()

    def linger(context: RequestContext) -> Response:
        if "linger" in context.request.query_params:
            entered.release()
            let_go.wait(WAIT_SECONDS)
        return PlainTextResponse("done")

    serve(linger)
    many = 3 * MAX_WRITES
    with ThreadPoolExecutor(many) as pool:
        try:
            held = [pool.submit(ada.client.post, "/under-test?linger") for _ in range(many)]
            for _ in range(MAX_WRITES):
                assert entered.acquire(timeout=WAIT_SECONDS)
            assert not entered.acquire(timeout=0.2)
            assert bob.client.post("/under-test").status_code == 200
            assert ada.client.get("/under-test").status_code == 200
        finally:
            let_go.set()
        assert [answer.result().status_code for answer in held] == [200] * many


def test_a_read_whose_turn_does_not_come_is_told_and_others_are_not(
    app: Starlette, serve: Serve, ada: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tally.web.endpoint.TURN_SECONDS", 0.1)
    entered, let_go = threading.Semaphore(0), threading.Event()

    def linger(context: RequestContext) -> Response:
        entered.release()
        let_go.wait(WAIT_SECONDS)
        return PlainTextResponse("done")

    serve(linger)
    assert bob.client.get("/list").status_code == 200
    with ThreadPoolExecutor(1) as pool:
        try:
            held = pool.submit(ada.client.get, "/under-test")
            assert entered.acquire(timeout=WAIT_SECONDS)
            told = ada.client.get("/list", headers={"Accept": "application/json"})
            assert (told.status_code, bool(told.json()["error"])) == (503, True)
            assert int(told.headers["Retry-After"]) > 0
            page = ada.client.get("/list")
            assert (page.status_code, "still takes long" in page.text) == (503, True)
            assert bob.client.get("/list").status_code == 200
            assert ada.client.post("/consumption", json=RECORD).status_code == 201
        finally:
            let_go.set()
        assert held.result().status_code == 200
    assert ada.client.get("/list").status_code == 200


def test_a_database_that_takes_too_long_is_not_said_to_be_away(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(context: RequestContext) -> Response:
        limit = "SET LOCAL statement_timeout = 10; " if context.request.method == "POST" else ""
        context.db.execute(text(f"{limit}SELECT pg_sleep(60)"))
        return PlainTextResponse("done")

    client = serve(sleep)
    with monkeypatch.context() as impatient:
        impatient.setattr("tally.web.endpoint._database_seconds", lambda *_: 0.02)
        read = client.get("/under-test", headers=JSON)
    changed = client.post("/under-test", headers=JSON)
    for answer, advice in ((read, "Try again; fewer"), (changed, "Nothing was saved")):
        assert answer.status_code == 503
        assert answer.json()["error"].startswith(f"The database takes too long for this. {advice}")
        assert int(answer.headers["Retry-After"]) > 0


def test_what_was_waited_for_the_turn_is_taken_from_the_wait_for_the_database() -> None:
    def allowed(waited: float, seconds: float | None) -> float | None:
        request = Request({"type": "http", "state": {"waited": waited}})
        return _database_seconds(request, _Rules(members_only=True, seconds=seconds))

    assert allowed(0, 3) == allowed(1.5, 3) == 3
    assert allowed(2.5, 3) == 2
    assert allowed(2.5, None) is None
    # A change of many records does not wait for a turn, and keeps all of its time.
    assert allowed(0, 120) == 120


def test_a_missing_file_is_not_kept(client: TestClient) -> None:
    answer = client.get("/static/css/nothing.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("zone", ["localtime", "Factory", "Mars/Base", "Europe", "../UTC"])
def test_a_time_zone_that_this_machine_lacks_is_utc_and_said(
    client: TestClient, ada: Account, database: Database, zone: str
) -> None:
    """As in an account that was restored from elsewhere."""
    with database.changing() as db:
        db.execute(text("UPDATE users SET timezone = :zone"), {"zone": zone})
    for path in ("/", "/add", "/list", "/list?view=print", "/stats", "/consumption?format=csv"):
        assert client.get(path, follow_redirects=True).status_code == 200
    assert f"does not know your time zone, {zone}:" in client.get("/list").text
    file = ("meter.csv", "date,type,value\n2026-11-01T23:30Z,tea,1\n")
    tried = client.post("/consumption/import", data={"dry_run": "1"}, files={"file": file})
    assert (tried.status_code, f"your time zone, {zone}: days are" in tried.text) == (200, True)
    taken = client.post("/consumption/import", files={"file": file}, headers=JSON).json()
    assert (taken["new"], taken["remarks"][0].startswith("This Tally does not know")) == (1, True)
    [record] = client.get("/consumption?format=json").json()["records"]
    assert record["consumption_date"] == "2026-11-01"
    wrong = ("meter.csv", "date,type,value\n2026-13-01,tea,1\n")
    rows = client.post("/consumption/import/problems", files={"file": wrong})
    assert rows.status_code == 200
    assert client.post("/account", data={"theme": "dark"}).status_code == 303
    assert client.post("/account", data={"timezone": "Europe/Berlin"}).status_code == 303
    assert "does not know your time zone" not in client.get("/list").text


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/consumption", {"json": []}),
        ("/consumption", {"content": "{", "type": "application/json"}),
        ("/consumption", {"content": "<a/>", "type": "text/xml"}),
        ("/consumption?format=xml", {"data": {"line": "coffee 2"}}),
        ("/limits", {"data": {"type": "a" * (MAX_BYTES + 1)}}),
        ("/consumption/import", {"data": {"file": "a" * (MAX_BYTES + 1)}}),
    ],
)
def test_who_is_signed_out_is_told_that_before_faults_of_the_body(
    path: str, sent: dict[str, Any], visitor: TestClient, client: TestClient
) -> None:
    body = {name: value for name, value in sent.items() if name != "type"}
    headers = JSON | ({"Content-Type": sent["type"]} if "type" in sent else {})
    assert visitor.post(path, headers=headers, **body).status_code == 401
    wrong_token = headers | {"Authorization": "Bearer tally_add_nobody"}
    assert visitor.post(path, headers=wrong_token, **body).status_code == 401
    assert client.post(path, headers=headers, **body).status_code in (400, 406, 413, 415, 422)
    page = visitor.post(path, headers=headers | {"Accept": "text/html"}, **body)
    assert page.status_code == 303
    assert page.headers["Location"].startswith("/login")
