"""The form of a record: its fields, and how their texts become the record to be written."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ValidationInfo, field_validator, model_validator

from tally.db.models import FIELDS, RecordBase
from tally.domain import amounts, currencies, units
from tally.domain.fields import (
    NO_FLAG,
    check_span,
    flag_of,
    read_date,
    read_days,
    read_notes,
    read_type_text,
    read_unit_text,
)
from tally.domain.records import NewRecord
from tally.domain.text import fold

# The further fields of a form: for a record of several days, a reading or a cost. In a form with
# all of them, `kind` and `covers` say which ones count.
DETAILS = ("days", "covers_from", "reading", "new_meter", "rolled_over", "cost", "kind", "covers")
FORM_FIELDS = (*FIELDS, *DETAILS)
AMOUNT, READING = "amount", "reading"
ONE_DAY, SEVERAL_DAYS = "day", "days"


class RecordForm(RecordBase):
    """A record as people fill it in.

    The value and the days of a reading are ignored. `days` and `covers_from` must agree where both
    are sent. Only a reading can begin a meter or roll over. `record` makes the record to write.

    Validate with `RecordForm.model_validate(fields, context={"today": date, "number_format": str,
    "units": those the user has used, "types": folded → as the user spells it, "day": the day that
    the record has already, "currency": of the user's costs})`. All but the first two may be
    missing; without `types` the type stays as it is written.
    `errors.field_sentences` turns its ValidationError into a sentence a field.
    """

    days: int | None = None
    covers_from: date | None = None
    reading: Decimal | None = None
    new_meter: bool | None = None
    rolled_over: bool = False
    cost: Decimal | None = None

    def record(self, record_id: UUID) -> NewRecord:
        """The record that is to be written."""
        days = self.days or 1
        if self.covers_from:
            days = (self.consumption_date - self.covers_from).days + 1
        content = self.model_dump(exclude={"days", "covers_from"})
        return NewRecord(record_id, days=days, **content)

    @model_validator(mode="before")
    @classmethod
    def _choose(cls, sent: Mapping[str, str]) -> dict[str, object]:
        """Leave out empty fields, and fields that the form's choices of kind and days exclude."""
        fields: dict[str, object] = {
            name: value for name, value in sent.items() if value.strip() or name not in DETAILS
        }
        kind, covers = fields.pop("kind", None), fields.pop("covers", None)
        if kind == AMOUNT:
            for name in ("reading", "new_meter", "rolled_over"):
                fields.pop(name, None)
        if kind == READING:
            fields.setdefault("reading", "")
        if covers == ONE_DAY:
            fields.pop("covers_from", None)
            fields.pop("days", None)
        if covers == SEVERAL_DAYS:
            fields.setdefault("covers_from", "")
        if "reading" in fields:
            fields |= {"consumption_value": "0", "days": "1"}
            fields.pop("covers_from", None)
        return fields

    @field_validator("consumption_date", mode="before")
    @classmethod
    def _read_date(cls, value: object, info: ValidationInfo) -> date:
        given = _context(info)
        return read_date(str(value), given["today"], given.get("day"))

    @field_validator("consumption_type", mode="before")
    @classmethod
    def _read_type(cls, value: object, info: ValidationInfo) -> str:
        written = read_type_text(value)
        types: Mapping[str, str] = _context(info).get("types", {})
        return types.get(fold(written), written)

    @field_validator("unit", mode="before")
    @classmethod
    def _read_unit(cls, value: object, info: ValidationInfo) -> str:
        return units.read_unit(read_unit_text(value), _context(info).get("units", ()))

    @field_validator("notes", mode="before")
    @classmethod
    def _read_notes(cls, value: object) -> str:
        return read_notes(str(value))

    @field_validator("days", mode="before")
    @classmethod
    def _read_days(cls, value: object, info: ValidationInfo) -> int:
        days = read_days(str(value).strip())
        if day := info.data.get("consumption_date"):
            check_span(day, days)
        return days

    @field_validator("covers_from", mode="before")
    @classmethod
    def _read_covers_from(cls, value: object, info: ValidationInfo) -> date:
        first = read_date(str(value).strip(), _context(info)["today"])
        if day := info.data.get("consumption_date"):
            days = (day - first).days + 1
            if days < 1:
                raise ValueError("The first day lies behind the last.")
            check_span(day, days)
            if info.data.get("days") not in (None, days):
                covered = "1 day" if days == 1 else f"{days} days"
                raise ValueError(f"From then on it is {covered}, not {info.data['days']}.")
        return first

    @field_validator("consumption_value", "reading", mode="before")
    @classmethod
    def _read_number(cls, value: object, info: ValidationInfo) -> Decimal:
        return amounts.read_number(str(value).strip(), _context(info)["number_format"])

    @field_validator("cost", mode="before")
    @classmethod
    def _read_cost(cls, value: object, info: ValidationInfo) -> Decimal:
        context = _context(info)
        written = currencies.without_sign(str(value).strip(), context.get("currency", ""))
        return amounts.read_number(written, context["number_format"])

    @field_validator("new_meter", "rolled_over", mode="before")
    @classmethod
    def _read_flag(cls, value: object, info: ValidationInfo) -> bool:
        flag, read = flag_of(str(value)), info.data
        if flag is None:
            raise ValueError(NO_FLAG)
        if flag and "reading" in read and read["reading"] is None:
            raise ValueError("Only a reading says this: send what the meter shows as “reading”.")
        if flag and read.get("new_meter"):
            raise ValueError("A meter is new, or it rolled over: say one of the two.")
        return flag


def _context(info: ValidationInfo) -> dict[str, Any]:
    if info.context is None:
        raise TypeError("RecordForm needs today and number_format.")
    return dict(info.context)
