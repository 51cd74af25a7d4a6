"""The statistics as JSON, for programs. Pure."""

from typing import Any

from tally.statistics.figures import Comparison
from tally.statistics.money import Cost, CostSum
from tally.statistics.type_statistics import (
    DayTotal,
    Series,
    SeriesPoint,
    Statistics,
    TypeStatistics,
)


def to_json(statistics: Statistics) -> dict[str, Any]:
    """The numbers for programs; decimals are texts without exponent."""
    period = statistics.period
    return {
        "period": {
            "from": period.start,
            "to": period.end,
            "today": period.today,
            "running": period.running,
            "elapsed_days": period.elapsed_days,
            "days": period.days,
        },
        "types": [
            _type_json(one, statistics.cost.currency if statistics.cost else "")
            for one in statistics.types
        ],
        "next": statistics.following and statistics.following.encode(),
        "cost": statistics.cost and _sum_json(statistics.cost, statistics),
    }


def _type_json(one: TypeStatistics, currency: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "type": one.type,
        "unit": one.unit,
        "total": one.total,
        "entries": one.entries,
        "active_days": one.active_days,
        "known": {"from": one.known.first, "to": one.known.last, "days": one.known.days},
        "per_day": one.per_day,
        "per_entry": one.per_entry,
        "highest_day": _day_json(one.highest_day) if one.highest_day else None,
        "highest_days": [_day_json(day) for day in one.highest_days],
        "previous": _comparison_json(one.previous),
        "last_year": _comparison_json(one.last_year),
        "projection": one.projection,
        "limit": one.limit
        and {
            "value": one.limit.value,
            "per": one.limit.per,
            "used": one.limit.used,
            "left": one.limit.left,
            "share_used": one.limit.share_used,
            "share_elapsed": one.limit.share_elapsed,
            "known_days": one.limit.known_days,
            **({"in": "cost", "uncovered": one.limit.uncovered} if one.limit.in_cost else {}),
        },
        "last_recorded": one.last_recorded,
        "series": _series_json(one.series),
        "weekdays": one.weekdays,
    }
    content["cost"] = one.cost and _cost_json(one.cost, currency)
    if one.calendar is not None and one.streak is not None:
        content["previous_series"] = one.previous_series and _series_json(one.previous_series)
        content["calendar"] = [
            {"date": day.date, "total": day.total, "step": day.step} for day in one.calendar
        ]
        content["streak"] = {"current": one.streak.current, "longest": one.streak.longest}
    return content


def _sum_json(cost: CostSum, statistics: Statistics) -> dict[str, Any]:
    return {
        "total": cost.total,
        "currency": cost.currency,
        "projection": cost.projection,
        "previous": None
        if cost.previous is None
        else {"total": cost.previous, "difference": cost.difference, "percent": cost.percent},
        "without": [left_out._asdict() for left_out in cost.without],
        # The types that take part in it and have no entry in `types`.
        "aside": [
            {"type": one.type, "unit": one.unit, "cost": _cost_json(one.cost, cost.currency)}
            for one in statistics.aside
            if one.cost
        ],
        "of_page": statistics.sums_page,
    }


def _cost_json(cost: Cost, currency: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "total": cost.total,
        "per_day": cost.per_day,
        "records": cost.records,
        "prices": cost.prices,
        "base": cost.base,
        "uncovered": cost.uncovered,
        "currency": currency,
        "projection": cost.projection,
        "previous": _comparison_json(cost.previous),
        "last_year": _comparison_json(cost.last_year),
    }
    if cost.series:
        content["series"] = list(cost.series)
    return content


def _day_json(day: DayTotal) -> dict[str, Any]:
    return {"date": day.date, "total": day.total}


def _comparison_json(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "from": comparison.span.start,
        "to": comparison.span.end,
        "days": comparison.span.days,
        "known_days": comparison.known_days,
        "total": comparison.total,
        "difference": comparison.difference,
        "percent": comparison.percent,
    }


def _series_json(series: Series) -> dict[str, Any]:
    return {"bucket": series.bucket, "points": [_point_json(point) for point in series.points]}


def _point_json(point: SeriesPoint) -> dict[str, Any]:
    content: dict[str, Any] = {
        "from": point.start,
        "total": point.total,
        "entries": point.entries,
    }
    # Of a bucket that is known in part, how many of its days are.
    if point.known_days is not None:
        content["known_days"] = point.known_days
    return content
