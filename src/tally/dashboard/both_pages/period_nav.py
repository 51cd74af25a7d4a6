"""The dashboard's heading and the ways to other periods. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from tally.dashboard import period_names
from tally.dashboard.both_pages.addresses import dashboard_address
from tally.domain import filter_query
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.periods import USUAL, Period

# The links of the switch: their words by the name of their period.
PRESETS = {
    "week": "Week",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "last-30": period_names.LABELS["last-30"],
    "all": "All",
}
# Of these, the ones that move into the menu where the switch is narrow.
IN_NARROW_MENU = ("quarter", "last-30", "all")
# The periods that are in the menu alone.
IN_MENU = ("yesterday", "last-week", "last-month", "last-year")


class PeriodLink(NamedTuple):
    """The way to a period. name: its own in an address; current: it is the one shown."""

    name: str
    words: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class PeriodNav:
    """The period switch: its links, and the part of the filter that its form keeps."""

    title: str
    subtitle: str
    progress: str
    earlier: str | None
    later: str | None
    presets: tuple[PeriodLink, ...]
    in_menu: tuple[PeriodLink, ...]
    ranged: bool
    start: str
    end: str
    kept: tuple[tuple[str, str], ...]
    in_narrow_menu: tuple[str, ...] = IN_NARROW_MENU

    @property
    def is_in_narrow_menu(self) -> bool:
        """Whether the link of the shown period is in the menu where the switch is narrow."""
        return any(link.current for link in self.presets if link.name in self.in_narrow_menu)


def switch(wanted: Filter, period: Period, formatter: Formatter) -> PeriodNav:
    """The heading of a period and the ways to another one."""
    heading = period_names.heading(period, formatter)
    here = period.display_kind if period.display_kind in PRESETS else period.name
    return PeriodNav(
        title=heading.title,
        subtitle=heading.line,
        progress=period_names.progress(period),
        earlier=_neighbour(wanted, period.earlier()),
        later=_neighbour(wanted, period.later()),
        presets=tuple(
            PeriodLink(name, words, _address(wanted, {"period": name}), name == here)
            for name, words in PRESETS.items()
        ),
        in_menu=tuple(
            PeriodLink(
                name,
                period_names.LABELS[name],
                _address(wanted, {"period": name}),
                name == period.name,
            )
            for name in IN_MENU
        ),
        ranged=here not in PRESETS,
        start=period.start.isoformat() if period.start else "",
        end=period.end.isoformat(),
        kept=tuple(
            (name, value)
            for name, value in filter_query.pairs(wanted)
            if name not in ("period", "from", "to", "after", "sort", "limit")
        ),
    )


def _neighbour(wanted: Filter, query: dict[str, str] | None) -> str | None:
    return None if query is None else _address(wanted, query)


def _address(wanted: Filter, query: dict[str, str]) -> str:
    """The dashboard of another period; the usual one is not named in its address."""
    if query == {"period": USUAL}:
        return dashboard_address(wanted, period=None)
    return dashboard_address(wanted, **query)
