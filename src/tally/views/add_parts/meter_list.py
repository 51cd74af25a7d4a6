"""The meters of a user as a list in which one is open to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID, uuid4

from starlette.responses import Response

from tally.charts.rounding import rounded_average
from tally.db import meter_queries
from tally.db.record_form import READING, RecordForm
from tally.domain import marks, meter_words
from tally.domain.keys import Key
from tally.domain.meters import MeterInUse, Reading
from tally.domain.records import NewRecord
from tally.domain.text import fold
from tally.quick_add.writing import MeterLine, line_to_read
from tally.views.checks import review
from tally.web import htmx, responses
from tally.web.context import RequestContext

# The place of the list in the add page.
PLACE = "#meters"


@dataclass(frozen=True)
class MeterForm:
    """The form of the meter that is open: its fields as typed, and the result.

    `falls`: the error is about a lower reading, which a new meter or a roll-over would explain.
    `warning`: the typo guard's question, which sending once more answers. `amount` and `per_day`:
    the consumption of the reading.
    """

    reading: str = ""
    id: UUID = field(default_factory=uuid4)
    new_meter: bool = False
    rolled_over: bool = False
    error: str = ""
    falls: bool = False
    warning: str = ""
    amount: str = ""
    per_day: str = ""

    @property
    def seal(self) -> str:
        """A digest of the reading that the guard asks about: another one is asked about again."""
        return review.seal(self.reading)


@dataclass(frozen=True)
class MeterRow:
    """A meter: its latest reading and the day of it, in words; whether it is the open one.

    `last` stands above the field as it is typed. `line`: the line that reads it, without a figure.
    """

    type: str
    unit: str
    figure: str
    words: str
    last: str
    last_day: str
    read_today: bool
    is_open: bool
    address: str
    line: MeterLine


@dataclass(frozen=True)
class OpenMeter:
    """The open meter, the `number`th, whose reading is being typed.

    `following`: the type of the next meter, "" after the last one; `skip`: its address.
    """

    number: int
    following: str
    skip: str
    typed: MeterForm


@dataclass(frozen=True)
class MeterSection:
    """The list of meters on the add page.

    `closed`: the meter that was closed just now, which keeps the focus.
    """

    rows: Sequence[MeterRow] = ()
    open: OpenMeter | None = None
    closed: Key | None = None

    @property
    def read_today(self) -> int:
        """The number of meters that were read today."""
        return sum(row.read_today for row in self.rows)


def named(fields: Mapping[str, str]) -> Key | None:
    """The meter that an address names, by its type and unit."""
    meter = fields.get("meter", "")
    return Key(meter, fields.get("unit", "")) if meter else None


def address_of(key: Key | None, **more: object) -> str:
    """The add page with this meter open; None: with no meter open."""
    pairs = {"meter": key.type, "unit": key.unit} if key else {}
    return htmx.address("/add", urlencode(pairs | more))


def link_to(key: Key | None, **more: object) -> str:
    """The same address, with the list of meters as its place in the page."""
    return f"{address_of(key, **more)}{PLACE}"


def following(ordered: Sequence[MeterInUse], key: Key | None) -> Key | None:
    """The meter after this one in the list; None after the last one."""
    keys = [meter.key for meter in ordered]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return keys[place] if place < len(keys) else None


def in_order(
    context: RequestContext, in_use: Sequence[MeterInUse], opened: Key | None
) -> list[MeterInUse]:
    """The meters by name, so that none changes its place while they are read one by one.

    Meters of hidden types are left out, except the `opened` one.
    """
    offered = marks.offered(context.user.preferences, in_use)
    listed = [meter for meter in in_use if meter in offered or meter.key == opened]
    return sorted(listed, key=lambda meter: (fold(meter.type), meter.type, meter.unit))


def last_reading(in_use: Sequence[MeterInUse], type_name: str, unit: str) -> Reading | None:
    """The latest reading of a type's meter in this unit; without a unit, of its only meter."""
    name = fold(type_name)
    meters_of_type = [meter for meter in in_use if fold(meter.type) == name]
    exact = [meter for meter in meters_of_type if meter.unit == unit]
    if not exact and not unit and len(meters_of_type) == 1:
        exact = meters_of_type
    return exact[0].latest if exact else None


