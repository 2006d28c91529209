"""Shares of the population -> numbers of seats, in exact arithmetic."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import match_key
from sortition.reading.yaml_tree import Table, Text

_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,20})?\s*(%?)")
_LEAST_COUNT = 200
"""Whole numbers that add up to this or more are counts of people; below, they are meant as per cent."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of one category."""

    values: tuple[Text, ...]
    parts: tuple[Fraction, ...]
    """Parts of the whole, in the order of `values`; they add up to 1."""
    per_cent: tuple[float, ...]
    """For people: per cents as they are written, or worked out from counts."""
    people: tuple[int, ...] = ()
    """The counts, where the shares are counts of people."""

    def seats(self, panel_size: int, tolerance: int) -> list[tuple[int, int]]:
        """Give lowest and highest seats: the share of the panel rounded down and up, then widened by the tolerance."""
        exact = [part * panel_size for part in self.parts]
        return [
            (max(0, math.floor(seats) - tolerance), min(panel_size, math.ceil(seats) + tolerance)) for seats in exact
        ]

    def per_cent_of(self, value: str) -> float | None:
        """Give the per cent of a value, or None where none is given."""
        at = self._position(value)
        return None if at is None else self.per_cent[at]

    def people_of(self, value: str) -> int | None:
        """Give the number of people with a value, or None where none is given."""
        at = self._position(value)
        return None if at is None else self.people[at]

    def _position(self, value: str) -> int | None:
        key = match_key(value)
        return next((at for at, name in enumerate(self.values) if match_key(name.text) == key), None)


def read_shares(table: Table, category: str, faults: Faults) -> Shares | None:
    """Read per cents or counts of people; None, with faults noted, where they cannot be used."""
    before = len(faults)
    numbers = [
        _number(name, node.text if isinstance(node, Text) else "", category, faults) for name, node in table.entries
    ]
    if len(faults) > before:
        return None
    total = sum(numbers, Fraction(0))
    counts = total >= _LEAST_COUNT and all(number.denominator == 1 for number in numbers)
    if not counts and abs(total - 100) > 1:
        what = phrase(
            "{category}: the shares add up to {total:g} per cent. "
            "Correct them so that they add up to 100, or give counts of people.",
            category=category,
            total=float(total),
        )
        faults.add(what, table.line)
        return None
    per_cent = [float(number * 100 / total if counts else number) for number in numbers]
    values = tuple(name for name, _ in table.entries)
    people = tuple(int(number) for number in numbers) if counts else ()
    return Shares(values, tuple(number / total for number in numbers), tuple(per_cent), people)


def _number(name: Text, text: str, category: str, faults: Faults) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match is None:
        what = phrase(
            "{category} '{value}': '{text}' is not a share. "
            "Write a per cent such as 8.4, or a count of people such as 1,234.",
            category=category,
            value=name.text,
            text=text,
        )
        faults.add(what, name.line)
        return Fraction(0)
    return Fraction(match[1].replace(",", "") + (match[2] or ""))
