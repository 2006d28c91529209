"""What a reader of a target must know about the people it counts: of which ages, of when, and whether people at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

_OLD = 5
"""Years after which counts are called stale."""
_LOWEST = re.compile(
    r"\b(?:aged?\s+)?([0-9]{1,3})\s*(?:\+|plus\b|years? and (?:over|older|above)|(?:and|or) (?:over|older|above))"
)
_RANGE = re.compile(r"\baged?\s+([0-9]{1,3})\s*(?:-|–|to)\s*[0-9]{1,3}")
_ALL_AGES = re.compile(r"\ball ages\b|\ball (?:usual )?residents\b", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


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
        raise ValueError(f"'{text}' is not a date. Write it as year-month-day, such as 2021-03-21.") from None


def lowest_age(base: str) -> int | None:
    """Give the age from which a base counts, as far as its words tell; 0 for all ages."""
    if _ALL_AGES.search(base) and not _LOWEST.search(base):
        return 0
    match = _LOWEST.search(base) or _RANGE.search(base)
    return int(match[1]) if match else None


def base_cautions(base: str, counted_from: int | None, panel_from: int | None) -> Iterator[str]:
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
        yield "It counts households, not people: larger households weigh too little."
        return
    if re.search(r"\b(electors?|voters?)\b", base, re.IGNORECASE):
        yield "It counts electors, not residents."
    lowest = lowest_age(base) if counted_from is None else counted_from
    if panel_from is None or lowest == panel_from:
        return
    wanted = f"the panel is of people aged {panel_from} and over"
    if lowest is None:
        yield f"It does not say which ages it counts; {wanted}."
    elif lowest == 0:
        yield f"It counts people of all ages; {wanted}."
    else:
        yield f"It counts people aged {lowest} and over; {wanted}."


def stale_caution(reference: dt.date, on: dt.date) -> Iterator[str]:
    """Say that a count is older than `_OLD` years on the first day of the panel."""
    if (on.year - _OLD, on.month, on.day) > (reference.year, reference.month, reference.day):
        yield f"It is of {reference.isoformat()}, more than {_OLD} years before the first meeting."


def date_caution(reference: dt.date, dates: tuple[str, ...]) -> Iterator[str]:
    """Say that a table tells of another year than the build file."""
    years = {year for date in dates for year in re.findall(r"\b(?:19|20)[0-9]{2}\b", date)}
    if years and str(reference.year) not in years:
        yield f"The table says {', '.join(dates)}, and the reference date given is {reference.isoformat()}."