def section(
    context: RequestContext,
    in_use: Sequence[MeterInUse],
    opened: Key | None = None,
    typed: MeterForm | None = None,
) -> MeterSection:
    """The list of meters; the meter `opened` is open in it, if it is there."""
    ordered = in_order(context, in_use, opened)
    rows = [_row(context, meter, opened) for meter in ordered]
    place = next((place for place, row in enumerate(rows) if row.is_open), None)
    if place is None:
        return MeterSection(rows)
    next_key = following(ordered, opened)
    return MeterSection(
        rows,
        OpenMeter(
            number=place + 1,
            following=next_key.type if next_key else "",
            skip=address_of(next_key),
            typed=typed or MeterForm(),
        ),
    )


def show(context: RequestContext, opened: Key) -> Response:
    """The list with one meter open; with a `reading` only the consumption that follows."""
    text = context.query.text("reading").strip()
    if "reading" in context.query:
        return responses.fragment(
            context, "fragments/meter_comes_to.html", typed=_tried(context, opened, text)
        )
    in_use = meter_queries.in_use(context.db, context.user.id)
    return responses.fragment(
        context, "fragments/meters.html", meters=section(context, in_use, opened)
    )


def show_closed(context: RequestContext) -> Response:
    """The list as it is now, none of it open; the address names the one that is closed, if any."""
    in_use = meter_queries.in_use(context.db, context.user.id)
    closed = replace(section(context, in_use), closed=named(context.query))
    return responses.fragment(context, "fragments/meters.html", meters=closed)


def read(
    context: RequestContext, key: Key, fields: Mapping[str, str], record_id: UUID
) -> NewRecord:
    """A reading of today from the fields. Raises ValidationError."""
    content = {
        "consumption_date": str(context.today),
        "consumption_type": key.type,
        "unit": key.unit,
        "notes": "",
        "kind": READING,
        **{
            name: fields[name] for name in ("reading", "new_meter", "rolled_over") if name in fields
        },
    }
    known = {
        "today": context.today,
        "number_format": context.number_format,
        "units": {key.unit},
    }
    return RecordForm.model_validate(content, context=known).record(record_id)


def _tried(context: RequestContext, key: Key, text: str) -> MeterForm:
    """The consumption of a reading as typed so far; empty without a number that fits."""
    try:
        record = read(context, key, {"reading": text}, uuid4())
    except ValueError:
        return MeterForm()
    used = review.consumption_of(context, record)
    if used is None or not used.days:
        return MeterForm()
    formatter = context.formatter
    return MeterForm(
        amount=meter_words.consumption_in_words(used, key.unit, formatter),
        per_day=f"{formatter.number(rounded_average(used.value / used.days))} a day"
        if used.days > 1
        else "",
    )


def _row(context: RequestContext, meter: MeterInUse, opened: Key | None) -> MeterRow:
    formatter, ago = context.formatter, (context.today - meter.latest.day).days
    words = f"read {formatter.count(ago, 'day')} ago" if ago > 1 else "read yesterday"
    if ago < 1:
        words = meter_words.consumption_in_words(meter.consumption, meter.unit, formatter)
    return MeterRow(
        type=meter.type,
        unit=meter.unit,
        figure=formatter.number(meter.latest.figure),
        words=words,
        last=formatter.typed(meter.latest.figure),
        last_day=formatter.date_name(meter.latest.day),
        read_today=ago < 1,
        is_open=meter.key == opened,
        address=address_of(meter.key),
        line=line_to_read(context.today, meter.type, meter.unit),
    )
