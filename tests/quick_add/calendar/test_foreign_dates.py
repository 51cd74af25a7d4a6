"""Days and periods in other languages, each with the English words to write."""

import pytest

from tally.quick_add.calendar import foreign_dates


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("heute", "Write today, or the word in quotes."),
        ("i går", "Write yesterday, or the words in quotes."),
        ("gestern abend", "Write yesterday, or the words in quotes."),
        ("ayer por la tarde", "Write yesterday, or the words in quotes."),
        ("gisteravond", "Write yesterday, or the word in quotes."),
        ("ce matin", "Write today, or the words in quotes."),
        ("вчера вечером", "Write yesterday, or the words in quotes."),
        ("ontem à noite", "Write yesterday, or the words in quotes."),
        ("igår kväll", "Write yesterday, or the words in quotes."),
        ("i går aftes", ""),
        ("i dag", "Write today, or the words in quotes."),
        ("esta manhã", "Write today, or the words in quotes."),
        ("stasera", "Write today, or the word in quotes."),
        ("어제", "Write yesterday, or the word in quotes."),
        ("昨晚", "Write yesterday, or the word in quotes."),
        ("أمس", "Write yesterday, or the word in quotes."),
        ("אתמול", "Write yesterday, or the word in quotes."),
        ("в пятницу", "Write friday, or the words in quotes."),
        ("na segunda-feira", "Write monday, or the words in quotes."),
        ("sexta-feira passada", "Write friday, or the words in quotes."),
        ("am montag", "Write monday, or the words in quotes."),
        ("el lunes pasado", "Write monday, or the words in quotes."),
        ("w środę", "Write wednesday, or the words in quotes."),
        ("seit freitag", "Write friday alone, or a period such as over friday..today;"),
        ("anoche", "Write yesterday, or the word in quotes."),
        ("vor einem tag", "Write 1 day ago, or the words in quotes."),
        ("il y a 2 semaines", "Write 2 weeks ago, or the words in quotes."),
        ("hace tres meses", "Write 3 months ago, or the words in quotes."),
        ("2 jaar geleden", "Write 2 years ago, or the words in quotes."),
        ("miesiąc temu", "Write 1 month ago, or the words in quotes."),
        ("letzte woche", "Write over last week, a day such as 2026-10-05,"),
        ("l'année dernière", "Write over last year, a day such as 2026-10-05,"),
        ("ce mois-ci", "Write over this month, a day such as 2026-10-05,"),
        ("w tym roku", "Write over this year, a day such as 2026-10-05,"),
        ("5. okt.", "Write 5 oct, or the words in quotes."),
        ("1er octobre", "Write 1 oct, or the words in quotes."),
        ("5 de octubre de 2025", "Write 5 oct 2025, or the words in quotes."),
        ("5.okt", "Write 5 oct, or the word in quotes."),
        ("okt 5", "Write 5 oct, or the words in quotes."),
        ("du 1er au 31 octobre", "Write over oct 1-31 for all of it, or oct 1-31 for each day;"),
        # No such day, and words that are something else.
        ("32 octobre", ""),
        # Words for since and until stay, and say what they mean beside the English day.
        ("bis freitag", ""),
        ("seit vorgestern", ""),
        ("depuis le 1er octobre", ""),
        ("31 bis 1 oktober", ""),
        ("vor einem halben tag", ""),
        ("letzten tag", ""),
        ("oktober", ""),
        ("monday", ""),
        ("pain de mie", ""),
    ],
)
def test_words_of_a_day_or_a_period_say_what_to_write(text: str, says: str) -> None:
    message = foreign_dates.advice_for(text)
    assert message.startswith(says) and bool(message) == bool(says)
    assert not says or foreign_dates.may_begin(text.split()[0])
    assert not says or any(map(foreign_dates.may_hold, text.split()))
