"""Static files: one file under two addresses, small on the wire, kept as long as it is true."""

import re
from pathlib import Path

import brotli
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.paths import folder
from tally.web.static_files import SHEETS, Statics, bare


@pytest.fixture(scope="module")
def statics() -> Statics:
    return Statics()


@pytest.fixture(scope="module")
def client(statics: Statics) -> TestClient:
    app = Starlette()
    app.mount("/static", statics)
    return TestClient(app)


def test_versioned_address_is_kept_for_a_year(client: TestClient, statics: Statics) -> None:
    answer = client.get(statics.url("css/parts.css"))
    assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.text == (folder("static") / "css" / "parts.css").read_text()


def test_plain_address_is_asked_for_again(client: TestClient) -> None:
    assert client.get("/static/css/parts.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("css/parts.css", "text/css"),
        ("js/keys.js", "text/javascript"),
        ("vendor/tinykeys-4.0.0.mjs", "text/javascript"),
        ("icons/tally.svg", "image/svg+xml"),
    ],
)
def test_brotli_at_its_best_where_it_is_understood(
    name: str, media_type: str, client: TestClient, statics: Statics
) -> None:
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    answer = client.get(statics.url(name), headers=headers)
    content = (folder("static") / name).read_bytes()
    if media_type == "text/javascript":
        content = bare(content.decode()).encode()
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith(media_type)
    assert int(answer.headers["Content-Length"]) == len(brotli.compress(content, quality=11))
    assert answer.content == content

    assert (
        "Content-Encoding"
        not in client.get(statics.url(name), headers={"Accept-Encoding": "identity"}).headers
    )


@pytest.mark.parametrize("page", SHEETS)
def test_the_style_sheets_of_a_page_are_one(
    page: str, client: TestClient, statics: Statics
) -> None:
    url = statics.url(f"css/pages/{page}.css")
    answer = client.get(url, headers={"Accept-Encoding": "br"})
    assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Type"].startswith("text/css")
    assert client.get(url, headers={"Accept-Encoding": "identity"}).text == answer.text
    assert client.post(url).status_code == 405
    assert "/*" not in answer.text
    assert answer.text.count("{") == answer.text.count("}")

    def shrunk(css: str) -> str:
        return re.sub(r"\s|/\*.*?\*/", "", css, flags=re.DOTALL)

    place = 0
    for name in SHEETS[page]:
        sheet = shrunk((folder("static") / "css" / f"{name}.css").read_text())
        place = shrunk(answer.text).index(sheet, place) + len(sheet)
    assert answer.text.startswith("@layer tokens,base,parts,frame,page,print;")
    assert ("@media print{@layer print{" in answer.text) == ("print" in SHEETS[page])


def test_an_error_is_drawn_once() -> None:
    sheets = "".join(path.read_text() for path in (folder("static") / "css").glob("*.css"))
    rules = re.findall(r"([^{};]*\.error[^{};]*) \{([^}]*)\}", sheets)
    assert [name.strip() for name, rule in rules if "display: flex" in rule] == [
        ".error:not([hidden])"
    ]


def test_every_style_sheet_reaches_a_page(statics: Statics) -> None:
    in_tree = {path.stem for path in (folder("static") / "css").glob("*.css")}
    joined = {name for names in SHEETS.values() for name in names}
    templates = "".join(path.read_text() for path in folder("templates").rglob("*.html"))
    alone = {name for name in in_tree - joined if f"asset('css/{name}.css')" in templates}
    assert joined | alone == in_tree
    assert alone == {"account", "document", "exchange", "keys"}


@pytest.mark.parametrize(
    "path", sorted(path for path in (folder("static") / "js").iterdir()), ids=lambda path: path.name
)
def test_scripts_lose_comments_and_blanks_and_nothing_else(path: Path) -> None:
    script = path.read_text()
    lines = [line.strip() for line in script.splitlines()]
    assert bare(script).splitlines() == [
        line for line in lines if line and not line.startswith("//")
    ]
    # A text that spans lines would lose its blanks.
    assert all(line.count("`") % 2 == 0 for line in bare(script).splitlines())


def test_the_texts_of_style_sheets_keep_their_blanks(statics: Statics) -> None:
    texts = re.compile(r'"[^"]*"')
    joined = b"".join(statics.pages.values()).decode()
    for name in {name for names in SHEETS.values() for name in names}:
        sheet = (folder("static") / "css" / f"{name}.css").read_text("utf-8")
        written = texts.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
        assert [text for text in written if text not in joined] == [], name


def test_text_that_only_looks_like_a_comment_stays() -> None:
    script = 'const url = "https://tally.test"; // where\n/**\n * Says.\n */\n  say(a /* one */);'
    assert bare(script) == 'const url = "https://tally.test"; // where\nsay(a /* one */);'


@pytest.mark.parametrize("path", ["../pyproject.toml", "nothing.css", "%2e%2e/pyproject.toml"])
def test_nothing_else_is_served(path: str, client: TestClient, statics: Statics) -> None:
    assert client.get(statics.url(path)).status_code == 404


@pytest.mark.parametrize("file", ["css/base.css", "css/pages/list.css", "js/keys.js"])
def test_a_slash_too_many_is_another_address(
    file: str, client: TestClient, statics: Statics
) -> None:
    address = statics.url(file)
    assert client.get(address).status_code == 200
    folders, _, name = address.rpartition("/")
    others = [f"{address}/", f"{folders}//{name}", f"{folders}/%2e/{name}", f"/static//{file}"]
    for other in others:
        assert client.get(other).status_code == 404, other
