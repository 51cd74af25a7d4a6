"""Words of dates in other languages and in short, and the words to write instead. Pure."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from tally.quick_add.words.tokens import in_quotes


def _table(text: str) -> dict[str, str]:
    """A dictionary of each name and the English word at the beginning of its row."""
    rows = (row.partition(": ") for row in text.strip().splitlines())
    return {name: english for english, _, names in rows for name in names.split()}


DAYS = _table("""
today: heute aujourd'hui hoy oggi hoje vandaag dziś dzisiaj idag dnes bugün сегодня сьогодні
today: 今日 今天 今朝 今夜 今早 今晚 오늘 اليوم היום σήμερα tänään
today: vanmorgen vanochtend vanmiddag vanavond stamattina stasera
yesterday: gestern hier ayer ieri ontem gisteren wczoraj igår včera dün eilen вчера вчора
yesterday: 昨日 昨天 yday yest ystd y'day går gisteravond gistermiddag gisterochtend gistermorgen
yesterday: anoche 昨夜 昨晚 어제 أمس אתמול χθες εχθές tegnap kemarin
2 days ago: vorgestern avant-hier anteayer eergisteren przedwczoraj позавчера förrgår
monday: montag lundi lunes lunedì maandag poniedziałek poniedziałku понедельник måndag mandag
tuesday: dienstag mardi martes martedì dinsdag wtorek wtorku вторник tisdag tirsdag
wednesday: mittwoch mercredi miércoles mercoledì woensdag środa środę среда onsdag
thursday: donnerstag jeudi jueves giovedì donderdag czwartek четверг torsdag
friday: freitag vendredi viernes venerdì vrijdag piątek пятница fredag
saturday: samstag sonnabend samedi sábado sabato zaterdag sobota sobotę суббота lördag lørdag
monday: segunda-feira
tuesday: terça-feira
wednesday: quarta-feira среду
thursday: quinta-feira
friday: sexta-feira пятницу
saturday: субботу
sunday: sonntag dimanche domingo domenica zondag niedziela niedzielę воскресенье söndag søndag
""")
# Two letters are often words of their own, so these are days only beside a type of the account.
SHORT_DAYS = frozenset(
    {"mo", "di", "mi", "do", "fr", "sa", "so", "lu", "ju", "vi", "ve", "wo", "vr", "za", "zo"}
    | {"pn", "wt", "śr", "cz", "sb", "nd"}
)

TOMORROW = frozenset(
    {"morgen", "übermorgen", "demain", "après-demain", "mañana", "overmorgen", "jutro"}
    | {"pojutrze", "domani", "amanhã", "imorgon", "завтра"}
)

# Months are dates only beside the number of a day. The list is not that of `transfer.cells.names`:
# here each word must be safe in a sentence (`set`, `out` and `sie` are not), with its accents and
# cases.
MONTHS = _table("""
jan: januar jänner janvier enero gennaio januari stycznia styczeń styczniu января янв
feb: februar février fév févr febrero febbraio februari lutego luty lutym февраля фев
mar: märz mär mars marzo maart marca marzec marcu марта marts
apr: avril avr abril abr aprile kwietnia kwiecień kwietniu апреля апр
may: mai mayo maggio mei maja maj maju мая
jun: juni juin junio giugno czerwca czerwiec czerwcu июня июн
jul: juli juillet juil julio luglio lipca lipiec lipcu июля июл
aug: août agosto augustus sierpnia sierpień sierpniu августа авг augusti
sep: septembre septiembre settembre września wrzesień wrześniu сентября сен
oct: okt oktober octobre octubre ottobre outubro października październik październiku paź
oct: октября окт
nov: novembre noviembre listopada listopad listopadzie ноября ноя
dec: dez dezember décembre déc diciembre dic dicembre grudnia grudzień grudniu декабря дек
dec: desember
jan: январь январе
feb: февраль феврале
mar: март марте
apr: апрель апреле
may: май мае
jun: июнь июне
jul: июль июле
aug: август августе
sep: сентябрь сентябре
oct: октябрь октябре
nov: ноябрь ноябре
dec: декабрь декабре
""")

_PERIODS = _table("""
day: tag tage tagen jour jours día días dia dias dag dagen dagar dni dzień giorno giorni
week: woche wochen semaine semaines semana semanas week weken vecka veckor tydzień tygodnie tygodni
week: tygodniu settimana settimane
month: monat monate monaten mois mes meses maand maanden månad månader miesiąc miesiące miesięcy
month: miesiącu mese mesi
day: день дня дней dagen
week: неделя неделю недели неделе недель veckan
month: месяц месяца месяце месяцев månaden
year: год года году лет året
year: jahr jahre jahren an ans année années año años jaar år rok roku lata lat anno anni
""")
NUMBERS = _table("""
1: ein eine einen einem einer un une una uno een één jeden jedna jedną jedno
2: zwei deux dos twee dwa dwie två
3: drei trois tres drie trzy
4: vier quatre cuatro cztery fyra
5: fünf cinq cinco vijf pięć fem
6: sechs seis zes sześć sex
7: sieben siete zeven siedem
8: acht huit ocho osiem
9: neun neuf nueve negen dziewięć
10: zehn dix diez tien dziesięć
11: elf onze jedenaście
12: zwölf douze doce twaalf dwanaście
1: один одна одну одно
2: два две
3: три
4: четыре
5: пять
6: шесть
7: семь
8: восемь
9: девять
10: десять
11: одиннадцать
12: двенадцать
1.5: полтора полторы anderthalb półtora
0.5: halbe halber halbes halben demi demie medio media halve pół
""")

# Words in front of a date, such as those for since, until and on.
SINCE = frozenset(
    {"seit", "ab", "von", "vom", "depuis", "desde", "dal", "sinds", "vanaf", "od", "от", "с"}
)
_UNTIL = frozenset({"bis", "zum", "au", "jusqu'au", "jusqu'à", "hasta", "tot", "do", "до"})
LEADS = SINCE | _UNTIL
ON = frozenset({"den", "le", "el", "op", "w", "we", "dnia", "på", "na", "в"})
PARTS_OF_DAY = frozenset(
    {"früh", "morgen", "vormittag", "mittag", "nachmittag", "abend", "nacht", "matin", "midi"}
    | {"après-midi", "soir", "nuit", "mañana", "tarde", "noche", "mediodía", "ochtend", "middag"}
    | {"avond", "rano", "południe", "popołudniu", "wieczór", "wieczorem", "noc", "mattina", "sera"}
    | {"manhã", "noite", "утром", "днём", "днем", "вечером", "ночью", "kväll", "kveld", "aften"}
)
_LAST = frozenset(
    {"letzte", "letzten", "letzter", "letztes", "letztem", "vorige", "vorigen", "voriges"}
    | {"vergangene", "vergangenen", "dernier", "dernière", "passé", "passée", "pasado", "pasada"}
    | {"passado", "passada"}
    | {"afgelopen", "zeszły", "zeszłym", "zeszłego", "poprzedni", "poprzednim", "ubiegły"}
    | {"ubiegłym", "ostatni", "ostatnim", "scorso", "scorsa", "förra"}
    | {"прошлый", "прошлом", "прошлого", "прошлую", "прошлой"}
)
_THIS = frozenset(
    {"diese", "diesen", "dieser", "dieses", "diesem", "ce", "cet", "cette", "este", "esta"}
    | {"deze", "dit", "tym", "questo", "questa", "этот", "этом", "эту", "этой"}
)
_ARTICLES = frozenset(
    {"im", "in", "der", "die", "den", "dem", "le", "la", "el", "de", "het", "w", "über", "sur"}
    | {"pendant", "durante", "por", "à", "al", "am", "i", "в", "на", "за"}
)
_UP_TO = frozenset({"-", "–", "bis", "au", "al", "tot", "t/m", "do"})
MAX_WORDS = 6


def advice_for(text: str) -> str:
    """The sentence on lower-case words that are a day or a period; "" for all others."""
    for pattern, sentence in _phrases():
        match = pattern.fullmatch(text)
        message = sentence(match) if match else ""
        if message:
            return message
    return ""


def may_hold(word: str) -> bool:
    """Whether a foreign date can contain this word; spares most lines the patterns."""
    return _PREFIX.sub("", word).rstrip(".") in _CORE


def may_begin(word: str) -> bool:
    """Whether a foreign date can begin with this word."""
    return word[:1].isdecimal() or word.rstrip(".").removeprefix("l'") in _FIRST_WORDS


def _day(match: re.Match[str]) -> str:
    """`hier soir`, `am Montag`, `seit gestern`."""
    day, is_one = DAYS[match["name"]], " " not in DAYS[match["name"]]
    if match["lead"] in SINCE:
        if not is_one:
            return ""
        period = f"{day} alone, or a period such as over {day}..today;"
        return f"Write {period} or the words in quotes."
    return f"Write {day}, or {in_quotes(len(match[0].split()))}."


def _today(match: re.Match[str]) -> str:
    return "Write today, or the words in quotes."


def _ago(match: re.Match[str]) -> str:
    """`vor 3 Tagen`, `il y a une semaine`, `tydzień temu`."""
    count = match["count"] or match["behind"] or "1"
    number = NUMBERS.get(count, count)
    unit = _PERIODS[match["unit"] or match["name"]]
    if not number.isdecimal():
        return ""
    return f"Write {number} {unit}{'' if number == '1' else 's'} ago, or the words in quotes."


def _period(match: re.Match[str]) -> str:
    """`letzten Monat`, `le mois dernier`, `deze week`."""
    unit = _PERIODS[match["unit"] or match["name"]]
    which = "this" if match["which"] in _THIS else "last"
    if unit == "day":
        return ""
    return f"Write over {which} {unit}, a day such as 2026-10-05, or the words in quotes."


def _day_of_month(match: re.Match[str]) -> str:
    """`5 octobre`, `el 5 de octubre de 2026`."""
    day = int(match["day"])
    year = f" {match['year']}" if match["year"] else ""
    if not 1 <= day <= 31:
        return ""
    return f"Write {day} {MONTHS[match['month']]}{year}, or {in_quotes(len(match[0].split()))}."


def _days_of_month(match: re.Match[str]) -> str:
    """`vom 1. bis 31. Oktober`."""
    first, last = int(match["first"]), int(match["day"])
    if not 1 <= first < last <= 31:
        return ""
    days = f"{MONTHS[match['month']]} {first}-{last}"
    return f"Write over {days} for all of it, or {days} for each day; or the words in quotes."


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ARTICLE = f"(?:(?:{_any(_ARTICLES)}) |l')*"
_COUNT = f"[0-9]{{1,3}}|{_any(NUMBERS)}"
_UNIT, _MONTH = _any(_PERIODS), _any(MONTHS)
_ON = ON | _LAST | _THIS | {"am", "dem", "der", "i"}
_LEAD = f"(?:(?P<lead>{_any(SINCE | _ON)}) )*"
_BEHIND = r"\.?(?:(?: de)? (?P<year>[0-9]{4}))?"
_ORDINAL = "(?:\\.|er|º|ª)?"
_PREFIX = re.compile("[0-9]+[.]?|l'")
_CORE = frozenset({*DAYS, *MONTHS, *_PERIODS, *PARTS_OF_DAY, "mois-ci", "morse"})
_FIRST_WORDS = frozenset(
    {*DAYS, *MONTHS, *NUMBERS, *_PERIODS, *LEADS, *ON, *_LAST, *_THIS, *_ARTICLES}
    | {"vor", "il", "hace", "för", "før", "du", "del", "van"}
)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
    """The ways to write a day or a period, with their sentences.

    They take longer to compile than all other patterns of the line, and few lines need them.
    """
    return (
        (
            re.compile(
                f"{_LEAD}(?:el )?(?P<name>{_any(DAYS)})"
                f"(?: (?:{_ARTICLE}(?:{_any(PARTS_OF_DAY)})|{_any(_LAST)}))*"
            ),
            _day,
        ),
        (
            re.compile(
                f"(?:ce|cet|esta|este|questa) (?:{_any(PARTS_OF_DAY)})|i (?:dag|morse|kväll)"
            ),
            _today,
        ),
        (
            re.compile(
                f"(?:vor|il y a|hace|för|før) (?P<count>{_COUNT}) (?P<unit>{_UNIT})"
                "(?: sedan| siden)?"
                f"|(?:(?P<behind>{_COUNT}) )?(?P<name>{_UNIT}) (?:geleden|temu|fa|atrás|назад)"
            ),
            _ago,
        ),
        (
            re.compile(
                f"{_ARTICLE}(?P<which>{_any(_LAST | _THIS)}) (?P<unit>{_UNIT})(?:-ci)?"
                f"|{_ARTICLE}(?P<name>{_UNIT}) (?:{_any(_LAST)})"
            ),
            _period,
        ),
        (
            re.compile(
                f"(?:(?:{_any(_ON)}) )*(?P<day>[0-9]{{1,2}}){_ORDINAL}(?: de)?"
                f" ?(?P<month>{_MONTH}){_BEHIND}"
            ),
            _day_of_month,
        ),
        (
            re.compile(rf"(?P<month>{_MONTH})\.? (?P<day>[0-9]{{1,2}})\.?(?P<year>(?!))?"),
            _day_of_month,
        ),
        (
            re.compile(
                f"(?:(?:vom|von|du|de|del|van|od) )?(?P<first>[0-9]{{1,2}}){_ORDINAL}"
                f" ?(?:{_any(_UP_TO)}) ?(?P<day>[0-9]{{1,2}}){_ORDINAL}(?: de)?"
                f" ?(?P<month>{_MONTH}){_BEHIND}"
            ),
            _days_of_month,
        ),
    )
