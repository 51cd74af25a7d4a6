"""Names of months, weekdays and zones as files write them, in ten languages. Pure.

English, German, Dutch, French, Spanish, Italian, Portuguese, Swedish, Polish and Russian. Names are
folded (lower case, without accents), so that `août`, `AOUT` and `Aout` are one. A cell that may be
a date can be cut to any short form; `quick_add.calendar.foreign_dates` has its own list, since a
line is a sentence with other words.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta, timezone

# Up to each semicolon a month: full names, then short forms that begin none of them.
_MONTHS = """
january januar januari janvier enero gennaio janeiro styczen stycznia январь января jänner ene gen
sty янв janv ;
february februar februari fevrier febrero febbraio fevereiro luty lutego февраль февраля feber fev
lut фев fevr ;
march märz maart mars marzo marco marzec marca март марта mrt mrz mär maerz мар ;
april avril abril aprile kwiecien kwietnia апрель апреля avr abr kwi апр ;
may mai mei mayo maggio maio maj maja май мая mag ;
june juni juin junio giugno junho czerwiec czerwca июнь июня giu cze июн ;
july juli juillet julio luglio julho lipiec lipca июль июля lug lip июл juil ;
august augustus aout agosto augusti sierpien sierpnia август августа ago sie авг ;
september septembre septiembre settembre setembro wrzesien wrzesnia сентябрь сентября set wrz сен
сент sept ;
october oktober octobre octubre ottobre outubro pazdziernik pazdziernika октябрь октября okt ott
out paz окт ;
november novembre noviembre novembro listopad listopada ноябрь ноября lis ноя нояб ;
december dezember decembre diciembre dicembre dezembro grudzien grudnia декабрь декабря dez dic
gru дек ;
"""
_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag
freitag samstag sonnabend sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag lundi
mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
lunedi martedi mercoledi giovedi venerdi sabato domenica segunda terca quarta quinta sexta feira
mandag måndag tisdag onsdag torsdag fredag lördag söndag poniedzialek wtorek sroda czwartek piatek
sobota niedziela понедельник вторник среда четверг пятница суббота воскресенье mon tue tues wed
thu thur thurs fri sat sun mo di mi do fr sa so ma wo vr za zo lun mar mer jeu ven sam dim mie jue
vie sab dom gio seg ter qua qui sex pon wto sro czw pia sob nie пн вт ср чт пт сб вс
"""
# Hours that the names of zones stand for; only names that mean one thing.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MDT": -6, "PST": -8,
    "PDT": -7, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set to look them up in."""
    return frozenset(text.split())


def plain_letters(text: str) -> str:
    """Lower case, without the marks over and under letters."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold())
    # Cyrillic й is a letter of its own, not и with a mark.
    kept = "".join(
        mark
        for place, mark in enumerate(apart)
        if not unicodedata.combining(mark) or apart[place - 1 : place] == "и"
    )
    return unicodedata.normalize("NFC", kept)


def month_of(word: str) -> int:
    """1 to 12 for the name of a month or its first letters (at least three); else 0."""
    return _MONTH_NUMBERS.get(plain_letters(word.rstrip(".")), 0)


def is_weekday(word: str) -> bool:
    """Whether the word is the name of a weekday, or short for one."""
    return plain_letters(word.rstrip(".,")) in _WEEKDAY_NAMES


def zone_of(name: str) -> timezone | None:
    """The zone that letters such as `UTC` or `CEST` mean; None if they may mean several."""
    hours = _ZONES.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def _months() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, line in enumerate(_MONTHS.split(";")[:12], 1):
        for name in map(plain_letters, line.split()):
            numbers[name] = number
            for length in (3, 4):
                # `mar` is March in all of them; `jui` could be two months, so it is dropped.
                other = numbers.setdefault(name[:length], number)
                if other != number and name[:length] not in line.split():
                    numbers[name[:length]] = min(other, 0)
    return {name: number for name, number in numbers.items() if number}


_MONTH_NUMBERS = _months()
_WEEKDAY_NAMES = frozenset(plain_letters(name) for name in _WEEKDAYS.split())
# Words for weeks, short and long.
WEEKS = words(
    """
    week wk w cw kw woche kalenderwoche semaine sem semana settimana vecka v uge uke tydzien неделя
    """
)
