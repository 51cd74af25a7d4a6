"""Request bodies, read strictly: UTF-8, no NUL, no repeats, 100 fields at most, a known size."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from tally.domain.fields import read_flag
from tally.domain.filters import MAX_LIMIT
from tally.domain.text import is_storable
from tally.errors import HTTPError, Invalid, repeated
from tally.web.json_body import (
    MAX_FIELDS,
    TOO_MANY_FIELDS,
    ListFaults,
    Remark,
    no_text,
    not_storable,
    read_json,
)

log = logging.getLogger("tally")

MAX_BYTES = 64 * 1024
UTF8 = (b"utf-8", b"utf8")
# The field of a page's form that says whose page it is: `account_field()` of the templates.
PAGE_OF = "account"

ENDED_EARLY = "The request ended too early."
KINDS = "Send lines as Content-Type: text/plain, records as application/json, or a form."
UNREADABLE = "The request could not be read. Send the form as UTF-8 text."


class Fields(Mapping[str, str]):
    """The fields of a form, a JSON object or a query string: one text a name.

    `many` reads a name that may repeat. To read a repeated name as one text raises HTTPError 422,
    so a repeated field is never half read.

    `several`: the records of a JSON list, None for any other body; `faults`: of its elements that
    are no records. `remarks`: on rounded numbers in JSON. `nulls`: the names of a JSON object's
    null fields, which most handlers treat as not sent.
    `lists`: the names of its fields that are lists; none of them, not even a list of one, is read
    as one text.
    """

    def __init__(
        self,
        items: Iterable[tuple[str, str]] = (),
        remarks: Sequence[Remark] = (),
        several: Sequence[Fields] | None = None,
        nulls: frozenset[str] = frozenset(),
        lists: frozenset[str] = frozenset(),
        faults: ListFaults | None = None,
    ) -> None:
        self.nulls = nulls
        self.lists = lists
        self.remarks = remarks
        self.several = several
        self.faults = ListFaults(faults or {})
        self._items: dict[str, list[str]] = {}
        for name, value in items:
            self._items.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        values = self._items[name]
        if name in self.lists:
            raise no_text(name)
        if len(values) > 1:
            raise repeated(name)
        return values[0]

    def __contains__(self, name: object) -> bool:
        """Whether a field was sent, also one that cannot be read as one text."""
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def text(self, name: str) -> str:
        """The value, or an empty text when the field was not sent."""
        return self[name] if name in self._items else ""

    def flag(self, name: str) -> bool:
        """Whether a field is on; one that was not sent, or is empty, is off. Raises Invalid."""
        try:
            return read_flag(self.text(name))
        except ValueError as error:
            raise Invalid({name: str(error)}) from error

    def many(self, name: str) -> list[str]:
        """All values of a name that may repeat."""
        return list(self._items.get(name, ()))

    @property
    def remarked(self) -> dict[str, list[dict[str, object]]]:
        """The `remarks` of an answer in JSON; nothing where there are none."""
        told = [remark.as_json for remark in self.remarks]
        return {"remarks": told} if told else {}

    def changed(self, names: Iterable[str]) -> dict[str, str]:
        """The sent fields with these names whose text differs from what the form first showed.

        The field `was` has the first texts, as a query string: a setting that was saved in another
        tab meanwhile stays.
        """
        was = dict(parse_qsl(self.text("was"), keep_blank_values=True))
        sent = {name: self[name] for name in names if name in self}
        return {name: text for name, text in sent.items() if was.get(name) != text}

    def items_list(self) -> list[tuple[str, str]]:
        """Every (name, value) pair, repeats included."""
        return [(name, value) for name, values in self._items.items() for value in values]


class Uploads(dict[str, UploadFile]):
    """The files of a multipart form, by field name."""


class Body(NamedTuple):
    """The body of a request: the fields of its form, and its files.

    page_of: the account_hash of whose page the form stands on; none in what a program sends.
    """

    form: Fields
    files: Uploads
    page_of: Sequence[str] = ()


NO_BODY = Body(Fields(), Uploads())


async def read_form(
    request: Request, *, files: bool = False, max_bytes: int = MAX_BYTES, records: bool = False
) -> Body:
    """The body of an unsafe request. Raises HTTPError: 400, 413, 415 or 422.

    `max_bytes`: of a multipart form, whose file is streamed to the disk; all else is held and read
    in memory, and never larger than a usual form. `records`: accept lines as plain text, and a JSON
    list, too.
    """
    content_type, options = _content_type(request)
    if content_type == b"multipart/form-data":
        if options.get(b"charset", b"utf-8").lower() not in UTF8:
            raise HTTPError(415, UNREADABLE)
        return await _read_multipart(request.headers, _limited(request, max_bytes), files=files)
    body = b"".join([chunk async for chunk in _limited(request, min(max_bytes, MAX_BYTES))])
    # Many programs name a kind also where they send nothing, with a DELETE, say.
    if content_type == b"application/json" and body:
        return Body(_read_json(body, takes_list=records), Uploads())
    if content_type == b"application/x-www-form-urlencoded":
        if records and _is_no_form(body):
            raise HTTPError(415, f"This was sent as a form, and is none. {KINDS}")
        return _form(read_pairs(body, most_ids=MAX_LIMIT), Uploads())
    if content_type == b"text/plain" and records:
        return Body(_read_text(body, options), Uploads())
    if body:
        raise HTTPError(415, KINDS if records else "Send a form or JSON.")
    return NO_BODY


def _is_no_form(body: bytes) -> bool:
    """Whether a body has no field, or is JSON: `curl -d` calls all that it sends a form."""
    return bool(body) and (b"=" not in body or body.lstrip()[:1] in (b"{", b"["))


def says_json(request: Request) -> bool:
    """Whether the body is said to be JSON, readable or not."""
    return _content_type(request)[0] == b"application/json"


def says_text(request: Request) -> bool:
    """Whether the body is said to be plain text."""
    return _content_type(request)[0] == b"text/plain"


def read_pairs(encoded: bytes, *, most_ids: int = 0) -> list[tuple[str, str]]:
    """`a=1&b=2` as pairs. Raises HTTPError 400 or 422 for anything but clean UTF-8 text.

    `most_ids`: this many `ids` do not count as fields. A browser without JavaScript sends one for
    each row that is selected, and a page of the list has up to 500.
    """
    too_many = HTTPError(400, TOO_MANY_FIELDS)
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS + most_ids,
        )
    except UnicodeDecodeError as error:
        raise HTTPError(400, UNREADABLE) from error
    except ValueError as error:
        raise too_many from error
    ids = sum(name == "ids" for name, _ in pairs)
    if len(pairs) - min(ids, most_ids) > MAX_FIELDS:
        raise too_many
    return [(_clean(name, "form"), _clean(value, name)) for name, value in pairs]


def _content_type(request: Request) -> tuple[bytes, dict[bytes, bytes]]:
    return parse_options_header(request.headers.get("content-type"))


def announced_bytes(request: Request) -> int | None:
    """The size of the body as its headers say; None where they do not."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    too_large = HTTPError(413, f"That is too large: {max_bytes // 1024} KiB is the most.")
    if (announced_bytes(request) or 0) > max_bytes:
        raise too_large
    total = 0
    try:
        async for chunk in request.stream():
            total += len(chunk)
            if total > max_bytes:
                raise too_large
            yield chunk
    except ClientDisconnect as error:
        raise HTTPError(400, ENDED_EARLY) from error


class _StrictMultiPartParser(MultiPartParser):
    """Starlette's parser, but text that is not UTF-8 is refused instead of read as Latin-1."""

    finished = False

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            try:
                self._current_part.data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise MultiPartException(UNREADABLE) from error
        super().on_part_end()

    def on_end(self) -> None:
        self.finished = True


async def _read_multipart(
    headers: Headers, stream: AsyncGenerator[bytes, None], *, files: bool
) -> Body:
    parser = _StrictMultiPartParser(
        headers,
        stream,
        max_files=1 if files else 0,
        max_fields=MAX_FIELDS,
        max_part_size=MAX_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPError(400, error.message) from error
    except OSError as error:  # The disk with the temporary files is full, say.
        log.warning("A file that was sent cannot be kept: %s", error.strerror)
        raise HTTPError(
            503,
            "There is no room for this file now. Try again later.",
            headers={"Retry-After": "60"},
        ) from error
    if not parser.finished:
        await form.close()
        raise HTTPError(400, ENDED_EARLY)
    uploads = Uploads()
    items: list[tuple[str, str]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            uploads[name] = value
        else:
            items.append((_clean(name, "form"), _clean(value, name)))
    return _form(items, uploads)


def _form(items: Sequence[tuple[str, str]], uploads: Uploads) -> Body:
    fields = [item for item in items if item[0] != PAGE_OF]
    return Body(Fields(fields), uploads, [text for name, text in items if name == PAGE_OF])


def _read_json(body: bytes, *, takes_list: bool) -> Fields:
    read = read_json(body, takes_list=takes_list)
    if read.is_list:
        return Fields([], read.remarks, tuple(map(Fields, read.items)), faults=read.faults)
    return Fields(read.items[0], read.remarks, nulls=read.nulls, lists=read.lists)


def _read_text(body: bytes, options: dict[bytes, bytes]) -> Fields:
    """The fields of lines sent as plain text, as a form with a box has them."""
    if options.get(b"charset", b"utf-8").lower() not in UTF8:
        raise HTTPError(415, UNREADABLE)
    try:
        return Fields([("line", _clean(body.decode("utf-8-sig"), "line"))])
    except UnicodeDecodeError as error:
        raise HTTPError(400, UNREADABLE) from error


def _clean(text: str, name: str) -> str:
    if not is_storable(text):
        raise not_storable(name)
    return text
