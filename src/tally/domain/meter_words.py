"""Readings and their consumption in words, and why a reading does not fit. Pure."""

from tally.domain.fields import MAX_DAYS, MAX_METER
from tally.domain.formatting import Formatter
from tally.domain.meters import START, BrokenChain, Consumption, Reading, TooManyMeters


def why(
    error: BrokenChain | TooManyMeters, formatter: Formatter, own: Reading | None = None
) -> str:
    """The sentence for an error. `own`: the reading that the person is typing."""
    if isinstance(error, TooManyMeters):
        return f"A type and unit can have {MAX_METER} meters."
    earlier, later = (
        reading_in_words(reading, formatter) for reading in (error.earlier, error.later)
    )
    if error.kind == "long":
        days = formatter.number(MAX_DAYS)
        return f"Over {days} days lie between {earlier} and {later}: begin a new meter."
    if error.kind == "amid":
        if own is None or own == error.earlier:
            return f"The meter before is read after that, {later}: a new one begins later."
        return f"A new meter begins with {earlier}, before {later} of the meter before it."
    if error.kind == "left":
        return (
            f"{later} was noted since, and would be left as the start of a meter: delete it first."
        )
    if error.kind == "first":
        return "There is no reading before it: leave rolled over out."
    if error.kind == "unturned":
        return f"Not lower than {earlier}: the meter did not roll over."
    if own == error.later:
        return f"Lower than {earlier}."
    if own == error.earlier:
        return f"Higher than the next reading, {later}."
    return f"{later} would be lower than the reading before it, {earlier}."


def reading_in_words(reading: Reading, formatter: Formatter) -> str:
    """`48 001 on 28 October`."""
    return f"{formatter.number(reading.figure)} on {formatter.date_name(reading.day)}"


def consumption_in_words(used: Consumption, unit: str, formatter: Formatter) -> str:
    """`212 kWh in 30 days`; `start` for the first reading of a meter."""
    if used == START:
        return "start"
    return (
        f"{formatter.number(used.value)} {unit}".rstrip()
        + f" in {formatter.count(used.days, 'day')}"
    )
