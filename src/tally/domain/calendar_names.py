"""The English names of months and weekdays. Pure."""

from __future__ import annotations

from datetime import date

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def month_name(day: date) -> str:
    """`March`."""
    return MONTHS[day.month - 1]


def short_month(day: date) -> str:
    """`Mar`."""
    return month_name(day)[:3]


def short_weekday(day: date) -> str:
    """`Sun`."""
    return WEEKDAYS[day.weekday()][:3]
