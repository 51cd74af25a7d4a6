"""The value of a line in the unit of its type, and meanings that the type decides. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from tally.domain.amounts import MAX_VALUE, plain
from tally.domain.units import asks_measures, factor, rounded
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.amounts.durations import TIME_OF_DAY
from tally.quick_add.lines.line import Days, Line, Named, Value
from tally.quick_add.meanings.conversions import another_unit, unit_of_type
from tally.quick_add.results import Draft
from tally.quick_add.types.similar import nearest
from tally.quick_add.words.tokens import Word, quoted


def with_value(line: Line, main: Amount | None, named: Named, days: Days) -> Draft:
    """The record with its value in the unit of its type."""
    value = Value(Decimal(1), named.last_unit)
    if main is not None:
        _ask_what_it_means(line, main, named)
        value = _converted(line, main, named)
        _ask_again(line, main, named, value)
    return draft_of(line, named, days, value, main)


def draft_of(line: Line, named: Named, days: Days, value: Value, main: Amount | None) -> Draft:
    """The record as the type decides it, without notes and cost."""
    is_new = bool(named.text) and not named.is_known
    similar = nearest(named.text, line.vocabulary.offered) if is_new else ""
    return Draft(
        consumption_date=days.last,
        consumption_type=named.text,
        consumption_value=value.value,
        unit=value.unit,
        notes="",
        new_type=is_new,
        similar=similar,
        new_unit=bool(value.unit) and value.unit not in line.units,
        converted_from=value.converted_from,
        remark=main.remark if main else "",
        similar_line=line_with(line, named.words, similar) if similar else "",
        kept_line=kept_line(line, main) if main and value.converted_from else "",
    )


def _ask_what_it_means(line: Line, main: Amount, named: Named) -> None:
    """Ask about amounts whose meaning depends on the type: `5k`, `10K`, `30m`, `8h30`."""
    number = main.written
    written = main.unit_word.text if main.unit_word else ""
    if main.is_thousand and named.dimensions & {"time", "length", "mass"}:
        short = plain(rounded(main.value / 1000))
        unit = "kg" if "mass" in named.dimensions else "km"
        line.report(main.words, f"Write {number}, or {short} {unit}.")
    elif main.unit == "K" and not main.is_kept and "K" not in named.units:
        thousand = plain(rounded(main.value * 1000))
        message = f'Thousand, or kelvin? Write {thousand}, or {number}"K".'
        line.report(main.words, message)
    elif written == "m" and not main.is_kept and "time" in named.dimensions:
        line.report(main.words, f"Write {number} min, or {number} metres.")
    elif main.duration is not None and not _may_last(main, named):
        line.report(main.words, TIME_OF_DAY)
    behind = [word for word in named.words if word.start >= main.end]
    if written.lower() == "second" and behind and main.words[-1].lower == "second":
        line.report([main.words[-1]], "Write s for the unit of time, or the words in quotes.")


def _may_last(main: Amount, named: Named) -> bool:
    """Durations are for new types, types kept in time, and where a unit of time is written."""
    is_clock = any(":" in word.text for word in main.words)
    return is_clock or not named.is_known or "time" in named.dimensions


def _converted(line: Line, main: Amount, named: Named) -> Value:
    """The value as written, or converted to the unit of the type."""
    value = rounded(main.value)
    if main.unit is None:
        return Value(value, named.last_unit)
    target = unit_of_type(main.unit, named.units)
    if main.is_kept or target == main.unit:
        return Value(value, main.unit)
    if main.duration is not None and target in main.duration.named:
        return Value(rounded(main.duration.in_unit(target)), target)
    measures = line.vocabulary.measures
    if asks_measures(main.unit, target) and not measures:
        message = (
            f"Is that a US or an imperial unit? Say it once for {named.text}, kept in {target}:"
            " US or imperial."
        )
        line.report(main.words, message, asks_measures=True)
        return Value(value, main.unit)
    converted = rounded(main.value * factor(main.unit, target, measures))
    if (converted == 0 and main.value != 0) or converted >= MAX_VALUE:
        size = "little" if converted == 0 else "much"
        message = (
            f"That is too {size} for {target}, in which {named.text} is kept. To keep"
            f' {main.unit}, write {plain(value)}"{main.unit}".'
        )
        line.report(main.words, message)
    return Value(converted, target, f"{plain(value)} {main.unit}")


def _ask_again(line: Line, main: Amount, named: Named, value: Value) -> None:
    """Require a second Enter for a unit that the type was never kept in."""
    if main.unit is None or main.is_kept:
        return
    used = line.vocabulary.units
    sentence = another_unit(named.text, value.unit, named.units, used, is_money=main.is_money)
    if sentence:
        line.asks.append(sentence)


def line_with(line: Line, words: Sequence[Word], name: str) -> str:
    """The line with another type."""
    first, *others = words
    text = line.text
    for word in reversed(others):
        text = text[: word.start].rstrip() + text[word.end :]
    return text[: first.start] + line.as_words(name) + text[first.end :]


def kept_line(line: Line, main: Amount) -> str:
    """The line with its unit in quotes, so that it is not converted."""
    if main.unit_word is None or main.unit is None or main.duration is not None:
        return ""
    end = main.number_words[-1].end - (
        len(main.attached) if main.unit_word.index == main.number_words[-1].index else 0
    )
    return f"{line.text[:end]}{quoted(main.unit)}{line.text[main.unit_word.end :]}"
