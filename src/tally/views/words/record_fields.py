"""A record in the fields of a form, and in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tally.db.record_form import AMOUNT, ONE_DAY, READING, SEVERAL_DAYS
from tally.domain import amounts, meter_words
from tally.domain.formatting import Formatter, isolated
from tally.domain.meters import Consumption
from tally.domain.records import RecordLike, first_day


def fields_of(record: RecordLike, formatter: Formatter) -> dict[str, str]:
    """The text of each field in the form of a record that is there."""
    first = first_day(record.consumption_date, record.days)
    is_reading, has_days = record.reading is not None, record.days > 1
    return {
        "consumption_date": str(record.consumption_date),
        "consumption_value": formatter.typed(record.consumption_value),
        "consumption_type": record.consumption_type,
        "unit": record.unit,
        "notes": record.notes,
        "kind": READING if is_reading else AMOUNT,
        "reading": formatter.typed(record.reading) if record.reading is not None else "",
        "new_meter": "true" if is_reading and record.days == 0 else "false",
        "rolled_over": "",
        "covers": SEVERAL_DAYS if has_days and not is_reading else ONE_DAY,
        "covers_from": str(first) if has_days and not is_reading else "",
        "cost": formatter.typed(record.cost) if record.cost is not None else "",
    }


# The amount of a form, or its reading, and its cost.
MAX_DOTTED = 2


def dotted_in(typed: Mapping[str, str], number_format: str) -> str:
    """The numbers of a form that the person may mean otherwise, `1.500`, with a space between."""
    amount = "reading" if typed.get("kind") == READING else "consumption_value"
    texts = (typed.get(name, "") for name in (amount, "cost"))
    return " ".join(filter(None, (amounts.dotted(text, number_format) for text in texts)))


def remark_on(dotted: str, number_format: str) -> str:
    """The remarks on these numbers."""
    remarks = (amounts.remark(text, number_format) for text in dotted.split()[:MAX_DOTTED])
    return " ".join(filter(None, remarks))


def in_words(record: RecordLike, formatter: Formatter) -> str:
    """`coffee 2 cup, Sunday 22 November`."""
    day = formatter.day(record.consumption_date)
    return f"{type_and_amount(record, formatter)}, {day}"


def type_and_amount(record: RecordLike, formatter: Formatter) -> str:
    """`coffee 2 cup`, for a sentence on a page."""
    return f"{isolated(record.consumption_type)} {amount_in_words(record, formatter)}"


def amount_in_words(record: RecordLike, formatter: Formatter) -> str:
    """`2 cup`; for a reading `212 kWh in 30 days`, for a meter's start its figure."""
    if record.reading is None and record.days == 1:
        return f"{formatter.number(record.consumption_value)} {record.unit}".strip()
    if record.reading is not None and record.days == 0:
        return f"start at {formatter.number(record.reading)} {record.unit}".strip()
    return meter_words.consumption_in_words(
        Consumption(record.consumption_value, record.days), record.unit, formatter
    )
