"""The ids by which a request that is sent twice saves its records once.

An id comes with a form, or as the key of a program's request.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from tally.db import stored_records
from tally.db.changes import IdTaken
from tally.domain.fields import read_id
from tally.domain.records import StoredRecord
from tally.errors import HTTPError, Invalid
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.json_body import ListFaults
from tally.web.program_headers import IDEMPOTENCY_KEY, read_key, sent_once

ANOTHER_ID = f"This is another id than the {IDEMPOTENCY_KEY}: send one of them."
SAME_ID = "Two records of the list have the same id."
SAVED_ALREADY = "What you sent before is saved. Send again to save this as well."
DELETED_SINCE = "What you sent before was saved, and deleted since. Send again to save it anew."


def form_id(context: RequestContext) -> UUID:
    """The id made with the form; a script may leave it out. Raises Invalid."""
    return sent_id(context) or uuid4()


def sent_id(context: RequestContext) -> UUID | None:
    """The id of the form that was sent, in it or as the key of the request. Raises Invalid."""
    record_id, key = read_own_id(context.form), sent_key(context)
    if record_id is not None and key is not None and record_id != key:
        raise Invalid({"id": ANOTHER_ID})
    return record_id or key


def wait_for_same(context: RequestContext) -> None:
    """Have a program's request wait for another one with the same id or key. Raises Invalid.

    The second then sees what the first has saved. Forms of pages come one after the other.
    """
    record_id = sent_id(context) if context.wants != "html" else None
    if record_id is not None:
        stored_records.lock_sent(context.db, context.user.id, record_id)


def numbered(source: UUID, number: int) -> UUID:
    """The id of one of several records, counted from 1, that come with one id or key."""
    return uuid5(source, str(number))


def saved_before(context: RequestContext, ids: Sequence[UUID]) -> list[StoredRecord]:
    """The records with these ids, and others that the same id or key has saved before.

    A single record has the id itself, several have numbered ones. So a request that had another
    number of records the first time is recognised by one of the others. Raises Invalid.
    """
    source = sent_id(context)
    others = (source, numbered(source, 1), numbered(source, len(ids) + 1)) if source else ()
    return stored_records.find(context.db, context.user.id, list(dict.fromkeys([*ids, *others])))


def ids_of_list(
    context: RequestContext, several: Sequence[Fields], faults: ListFaults
) -> list[UUID]:
    """The id of each record of a list: its own, or one made of the form's and its number.

    An own id is a fault where it is no UUID, that of an earlier record, or another than the key's,
    by which a retry could then not be recognised.
    """
    source, key = form_id(context), sent_key(context)
    ids: list[UUID] = []
    taken: set[UUID] = set()
    for index, item in enumerate(several):
        usual = own = numbered(source, index + 1)
        try:
            own = read_own_id(item) or usual
            if key is not None and own != usual:
                raise Invalid({"id": ANOTHER_ID})
            if own in taken:
                raise Invalid({"id": SAME_ID})
        except HTTPError as refused:
            faults.note(index, refused.sentence, refused.fields)
        ids.append(own)
        taken.add(own)
    return ids


def sent_key(context: RequestContext) -> UUID | None:
    """The key of a program's request. Raises HTTPError."""
    if context.wants == "html":
        return None
    text = sent_once(context.request.headers, IDEMPOTENCY_KEY)
    return None if text is None else read_key(text)


def read_own_id(form: Fields) -> UUID | None:
    """The id that came with the fields of a record. Raises Invalid."""
    text = form.text("id")
    if not text:
        return None
    record_id = read_id(text)
    if record_id is None:
        raise Invalid({"id": "The id of a record is a UUID."})
    return record_id


def why_taken(taken: IdTaken) -> str:
    """The sentence at a form that comes back with a new id, since its own has a record."""
    return DELETED_SINCE if taken.existing.deleted_at else SAVED_ALREADY
