"""A body is read whole and strictly, or refused."""

from __future__ import annotations

from functools import partial

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tally.errors import HTTPError
from tally.web.forms import MAX_BYTES, Body, read_form, read_pairs

URLENCODED = "application/x-www-form-urlencoded"


def _read(body: bytes, content_type: str, *, files: bool = False) -> Body:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    # In a thread of its own: a browser test before may have left its event loop running here.
    with start_blocking_portal() as portal:
        return portal.call(partial(read_form, request, files=files))


def _refused(body: bytes, content_type: str, *, files: bool = False) -> int:
    with pytest.raises(HTTPError) as refused:
        _read(body, content_type, files=files)
    return refused.value.status


def test_whose_page_a_form_stands_on_is_no_field_of_it() -> None:
    parts = [b"--b", b'Content-Disposition: form-data; name="account"', b"", b"0f", b"--b--", b""]
    forms = {
        URLENCODED: b"account=0f&type=tea",
        "multipart/form-data; boundary=b": b"\r\n".join(parts),
    }
    for content_type, body in forms.items():
        form, _, page_of = _read(body, content_type)
        assert "account" not in form
        assert page_of == ["0f"]
    form, _, page_of = _read(b'{"account": "0f"}', "application/json")
    assert dict(form) == {"account": "0f"}
    assert not page_of


def test_a_form_keeps_empty_fields() -> None:
    form, *_ = _read(b"type=coffee&notes=&unit=m%C2%B3", URLENCODED)
    assert dict(form) == {"type": "coffee", "notes": "", "unit": "m³"}
    assert form.text("value") == ""


def test_a_repeated_field_is_read_only_as_many() -> None:
    form, *_ = _read(b"ids=1&ids=2", URLENCODED)
    assert form.many("ids") == ["1", "2"]
    with pytest.raises(HTTPError) as refused:
        form.text("ids")
    assert refused.value.fields == {"ids": "Send this once."}


def _fields(name: str, number: int) -> bytes:
    return b"&".join(b"%s=1" % name.replace("N", str(n)).encode() for n in range(number))


def test_the_rows_of_a_whole_page_may_be_chosen_one_by_one() -> None:
    form, *_ = _read(_fields("ids", 500) + b"&" + _fields("fN", 100), URLENCODED)
    assert len(form.many("ids")) == 500
    for body in (
        _fields("ids", 500) + b"&" + _fields("fN", 101),
        _fields("ids", 601),
        _fields("id", 101),
        _fields("idsN", 101),
    ):
        assert _refused(body, URLENCODED) == 400
    with pytest.raises(HTTPError):
        read_pairs(_fields("ids", 101))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"notes=a%ffb", 400),
        (b"notes=a%c0%afb", 400),
        (b"notes=\xff", 400),
        (b"notes=a%00b", 422),
        (b"notes=%ed%a0%80", 400),
        (b"&".join(b"f%d=1" % number for number in range(101)), 400),
        (b"a=" + b"9" * MAX_BYTES, 413),
    ],
)
def test_what_is_not_clean_text_is_refused(body: bytes, status: int) -> None:
    assert _refused(body, URLENCODED) == status


def test_json_values_become_the_texts_of_a_form() -> None:
    form, *_ = _read(b'{"value": 12.50, "notes": null, "ids": ["a", "b"]}', "application/json")
    assert form.text("value") == "12.50"
    assert "notes" not in form
    assert form.many("ids") == ["a", "b"]


@pytest.mark.parametrize("content_type", [URLENCODED, "application/json", "text/plain", ""])
def test_a_body_of_nothing_has_no_fields(content_type: str) -> None:
    form, files, _ = _read(b"", content_type)
    assert form.items_list() == [] and form.several is None and not files


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b" ", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"value": NaN}', 400),
        (b'{"value": {"a": 1}}', 422),
        (b'{"notes": {}}', 422),
        (b'{"notes": []}', 422),
        (b'{"notes": [[]]}', 422),
        (b'{"notes": "\\ud800"}', 422),
        (b'{"notes": "\\u0000"}', 422),
        (b"[" * 10_000, 400),
        (b'{"a": "\xff"}', 400),
    ],
)
def test_json_that_is_no_form_is_refused(body: bytes, status: int) -> None:
    assert _refused(body, "application/json") == status


def _multipart(name: str, content: bytes, extra: str = "") -> bytes:
    head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
    return head.encode() + content + b"\r\n--XX--\r\n"


def test_a_file_comes_only_where_files_are_taken() -> None:
    body = _multipart("file", b"a,b", '; filename="a.csv"')
    form_type = "multipart/form-data; boundary=XX"
    _, uploads, _ = _read(body, form_type, files=True)
    assert uploads["file"].file.read() == b"a,b"
    assert _refused(body, form_type) == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (_multipart("notes", b"a"), "multipart/form-data", 400),
        (_multipart("notes", b"a"), "multipart/form-data; boundary=XX; charset=utf-7", 415),
        (_multipart("notes", b"a"), "multipart/form-data; boundary=XX; charset=undefined", 415),
        (_multipart("notes", b"a\xff"), "multipart/form-data; boundary=XX", 400),
        (_multipart("notes", b"a")[:-8], "multipart/form-data; boundary=XX", 400),
        (b"garbage", "multipart/form-data; boundary=XX", 400),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_broken_multipart_is_refused(body: bytes, content_type: str, status: int) -> None:
    assert _refused(body, content_type) == status


@given(st.binary(max_size=300), st.sampled_from([URLENCODED, "application/json"]))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        form, *_ = _read(body, content_type)
    except HTTPError as refused:
        assert refused.status in (400, 413, 422)
    else:
        assert all("\x00" not in name and "\x00" not in value for name, value in form.items_list())


@given(
    st.lists(st.tuples(st.text(alphabet="abé ✓&=+%", min_size=1), st.text(alphabet="abé ✓&=+%")))
)
def test_what_a_browser_encodes_reads_back(pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    assert read_pairs(urlencode(pairs).encode()) == pairs
