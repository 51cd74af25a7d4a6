"""Browsers get pages, programs the form that they name."""

from __future__ import annotations

import pytest

from tally.web.negotiation import preferred


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", None),
        ("*/*", None),
        ("text/html", "html"),
        ("application/json", "json"),
        ("application/JSON; charset=utf-8", "json"),
        ("text/csv", "csv"),
        ("application/json, text/plain, */*", "json"),
        ("text/csv, application/json", "csv"),
        ("application/json;q=0.5, text/csv;q=0.6", "csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "html"),
        ("text/html, application/json;q=0.1", "html"),
        ("application/json;q=0.1, text/html", "html"),
        ("application/json;q=0.5, */*;q=0.8", None),
        ("application/json;q=0, */*", None),
        ("application/json;q=0", None),
        ("application/json;q=much", "json"),
        ("application/jsonp, text/csvx", None),
        ("image/png, text/*", None),
        (";q=1,,;;", None),
    ],
)
def test_what_an_accept_header_asks_for(accept: str, form: str | None) -> None:
    assert preferred(accept) == form
