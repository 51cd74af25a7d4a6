"""The two tables, and the validated form of a record."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationInfo, field_validator
from sqlalchemy import CheckConstraint, Column, DateTime, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel, select

from tally import numbers, units
from tally.filters import WITHOUT_UNIT
from tally.texts import one_line

FIRST_DATE = date(1900, 1, 1)
MOST_VALUE = Decimal(10) ** 12
MOST_DECIMALS = 6
MOST_TYPE = 64
MOST_UNIT = 24
MOST_NOTES = 2_000
MOST_NAME = 80
NO_UNIT = "Leave the unit empty where there is none."

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

# Case must fold the same wherever the database stands, whatever its locale.
FOLDING_TEXT: TypeEngine[str] = Text(collation="pg_c_utf8")


# In front of the password hash of an account that is switched off: nothing matches it.
DISABLED = "!"


class User(SQLModel, table=True):
    """Somebody with an account."""

    __tablename__ = "users"

    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    email: str = Field(sa_type=Text)
    password_hash: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    timezone: str = Field(sa_type=Text, sa_column_kwargs={"server_default": "UTC"})
    sessions: dict[str, Any] = Field(
        sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'::jsonb")}
    )
    sign_in_failures: dict[str, Any] = Field(
        sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'::jsonb")}
    )
    preferences: dict[str, Any] = Field(
        sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'::jsonb")}
    )
    created_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )

    __table_args__ = (
        Index("idx_users_email", "email", unique=True),
        CheckConstraint("email = lower(email)", name="users_email_lower_case"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {MOST_NAME}", name="users_name_length"),
    )


class Account(NamedTuple):
    """A row of `users` as it was read: change it by UPDATE.

    Every request reads one, and an instance of the table's model costs fifty times as much.
    """

    id: UUID
    email: str
    password_hash: str
    name: str
    timezone: str
    sessions: dict[str, Any]
    sign_in_failures: dict[str, Any]
    preferences: dict[str, Any]
    created_at: datetime

    @property
    def is_disabled(self) -> bool:
        """Whether the account is switched off."""
        return self.password_hash.startswith(DISABLED)


# Its rows make accounts: `Account(*row)`.
ACCOUNTS = select(*(User.metadata.tables["users"].columns[name] for name in Account._fields))


class RecordBase(SQLModel):
    """What a record says."""

    consumption_date: date
    consumption_value: Decimal = Field(sa_type=Numeric)
    consumption_type: str = Field(sa_type=FOLDING_TEXT)
    unit: str = Field(default="", sa_type=FOLDING_TEXT, sa_column_kwargs={"server_default": ""})
    notes: str = Field(default="", sa_type=FOLDING_TEXT, sa_column_kwargs={"server_default": ""})


# The fields that make up the content of a record, in the order of the form.
FIELDS = tuple(RecordBase.model_fields)


class ConsumptionRecord(RecordBase, table=True):
    """One consumption of one user. The id comes from the form that made the record."""

    __tablename__ = "consumption_records"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )
    updated_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )
    deleted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    change_id: UUID = Field(sa_column_kwargs={"server_default": text("gen_random_uuid()")})
    before: dict[str, Any] | None = Field(
        default=None, sa_column=Column("before", JSONB(none_as_null=True), nullable=True)
    )

    __table_args__ = (
        CheckConstraint(
            "consumption_value >= 0 AND consumption_value < 1000000000000"
            " AND consumption_value <> 'NaN'::numeric"
            f" AND scale(consumption_value) <= {MOST_DECIMALS}",
            name="consumption_value_finite",
        ),
        CheckConstraint(
            "consumption_date BETWEEN DATE '1900-01-01' AND DATE '9998-12-31'",
            name="consumption_date_range",
        ),
        CheckConstraint(
            f"length(consumption_type) BETWEEN 1 AND {MOST_TYPE}", name="consumption_type_length"
        ),
        CheckConstraint(f"length(unit) <= {MOST_UNIT}", name="unit_length"),
        CheckConstraint(f"length(notes) <= {MOST_NOTES}", name="notes_length"),
        # Covers the statistics, and the list in its usual order.
        Index(
            "idx_consumption_user_date",
            "user_id",
            text("consumption_date DESC"),
            text("created_at DESC"),
            text("id DESC"),
            postgresql_include=["consumption_value", "consumption_type", "unit"],
            postgresql_where=text("deleted_at IS NULL"),
        ),
        # Which types somebody has, the last unit of each, the usual value.
        Index(
            "idx_consumption_user_type",
            "user_id",
            "consumption_type",
            "unit",
            text("consumption_date DESC"),
            text("created_at DESC"),
            text("id DESC"),
            postgresql_include=["consumption_value"],
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "idx_consumption_user_value",
            "user_id",
            "consumption_value",
            "consumption_date",
            "created_at",
            "id",
            postgresql_where=text("deleted_at IS NULL"),
        ),
        # What changed in the last minutes, for undo.
        Index("idx_consumption_user_changed", "user_id", "updated_at"),
        # What can still be restored, and what is due to be purged.
        Index(
            "idx_consumption_user_deleted",
            "user_id",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )


class RecordForm(RecordBase):
    """A record as people fill it in.

    Validate with `RecordForm.model_validate(fields, context={"today": date, "number_format": str,
    "units": those the user has used, "types": folded → as the user spells it})`. `units` may be
    missing; so may `types`, and then the type stays as it is written.
    `errors.field_sentences` turns what it raises into a sentence a field.
    """

    @field_validator("consumption_date", mode="before")
    @classmethod
    def _read_date(cls, value: object, info: ValidationInfo) -> date:
        return read_date(str(value), _context(info)["today"])

    @field_validator("consumption_value", mode="before")
    @classmethod
    def _read_value(cls, value: object, info: ValidationInfo) -> Decimal:
        return numbers.read_number(str(value).strip(), _context(info)["number_format"])

    @field_validator("consumption_type", mode="before")
    @classmethod
    def _read_type(cls, value: object, info: ValidationInfo) -> str:
        written = read_text(value, "Type", MOST_TYPE, "Write what it is, such as coffee.")
        types: Mapping[str, str] = _context(info).get("types", {})
        return types.get(units.fold(written), written)

    @field_validator("unit", mode="before")
    @classmethod
    def _read_unit(cls, value: object, info: ValidationInfo) -> str:
        return units.read_unit(read_unit_text(value), _context(info).get("units", ()))

    @field_validator("notes", mode="before")
    @classmethod
    def _read_notes(cls, value: object) -> str:
        return read_notes(str(value))


def read_id(text: str) -> UUID | None:
    """A UUID in its plain form; None for anything else, of which Python's UUID takes a lot."""
    return UUID(text) if _ID.fullmatch(text) else None


