"""The reading of lines as the page shows it: offers, results, costs, the words in trouble."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tally.domain.formatting import Formatter
from tally.domain.meters import Reading
from tally.quick_add.grammar import read
from tally.quick_add.preview import Offer, PreviewLine, SentencePart, preview
from tally.quick_add.results import Draft, ParseProblem
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
SAY = Formatter("auto", TODAY, currency="EUR")
KNOWN = Vocabulary(
    all_kept({"fuel": "l", "coffee": "cup", "electricity": "kWh"}),
    frozenset({"l", "cup", "kWh"}),
    currency="EUR",
)


def line(text: str, warning: str = "", currency: str = "EUR") -> PreviewLine:
    """What the page shows of the only line."""
    [only] = preview(text, read(text, TODAY, KNOWN), {1: warning} if warning else {}, currency)
    return only


def of(draft: Draft) -> PreviewLine:
    return PreviewLine(1, "", (draft,), (), "", "EUR")


def test_each_line_has_its_own_records_problems_and_warning() -> None:
    text = "coffee 2\n\nfri..sat fuel 40l\ncoffee 3 4 5"
    first, second, third = preview(text, read(text, TODAY, KNOWN), {3: "Much?"}, "EUR")
    assert [shown.number for shown in (first, second, third)] == [1, 3, 4]
    assert (first.text, first.warning, len(first.drafts)) == ("coffee 2", "", 1)
    assert (second.text, second.warning, len(second.drafts)) == ("fri..sat fuel 40l", "Much?", 2)
    assert not third.drafts
    assert (third.draft, third.offer, third.first_day) == (None, None, None)
    assert [problem.text for problem in third.unread] == ["4", "5"]


def test_the_words_in_trouble_stand_out_once() -> None:
    assert list(line("coffee 3 4 5").parts) == [
        ("coffee 3 ", False),
        ("4", True),
        (" ", False),
        ("5", True),
        ("", False),
    ]
    twice = [ParseProblem(1, "b", message, 2, 3) for message in ("One.", "Other.")]
    assert list(PreviewLine(1, "a b c", (), twice, "").parts) == [
        ("a ", False),
        ("b", True),
        (" c", False),
    ]


def test_words_that_a_sentence_tells_one_to_add_are_offers() -> None:
    problem = ParseProblem(
        1, "@480", "Add `new` or `rolled over`, not `@`.", 0, 4, adds=("new", "rolled over")
    )
    assert PreviewLine(1, "electricity @480 ", (), [problem], "").pieces(problem) == [
        SentencePart("Add "),
        SentencePart("new", "electricity @480 new", is_code=True),
        SentencePart(" or "),
        SentencePart("rolled over", "electricity @480 rolled over", is_code=True),
        SentencePart(", not "),
        SentencePart("@", is_code=True),
        SentencePart("."),
    ]


def test_tab_takes_a_known_type_or_the_unit_as_written() -> None:
    assert line("coffe 2").offer == Offer("coffee?", "coffee 2")
    assert line("fuel 500ml").offer == Offer("keep ml", 'fuel 500"ml"')
    assert line("fuel 500 ml motorway").offer is None
    assert line("coffee 2").offer is None


def test_what_a_span_comes_to() -> None:
    assert line("coffee 2").comes_to(SAY) == []
    assert line("electricity 250 over oct").comes_to(SAY) == [
        "250 kWh in 31 days",
        "8.1 a day",
    ]
    assert line("water 0.695 over 2 weeks").comes_to(SAY)[1] == "0.05 a day"
    assert line("electricity 250 over oct").first_day == date(2026, 10, 1)


def test_what_a_reading_comes_to() -> None:
    reading = Draft(TODAY, "electricity", Decimal(0), "kWh", "", 0, reading=Decimal(480))
    assert of(reading).comes_to(SAY) == ["first reading: consumption shows from the next one"]
    before = Reading(date(2026, 11, 20), Decimal(450))
    later = Draft(
        TODAY, "electricity", Decimal(30), "kWh", "", 2, reading=Decimal(480), before=before
    )
    assert of(later).comes_to(SAY) == [
        "30 kWh in 2 days",
        "15 a day",
        "480, before 450 on 20 November",
    ]
    alone = Draft(TODAY, "electricity", Decimal(30), "kWh", "", 2, reading=Decimal(480))
    assert of(alone).comes_to(SAY) == ["30 kWh in 2 days", "15 a day"]


def test_a_cost_and_the_price_that_it_makes() -> None:
    fuel = line("fuel 42.5l 70.52€")
    assert (fuel.cost(SAY), fuel.price(SAY)) == ("70.52\u00a0€", "1.66\u00a0€ a litre")
    free = line("fuel 40l 0€")
    assert (free.cost(SAY), free.price(SAY)) == ("0.00\u00a0€", "0.00\u00a0€ a litre")
    none = line("fuel 40l")
    assert (none.cost(SAY), none.price(SAY)) == ("", "")
    nothing = Draft(TODAY, "fuel", Decimal(0), "l", "", cost=Decimal("4.5"))
    assert (of(nothing).cost(SAY), of(nothing).price(SAY)) == ("4.50\u00a0€", "")


def test_the_first_cost_is_in_the_currency_that_it_sets() -> None:
    first = Draft(TODAY, "fuel", Decimal(10), "l", "", cost=Decimal(15), currency="CHF")
    assert of(first).cost(SAY) == "15.00\u00a0CHF"
    assert of(first).price(SAY) == "1.50\u00a0CHF a litre"
