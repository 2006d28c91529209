"""What a reader of a target must know about the people it counts: of which ages, of when, and whether people at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sortition.messages import marked, phrase, shown

_OLD = 5
"""Years after which counts are called stale."""
_LOWEST = re.compile(
    r"\b(?:aged?\s+)?([0-9]{1,3})\s*(?:\+|plus\b|years? and (?:over|older|above)|(?:and|or) (?:over|older|above))"
)
_RANGE = re.compile(r"\baged?\s+([0-9]{1,3})\s*(?:-|–|to)\s*[0-9]{1,3}")
_ALL_AGES = re.compile(r"\ball ages\b|\ball (?:usual )?residents\b", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Caution:
    """What to be careful of, for the spec and for people.

    The spec is a file that machines and other offices read: what the program writes into it is in English whatever the
    language, so that the same tables give the same bytes.
    """

    sentence: str
    values: dict[str, object] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """A sentence for the spec."""
        text = self.sentence.format(**self.values)
        return text[0].upper() + text[1:]

    @property
    def shown(self) -> str:
        """The same for people, in the language chosen, to stand behind a colon."""
        return shown(self.sentence, **self.values)


def read_date(text: str) -> dt.date:
    """Read a day, a month or a year as its last day.

    Raises
    ------
    ValueError
        If it is none of them, with a sentence that says what to write.
    """
    year, month, day = match.groups() if (match := _DATE.fullmatch(text)) else ("0", None, None)
    try:
        if day:
            return dt.date(int(year), int(month or 0), int(day))
        last = dt.date(int(year), int(month or 12), 28)
        return (last + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    except (ValueError, OverflowError):
        what = phrase("'{text}' is not a date. Write it as year-month-day, such as 2021-03-21.", text=text)
        raise ValueError(what) from None


def lowest_age(base: str) -> int | None:
    """Give the age from which a base counts, as far as its words tell; 0 for all ages."""
    if _ALL_AGES.search(base) and not _LOWEST.search(base):
        return 0
    match = _LOWEST.search(base) or _RANGE.search(base)
    return int(match[1]) if match else None


def base_cautions(base: str, counted_from: int | None, panel_from: int | None) -> Iterator[Caution]:
    """Say where the people counted are not those who may be drawn.

    Parameters
    ----------
    base
        The base in the words of the build file.
    counted_from
        Lowest age counted, where the categories tell it; it goes before the words.
    panel_from
        Lowest age of members.
    """
    if re.search(r"\bhouseholds?\b", base, re.IGNORECASE):
        yield Caution(marked("it counts households, not people: larger households weigh too little."))
        return
    if re.search(r"\b(electors?|voters?)\b", base, re.IGNORECASE):
        yield Caution(marked("it counts electors, not residents."))
    lowest = lowest_age(base) if counted_from is None else counted_from
    if panel_from is None or lowest == panel_from:
        return
    if lowest is None:
        sentence = marked("it does not say which ages it counts; the panel is of people aged {age} and over.")
    elif lowest == 0:
        sentence = marked("it counts people of all ages; the panel is of people aged {age} and over.")
    else:
        sentence = marked("it counts people aged {lowest} and over; the panel is of people aged {age} and over.")
    yield Caution(sentence, {"age": panel_from, "lowest": lowest})


def stale_caution(reference: dt.date, on: dt.date) -> Iterator[Caution]:
    """Say that a count is older than `_OLD` years on the first day of the panel."""
    if (on.year - _OLD, on.month, on.day) > (reference.year, reference.month, reference.day):
        sentence = marked("it is of {date}, more than {years} years before the first meeting.")
        yield Caution(sentence, {"date": reference.isoformat(), "years": _OLD})


def date_caution(reference: dt.date, dates: tuple[str, ...]) -> Iterator[Caution]:
    """Say that a table tells of another year than the build file."""
    years = {year for date in dates for year in re.findall(r"\b(?:19|20)[0-9]{2}\b", date)}
    if years and str(reference.year) not in years:
        sentence = marked("the table says {dates}, and the reference date given is {date}.")
        yield Caution(sentence, {"dates": ", ".join(dates), "date": reference.isoformat()})