def read_date(text: str, today: date) -> date:
    """A calendar day `YYYY-MM-DD` from 1900-01-01 to tomorrow. Raises ValueError: a sentence."""
    try:
        # fromisoformat alone would take 2026-W05-3 and 20261005.
        day = date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" else None
    except ValueError:
        day = None
    if day is None or not text.isascii():
        raise ValueError("Write the date as year-month-day, such as 2026-10-05.")
    if day < FIRST_DATE:
        raise ValueError("Dates begin at 1900-01-01.")
    if day > today + timedelta(days=1):
        raise ValueError("Dates reach to tomorrow.")
    return day


def read_text(value: object, label: str, most: int, required: str = "") -> str:
    """One line of text in Unicode's composed form, with single spaces.

    Raises ValueError with a sentence when it is too long, or empty though `required` says why not,
    or has characters that no line has.
    """
    line = one_line(str(value))
    if required and not line:
        raise ValueError(required)
    check_line(line, label, most)
    return line


def read_unit_text(value: object) -> str:
    """A unit as `read_text` reads it. Raises ValueError with a sentence, for `-` too."""
    unit = read_text(value, "Unit", MOST_UNIT)
    if unit == WITHOUT_UNIT:
        raise ValueError(NO_UNIT)
    return unit


def read_notes(text: str) -> str:
    """Lines of text with plain line breaks. Raises ValueError with a sentence when too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    check_length(lines, "Notes", MOST_NOTES)
    return lines


def check_line(text: str, label: str, most: int) -> None:
    """Raises ValueError with a sentence when the text is too long, or not one plain line."""
    check_length(text, label, most)
    if not text.isprintable() and any(map(_is_control, text)):
        raise ValueError(f"{label} is one line of text. Remove the control characters.")


def _is_control(character: str) -> bool:
    """Whether it moves the place of writing, or worse, instead of being written."""
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def check_length(text: str, label: str, most: int) -> None:
    """Raises ValueError with a sentence when the text is too long."""
    if len(text) > most:
        longest, length = numbers.grouped(most), numbers.grouped(len(text))
        raise ValueError(f"{label} can have {longest} characters; this has {length}.")


def _context(info: ValidationInfo) -> dict[str, Any]:
    assert info.context is not None, "RecordForm needs today and number_format"
    return dict(info.context)
