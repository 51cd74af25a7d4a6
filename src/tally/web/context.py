"""One request: its user, its fields, its connection to the database."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection
from starlette.requests import ClientDisconnect, Request

from tally.accounts import audit_log, profile, sessions
from tally.accounts.api_tokens import is_bearer
from tally.db import queries
from tally.db.models import Account
from tally.domain.calendar import USUAL_STARTS, Starts, read_starts
from tally.domain.fields import read_id
from tally.domain.formatting import Formatter
from tally.domain.marks import colours
from tally.domain.records import UsedType
from tally.domain.zones import zone_named, zone_or_utc
from tally.errors import NotFound, SignedOut
from tally.web import htmx
from tally.web.forms import Fields, Uploads, read_pairs, says_json, says_text
from tally.web.negotiation import FORMATS, Format, preferred
from tally.web.program_headers import WRITTEN, read_written, sent_once

# Methods that change nothing.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass
class RequestContext:
    """The request as its handler works with it. `page_of`: see `forms.Body`."""

    request: Request
    connection: Connection | None = None
    form: Fields = field(default_factory=Fields)
    files: Uploads = field(default_factory=Uploads)
    page_of: Sequence[str] = ()
    identity: sessions.Identity | None = None
    _events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def note(self, event: str, **fields: object) -> None:
        """Put a line into the audit log, but only once the handler's transaction is committed."""
        self._events.append((event, fields))

    def write_events(self) -> None:
        """Write the lines that `note` kept; to be called once the transaction is committed."""
        for event, fields in self._events:
            audit_log.note(event, self.request, **fields)

    def refuse_if_left(self) -> None:
        """Raise ClientDisconnect if the visitor hung up during an upload.

        Nothing is saved then, as their page has told them.
        """
        left = getattr(self.request.state, "left", None)
        if left is not None and left.is_set():
            raise ClientDisconnect

    @property
    def db(self) -> Connection:
        """The connection of a handler. Raises LookupError for a refusal, which has none."""
        if self.connection is None:
            raise LookupError("A refusal asks no database.")
        return self.connection

    @functools.cached_property
    def now(self) -> datetime:
        """The moment of the request, in UTC."""
        clock: Callable[[], datetime] = self.request.app.state.clock
        return clock()

    @property
    def visitor(self) -> Account | None:
        """The user of this request, or None when signed out."""
        return self.identity.user if self.identity else None

    @property
    def user(self) -> Account:
        """The user of this request. Raises SignedOut."""
        return self.signed_in.user

    @property
    def signed_in(self) -> sessions.Identity:
        """The user of this request, with the session or the token. Raises SignedOut."""
        if self.identity is None:
            raise SignedOut
        return self.identity

    @functools.cached_property
    def today(self) -> date:
        """Today in the visitor's time zone."""
        return self.local_time(self.now).date()

    def local_time(self, moment: datetime) -> datetime:
        """A moment in the visitor's time zone."""
        return moment.astimezone(zone_or_utc(self._zone))

    @property
    def account_hash(self) -> str:
        """The hash by which a browser keeps this account's data apart from that of others."""
        return profile.account_hash(self.user.id)

    @property
    def lost_zone(self) -> str:
        """The visitor's time zone if this machine does not know it, else ""; days are then UTC."""
        return "" if zone_named(self._zone) else self._zone

    @property
    def _zone(self) -> str:
        return self.visitor.timezone if self.visitor else "UTC"

    @functools.cached_property
    def line_day(self) -> date:
        """The day from which words such as "yesterday" count: today, or when a line was written.

        Raises Invalid for an `X-Tally-Written` that is no moment, or too long ago, HTTPError for
        two of them.
        """
        written = sent_once(self.request.headers, WRITTEN)
        return self.today if written is None else read_written(written, self.now).date()

    @functools.cached_property
    def formatter(self) -> Formatter:
        """The visitor's formats of numbers and days."""
        chosen = colours(self.visitor.preferences) if self.visitor else {}
        return Formatter(self.number_format, self.today, self.starts, chosen, self.currency)

    def take_over(self, preferences: Mapping[str, object]) -> None:
        """Use preferences that this request has just saved for the rest of the request."""
        self.user.preferences.update(preferences)
        # `formatter` is computed again, from the new preferences.
        self.__dict__.pop("formatter", None)

    @functools.cached_property
    def used(self) -> list[UsedType]:
        """The visitor's types with their units, read once: ask before a record is changed."""
        return queries.used(self.db, self.user.id)

    def used_with(self, *names: str) -> Sequence[UsedType]:
        """The same, with the types of these names also where there are too many for `used`."""
        return queries.used_with(self.db, self.user.id, names, self.used)

    @functools.cached_property
    def starts(self) -> Starts:
        """The first days of the visitor's months and weeks."""
        return read_starts(self.visitor.preferences) if self.visitor else USUAL_STARTS

    @property
    def currency(self) -> str:
        """The ISO code of the visitor's currency; empty before the first cost or price."""
        return self.visitor.currency if self.visitor else ""

    @property
    def number_format(self) -> str:
        """`auto`, `1,234.5`, `1.234,5` or `1 234,5`."""
        return (
            str(self.visitor.preferences.get("number_format", "auto")) if self.visitor else "auto"
        )

    @functools.cached_property
    def query(self) -> Fields:
        """The query string, read as strictly as a form."""
        return Fields(read_pairs(self.request.scope["query_string"]))

    @functools.cached_property
    def wants(self) -> Format:
        """The format of the answer: see `answer_format`."""
        return answer_format(self.request)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return htmx.wants_fragment(self.request)

    def path_id(self) -> UUID:
        """The `{id}` in the path. Raises NotFound for anything but a plain UUID."""
        own_id = read_id(str(self.request.path_params["id"]))
        if own_id is None:
            raise NotFound
        return own_id


def formats_for(request: Request) -> tuple[Format, ...]:
    """The values of `?format=`; programs, which come with a token, get no pages."""
    by_token = is_bearer(request.scope["headers"])
    return tuple(name for name in FORMATS if name != "html" or not by_token)


def answer_format(request: Request) -> Format:
    """HTML, JSON or CSV, by `?format=`, Accept, and last by a token or the body's own kind.

    Plain text answers plain text alone: other addresses have none.
    """
    formats = formats_for(request)
    name = request.query_params.get("format", "")
    if name in formats:
        return name
    wish = preferred(request.headers.get("accept", ""))
    if says_text(request):
        return "json" if wish == "json" else "text"
    # The library of a program may accept HTML as well.
    if wish in formats:
        return wish
    return "html" if "html" in formats and not says_json(request) else "json"
