"""Rows of a population table that would count people twice, or that count nobody who could be drawn."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from sortition.messages import phrase
from sortition.reading.names import match_key

_TOTAL = re.compile(
    r"t|total\b.*|both sexes|persons"
    r"|all(?: (?:categories|ages|persons|people|sexes|usual residents|residents|households)\b.*)?"
    r"|[bc][0-9]{5}[a-z]*_001e"  # the first column of a table of the American Community Survey
)
_NOT_APPLICABLE = re.compile(r"-8\b.*|does not apply|not applicable|unk")
_ROUNDED = 10
_NOISE = 5
"""What offices may round each number to, or add to it to protect people."""


def is_total(label: str) -> bool:
    """Tell by its name whether a category is the sum of all others: `Total`, `All persons`, `T`."""
    return _TOTAL.fullmatch(match_key(label.partition(": ")[0])) is not None


def does_not_apply(label: str) -> bool:
    """Tell whether a category holds those not asked (`-8 Does not apply`), or of whom nothing is known."""
    return _NOT_APPLICABLE.fullmatch(match_key(label)) is not None


def parts_of(label: str, labels: Collection[str]) -> list[str]:
    """Give the categories that are parts of another by their names: `White: Irish` is a part of `White`."""
    return [other for other in labels if other.startswith(f"{label}: ")]


def adds_up(whole: Fraction, parts: Collection[Fraction]) -> bool:
    """Tell whether parts are all of a whole, but for what offices round and disturb; else they are only some of it."""
    return abs(whole - sum(parts, Fraction(0))) <= max(Fraction(_NOISE * len(parts)), whole / 100)


def likely_sums(numbers: Mapping[str, Fraction]) -> dict[str, str]:
    """Find categories that look like sums of others, though their names do not say so; each with what they add up.

    A category counts as such if it equals all the others together, or (where the numbers are not rounded, so that this
    is hardly chance) the two or more that follow it.
    """
    labels, counts = list(numbers), list(numbers.values())
    exact = any(count % _ROUNDED for count in counts)
    found: dict[str, str] = {}
    for at, label in enumerate(labels):
        if not counts[at]:
            continue
        if len(labels) > 2 and 2 * counts[at] == sum(counts):
            found[label] = phrase("all the others together")
        elif exact and (last := _end_of_parts(counts, at)) is not None:
            found[label] = phrase(
                "the categories from '{first}' to '{last}' together", first=labels[at + 1], last=labels[last]
            )
    return found


def _end_of_parts(counts: list[Fraction], at: int) -> int | None:
    """Give the position of the last of those following numbers that add up to one; None where they do not."""
    left = counts[at]
    for following in range(at + 1, len(counts)):
        left -= counts[following]
        if left <= 0:
            return following if left == 0 and following > at + 1 else None
    return None
