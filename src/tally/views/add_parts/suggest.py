"""The suggestions for the line and the fields of the add page."""

from __future__ import annotations

from starlette.responses import Response

from tally.db import meter_queries
from tally.domain import marks, meter_words
from tally.domain.fields import choose_one_of
from tally.domain.text import one_line
from tally.errors import Invalid
from tally.quick_add.suggestions import Suggestion, for_line, for_type, for_unit
from tally.quick_add.types.similar import nearest
from tally.quick_add.vocabulary import vocabulary_of
from tally.views.add_parts import meter_list
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.parameters import takes

# The fields that suggestions are for: a line, which is the default, or one of the full form.
SUGGESTED_FOR = ("line", "type", "unit", "mark", "reading")


@takes("q", "for", "type", "consumption_type", "unit")
def show(context: RequestContext) -> Response:
    """Help for a field while it is filled in. The parameter `for` names it:

    - `line`, as usual, `type` or `unit`: the types and units that fit the text `q`.
    - `mark`: whether the type in a field is new, and the nearest known one. For a known type the
      answer's event has the unit that was used last.
    - `reading`: the latest reading of the type and unit in their fields.
    """
    text, kind = context.query.text("q"), context.query.text("for") or SUGGESTED_FOR[0]
    if kind not in SUGGESTED_FOR:
        raise Invalid({"for": choose_one_of(SUGGESTED_FOR)})
    if context.wants == "html" and not context.is_fragment:
        return responses.redirect(context, "/add")
    if kind == "mark":
        return _type_mark(context)
    if kind == "reading":
        return _last_reading(context)
    used = marks.offered(context.user.preferences, context.used)
    if kind == "type":
        offered = [Suggestion(name, name) for name in for_type(text, used)]
    elif kind == "unit":
        units = for_unit(text.strip(), context.query.text("type"), used)
        offered = [Suggestion(name, name, is_unit=True) for name in units]
    else:
        offered = for_line(text, used, context.today)
    if context.wants != "html":
        return responses.data(
            {"suggestions": [{"shown": one.shown, "text": one.text} for one in offered]}
        )
    return responses.fragment(context, "fragments/suggestions.html", kind=kind, offered=offered)


def _type_mark(context: RequestContext) -> Response:
    """The mark below the field of a type, in the words of the line's chip."""
    name = one_line(context.query.text("consumption_type"))
    vocabulary = vocabulary_of(context.used)
    is_new = bool(name) and not vocabulary.has_type(name)
    last_unit = next(iter(vocabulary.own_units(name)), "")
    offered = marks.offered(context.user.preferences, context.used) if is_new else ()
    similar = nearest(name, vocabulary_of(offered).types) if is_new else ""
    if context.wants != "html":
        return responses.data({"new_type": is_new, "similar": similar or None})
    return responses.fragment(
        context,
        "fragments/type_mark.html",
        headers=htmx.type_unit(last_unit),
        is_new=is_new,
        similar=similar,
    )


def _last_reading(context: RequestContext) -> Response:
    """The sentence below the field of a reading."""
    last = meter_list.last_reading(
        meter_queries.in_use(context.db, context.user.id),
        one_line(context.query.text("consumption_type")),
        one_line(context.query.text("unit")),
    )
    if context.wants != "html":
        return responses.data(
            {"reading": last and last.figure, "consumption_date": last and last.day}
        )
    words = meter_words.reading_in_words(last, context.formatter) if last else ""
    return responses.fragment(context, "fragments/last_reading.html", last=words)
