"""Ages, as statistical tables write them -> lowest and highest ages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sortition.messages import phrase
from sortition.reading.bands import read_band
from sortition.reading.names import match_key

Ages = tuple[int, int | None]
"""Lowest and highest age, both inclusive; None for an open end."""

_EUROSTAT = re.compile(r"y(?:_(lt|ge))?([0-9]{1,3})(?:-([0-9]{1,3}))?")
_OPEN = "y_open"
_WORDS = re.compile(r"\b(?:aged?|years?|yrs?|old|of)\b|,")
_TWO_YEARS = re.compile(r"([0-9]{1,3}) and ([0-9]{1,3})")
_ABOUT_AGES = re.compile(r"(?<![a-z])ages?(?![a-z])|\byears?\b|^y[0-9_]", re.IGNORECASE)
_OLDEST = 130


def read_ages(label: str) -> Ages | None:
    """Read `Aged 20 to 24 years`, `18 and 19 years`, `85 years and over`, `Y_GE85` or `18`; None where it is no age."""
    text = match_key(label.rpartition(": ")[2])
    if match := _EUROSTAT.fullmatch(text):
        kind, first, last = match[1], int(match[2]), int(match[3] or match[2])
        return {"lt": (0, first - 1), "ge": (first, None), None: (first, last)}[kind]
    plain = re.sub(r"\s+", " ", _WORDS.sub(" ", text)).strip()
    if (match := _TWO_YEARS.fullmatch(plain)) and int(match[2]) == int(match[1]) + 1:
        return int(match[1]), int(match[2])
    try:
        return read_band(plain)
    except ValueError:
        return None


def tells_ages(dimension: str, labels: Iterable[str]) -> bool:
    """Tell whether a dimension is about ages: other things, such as deciles, are numbered from 1 to 10 too."""
    return any(_ABOUT_AGES.search(text) for text in (dimension, *labels))


def ages_of(labels: Iterable[str]) -> dict[str, Ages]:
    """Give the ages of the labels that are ages; Eurostat's `Y_OPEN` starts where the others end."""
    listed = list(labels)
    found = {label: ages for label in listed if (ages := read_ages(label)) is not None}
    ends = [high for _, high in found.values() if high is not None]
    for label in listed:
        if match_key(label) == _OPEN and ends:
            found[label] = max(ends) + 1, None
    return found


def nested(ages: Mapping[str, Ages]) -> dict[str, str]:
    """Find bands that must not be counted because others count the same people; each with the reason.

    A band whose parts are all there is a sum of them; a part whose whole is there, but not the other parts, is one of
    those 'of whom' rows. What is left may still overlap by half: that is for the reader to say.
    """
    reasons: dict[str, str] = {}
    for label in sorted(ages, key=lambda label: -_width(ages[label])):
        if label in reasons:
            continue
        inside = [other for other in ages if other not in reasons and _strictly_within(ages[other], ages[label])]
        if inside and _covered(ages[label], [ages[other] for other in inside]):
            reasons[label] = phrase("the bands within it are there too")
        else:
            reasons |= dict.fromkeys(inside, phrase("'{label}' counts these people already", label=label))
    return reasons


def within(inner: Ages, outer: Ages) -> bool:
    """Tell whether a band lies in another, or is the same."""
    return inner[0] >= outer[0] and _end(inner) <= _end(outer)


def overlap(one: Ages, other: Ages) -> bool:
    """Tell whether two bands have an age in common."""
    return max(one[0], other[0]) <= min(_end(one), _end(other))


def _end(ages: Ages) -> int:
    return _OLDEST if ages[1] is None else ages[1]


def _width(ages: Ages) -> int:
    return _end(ages) - ages[0]


def _strictly_within(inner: Ages, outer: Ages) -> bool:
    return inner != outer and within(inner, outer)


def _covered(whole: Ages, parts: Iterable[Ages]) -> bool:
    there = {age for part in parts for age in range(part[0], _end(part) + 1)}
    return there >= set(range(whole[0], _end(whole) + 1))
