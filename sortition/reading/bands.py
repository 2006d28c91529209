"""Age bands, as people write them -> lowest and highest ages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

from sortition.messages import phrase
from sortition.model import Bands
from sortition.reading.faults import Faults
from sortition.reading.names import value_label
from sortition.reading.seats import before_spreadsheet, spoilt
from sortition.reading.yaml_fields import table_at, text_at, texts_at
from sortition.reading.yaml_tree import Node, Text

_AGE = r"([0-9]{1,3})"
_FROM_TO = re.compile(rf"{_AGE}(?:\s*(?:[-‐‑‒–—−]|to)\s*{_AGE})?")
_FROM = re.compile(rf"{_AGE}\s*(?:\+|plus|(?:and|or)\s+(?:over|older|above|more))", re.IGNORECASE)
_TO = re.compile(rf"(?:up to\s+{_AGE}|{_AGE}\s+(?:and|or)\s+(?:under|younger|below|less))", re.IGNORECASE)
_BEYOND = re.compile(rf"(under|below|over|above)\s+{_AGE}|([<>])\s*{_AGE}", re.IGNORECASE)
BANDS_KEYS = ("on", "values")


def read_band(text: str) -> tuple[int, int | None]:
    """Read a band such as `18-24`, `75+`, `under 25` or `65 and over` as its lowest and highest age, both inclusive.

    Raises
    ------
    ValueError
        If it is none, with a sentence that says what to write.
    """
    if match := _FROM_TO.fullmatch(text):
        low, high = int(match[1]), int(match[2] or match[1])
        if low > high:
            raise ValueError(
                phrase("the band starts at {low} and ends before it, at {high}. Swap the two.", low=low, high=high)
            )
        return low, high
    if match := _FROM.fullmatch(text):
        return int(match[1]), None
    if match := _TO.fullmatch(text):
        return 0, int(match[1] or match[2])
    if match := _BEYOND.fullmatch(text):
        age = int(match[2] or match[4])
        if (match[1] or match[3]).casefold() in ("over", "above", ">"):
            return age + 1, None
        if age:
            return 0, age - 1
    if was := before_spreadsheet(text):
        raise ValueError(spoilt(was))
    raise ValueError(phrase("this is not an age band. Write it as 18-24, 75+, under 25 or 65 and over."))


def read_bands(
    node: Node, category: str, fallback: Sequence[Text], faults: Faults
) -> tuple[tuple[Text, ...], Bands | None]:
    """Read `bands: {on: date, values: [...]}`: the names of the bands, and the bands unless they are faulty.

    Where `values` is left out, the values that have seats are the bands.
    """
    before = len(faults)
    table = table_at(node, f"{category}: `bands`", faults, BANDS_KEYS)
    on = _date(table.get("on"), category, node.line, faults)
    names = texts_at(
        table.get("values"), phrase("{category}: `values` of `bands`", category=category), faults
    ) or tuple(fallback)
    ages: list[tuple[int, int | None]] = []
    for name in names:
        try:
            ages.append(read_band(name.text))
        except ValueError as error:
            faults.add(f"{value_label(category, name.text)}: {error}", name.line)
    if len(faults) == before and names:
        _check_order(category, names, ages, faults)
    if len(faults) > before or on is None or not names:
        return names, None
    return names, Bands(on, tuple(low for low, _ in ages), tuple(high for _, high in ages))


def _date(node: Node | None, category: str, line: int, faults: Faults) -> dt.date | None:
    advice = phrase("Write the day on which ages are counted as year-month-day, such as `on: 2019-11-16`.")
    if node is None:
        faults.add(phrase("{category}: `bands` needs `on`. {advice}", category=category, advice=advice), line)
        return None
    text = text_at(node, f"{category}: `on`", faults)
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no time zone)
    except ValueError:
        if text:
            what = phrase("{category}: '{text}' is not a date. {advice}", category=category, text=text, advice=advice)
            faults.add(what, node.line)
        return None


def _check_order(category: str, names: Sequence[Text], ages: Sequence[tuple[int, int | None]], faults: Faults) -> None:
    """Note bands that overlap, and ages between two bands that are in none."""
    order = sorted(range(len(names)), key=lambda index: ages[index][0])
    for before, after in pairwise(order):
        end, start = ages[before][1], ages[after][0]
        pair = {"category": category, "one": names[before].text, "other": names[after].text}
        if end is None or end >= start:
            what = phrase(
                "{category}: the bands '{one}' and '{other}' overlap at age {age}. Give every age to one band only.",
                **pair,
                age=start,
            )
            faults.add(what, names[after].line)
        elif end + 2 == start:
            what = phrase(
                "{category}: the bands '{one}' and '{other}' leave out age {age} between them. Extend one of them.",
                **pair,
                age=end + 1,
            )
            faults.add(what, names[after].line)
        elif end + 1 < start:
            what = phrase(
                "{category}: the bands '{one}' and '{other}' leave out ages {first} to {last} between them. "
                "Extend one of them.",
                **pair,
                first=end + 1,
                last=start - 1,
            )
            faults.add(what, names[after].line)
