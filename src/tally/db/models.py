"""The two tables, with their constraints and indexes, and an account as it is read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Numeric, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel, select

from tally.domain import amounts, units
from tally.domain.calendar import EARLIEST
from tally.domain.fields import (
    LAST_DATE,
    MAX_DAYS,
    MAX_METER,
    MAX_NAME,
    MAX_NOTES,
    MAX_TYPE,
    MAX_UNIT,
)

# Case must fold the same wherever the database stands, whatever its locale.
FOLDING_TEXT: TypeEngine[str] = Text(collation="pg_c_utf8")

# In front of the password hash of an account that is switched off: nothing matches it.
DISABLED = "!"

# Server defaults of columns, so that plain SQL can insert rows, too.
_EMPTY_OBJECT: dict[str, Any] = {"server_default": text("'{}'::jsonb")}
_EMPTY_LIST: dict[str, Any] = {"server_default": text("'[]'::jsonb")}
_NEW_ID: dict[str, Any] = {"server_default": text("gen_random_uuid()")}
_NOW: dict[str, Any] = {"server_default": text("now()")}


def _amount_check(column: str, name: str) -> CheckConstraint:
    """The check of a column of amounts: from 0 to below the largest, with few enough decimals."""
    return CheckConstraint(
        f"{column} >= 0 AND {column} < {amounts.MAX_VALUE} AND {column} <> 'NaN'::numeric"
        f" AND scale({column}) <= {units.MAX_DECIMALS}",
        name=name,
    )


class User(SQLModel, table=True):
    """A user: an account with its sign-in, its sessions and its preferences."""

    __tablename__ = "users"

    id: UUID = Field(primary_key=True, sa_column_kwargs=_NEW_ID)
    email: str = Field(sa_type=Text)
    password_hash: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    timezone: str = Field(sa_type=Text, sa_column_kwargs={"server_default": "UTC"})
    sessions: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_OBJECT)
    sign_in_failures: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_OBJECT)
    preferences: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_OBJECT)
    created_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs=_NOW)
    # Each is read only where it is used: other requests do not pay for it.
    tokens: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_OBJECT)
    prices: list[dict[str, Any]] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_LIST)
    imports: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=_EMPTY_OBJECT)

    __table_args__ = (
        Index("idx_users_email", "email", unique=True),
        CheckConstraint("email = lower(email)", name="users_email_lower_case"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {MAX_NAME}", name="users_name_length"),
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

    @property
    def currency(self) -> str:
        """The ISO code of its currency; empty without one, and then it sees no costs."""
        return str(self.preferences.get("currency") or "")


# Its rows make accounts: `Account(*row)`.
ACCOUNTS = select(*(User.metadata.tables["users"].columns[name] for name in Account._fields))


class RecordBase(SQLModel):
    """The content of a record, as a person wrote it."""

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
    id: UUID = Field(primary_key=True, sa_column_kwargs=_NEW_ID)
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs=_NOW)
    updated_at: datetime = Field(sa_type=DateTime(timezone=True), sa_column_kwargs=_NOW)
    deleted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    change_id: UUID = Field(sa_column_kwargs=_NEW_ID)
    before: dict[str, Any] | None = Field(
        default=None, sa_column=Column("before", JSONB(none_as_null=True), nullable=True)
    )
    # How many days the value covers, the last of them `consumption_date`; 0 for a meter's start.
    days: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    reading: Decimal | None = Field(default=None, sa_type=Numeric)
    meter: int | None = Field(default=None, sa_type=SmallInteger)
    cost: Decimal | None = Field(default=None, sa_type=Numeric)

    __table_args__ = (
        _amount_check("consumption_value", "consumption_value_finite"),
        CheckConstraint(
            f"consumption_date BETWEEN DATE '{EARLIEST}' AND DATE '{LAST_DATE}'",
            name="consumption_date_range",
        ),
        CheckConstraint(
            f"length(consumption_type) BETWEEN 1 AND {MAX_TYPE}", name="consumption_type_length"
        ),
        CheckConstraint(f"length(unit) <= {MAX_UNIT}", name="unit_length"),
        CheckConstraint(f"length(notes) <= {MAX_NOTES}", name="notes_length"),
        CheckConstraint(
            f"days BETWEEN 1 AND {MAX_DAYS}"
            " OR (days = 0 AND reading IS NOT NULL AND consumption_value = 0)",
            name="days_range",
        ),
        _amount_check("reading", "reading_finite"),
        CheckConstraint(
            "(meter IS NULL) = (reading IS NULL)"
            f" AND (meter IS NULL OR meter BETWEEN 1 AND {MAX_METER})",
            name="meter_of_reading",
        ),
        _amount_check("cost", "cost_finite"),
        # Covers the statistics, and the list in its usual order.
        Index(
            "idx_consumption_user_date",
            "user_id",
            text("consumption_date DESC"),
            text("created_at DESC"),
            text("id DESC"),
            postgresql_include=["consumption_value", "consumption_type", "unit", "days"],
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
            postgresql_include=["consumption_value", "days"],
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
        # Changes of the last minutes, for undo.
        Index("idx_consumption_user_changed", "user_id", "updated_at"),
        # Deleted records: those that can still be restored, and those due to be purged.
        Index(
            "idx_consumption_user_deleted",
            "user_id",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        # Records of several days: statistics look for them up to the longest span after a period.
        Index(
            "idx_consumption_user_spans",
            "user_id",
            "consumption_date",
            "consumption_type",
            "unit",
            postgresql_include=["consumption_value", "days"],
            postgresql_where=text("deleted_at IS NULL AND days > 1"),
        ),
        # How many days the longest record covers: of an account, and of each of its types.
        Index(
            "idx_consumption_user_longest",
            "user_id",
            "days",
            postgresql_where=text("deleted_at IS NULL AND days > 1"),
        ),
        Index(
            "idx_consumption_type_longest",
            "user_id",
            "consumption_type",
            "unit",
            "days",
            postgresql_where=text("deleted_at IS NULL AND days > 1"),
        ),
        # Records of several days by type: costs are asked for by type, in many short periods.
        Index(
            "idx_consumption_type_spans",
            "user_id",
            "consumption_type",
            "unit",
            "consumption_date",
            postgresql_include=["consumption_value", "days", "cost"],
            postgresql_where=text("deleted_at IS NULL AND days > 1"),
        ),
        # The readings of each meter in their order.
        Index(
            "idx_consumption_user_chain",
            "user_id",
            "consumption_type",
            "unit",
            "meter",
            "consumption_date",
            "created_at",
            "id",
            postgresql_include=["reading"],
            postgresql_where=text("deleted_at IS NULL AND reading IS NOT NULL"),
        ),
        # Where meters begin, and where they rolled over.
        Index(
            "idx_consumption_user_turns",
            "user_id",
            "consumption_type",
            "unit",
            "meter",
            "consumption_date",
            postgresql_where=text(
                "deleted_at IS NULL AND reading IS NOT NULL"
                " AND (days = 0 OR consumption_value > reading)"
            ),
        ),
    )
