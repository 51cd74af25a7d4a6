"""The questions about a plan, without whose answers no row is read. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tally.domain.amounts import plain
from tally.transfer.plans.plan import Plan
from tally.transfer.tables.columns import ColumnDoubt

ASK_COLUMNS = "Say which column is the date and which is the value."
ASK_TYPES = (
    "“{}” would be the type of several columns: {}. Give each its own, or leave out all but one."
)
ASK_TYPED = (
    "“{}” would be the type of several columns: {}. Leave out that column, or all but one of these."
)
ASK_MONEY = (
    "Is “{}” the price of one, or what was paid? Say which: it is Price a unit, Cost, or left out."
)
ASK_FIGURES = (
    "Is “{}” what a meter shows, or what was used each time? Say which: it is Reading or Value."
)
ASK_CURRENCIES = (
    "Are the amounts beside “{}” money, or counts? Say what that column is: Unit, or left out."
)
ASK_DAYS = (
    "Are the numbers without a heading the days of the months? Say what the column is: Date, or "
    "left out."
)
ASK_SHARE = "Is {share} here {percent} %, as a sheet shows it, or {share} %?"
ASK_METERS = (
    "Some types in “{}” are what a meter shows, others cannot be. Bring them in apart, "
    "or say what all are: it is Reading or Value."
)
# The question for each doubt about a column; of several doubts the first one is asked.
_QUESTIONS: dict[ColumnDoubt, str] = {
    "meters": ASK_METERS,
    "figures": ASK_FIGURES,
    "currencies": ASK_CURRENCIES,
    "days": ASK_DAYS,
    "money": ASK_MONEY,
}


class PlanQuestion(NamedTuple):
    """A question in a sentence, and the choice that answers it."""

    sentence: str
    asks: str


def question_of(plan: Plan) -> PlanQuestion | None:
    """The first question about a plan; None if its rows can be read."""
    if "columns" in plan.asks:
        return PlanQuestion(ask_columns(plan), "columns")
    if "factor" in plan.asks and plan.share is not None:
        share, percent = plain(plan.share), plain(plan.share * 100)
        return PlanQuestion(ASK_SHARE.format(share=share, percent=percent), "factor")
    return None


def ask_columns(plan: Plan) -> str:
    """The question for the columns, if the plan has one."""
    if plan.names.alike:
        question = ASK_TYPES if not plan.columns.have("type") else ASK_TYPED
        return question.format(plan.names.alike_type, plan.names.alike_headings)
    for doubt, question in _QUESTIONS.items():
        for column in plan.columns:
            name = column.heading.text
            if column.is_open and column.doubt == doubt and (name or "{}" not in question):
                return question.format(name)
    return ASK_COLUMNS
