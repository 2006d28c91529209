"""Shares of the population -> seats: a whole number to show, and a lowest and highest number for the draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Allotment:
    """What each value of a category gets, in the order of the values."""

    exact: tuple[Fraction, ...]
    """Seats before rounding; they add up to the seats of the panel."""
    target: tuple[int, ...]
    """Whole seats to show, apportioned by largest remainders; they add up to the seats of the panel."""
    low: tuple[int, ...]
    high: tuple[int, ...]
    lifted: tuple[int, ...]
    """Positions of the values that were lifted."""


def largest_remainders(parts: Sequence[Fraction], seats: int) -> tuple[int, ...]:
    """Apportion whole seats to parts of a whole by largest remainders (Hamilton's method).

    Every part gets its exact seats rounded down, and what is left goes, a seat each, to the largest fractions. Of equal
    fractions the earlier comes first, so that the answer does not depend on chance.

    Parameters
    ----------
    parts
        Parts of the whole, from 0, which need not add up to 1; at least one is above 0.
    seats
        Seats to give, from 0.

    Returns
    -------
    tuple
        Seats of each part; they add up to `seats`.
    """
    whole = sum(parts, Fraction(0))
    exact = [part * seats / whole for part in parts]
    given = [math.floor(number) for number in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: given[at] - exact[at])
    for at in by_remainder[: seats - sum(given)]:
        given[at] += 1
    return tuple(given)


def allot(
    parts: Sequence[Fraction | None],
    seats: int,
    tolerance: Fraction = Fraction(0),
    lift: int = 0,
    fixed: Mapping[int, Bounds] | None = None,
) -> Allotment:
    """Give every value of a category its seats.

    The bounds are the exact seats rounded down and up, then widened: with exact shares such bounds always leave room
    for a full panel. Values with seats of their own (`fixed`) come first, and the others share what they leave. A fixed
    value that has no part (an answer that the population table does not know) takes only its lowest number from the
    others: its people are counted among theirs.

    Parameters
    ----------
    parts
        Part of the population that has each value, from 0; None where no table counts it. They need not add up to 1.
    seats
        Seats of the panel.
    tolerance
        By how many seats the bounds are widened each way, before rounding.
    lift
        Values that would get at least one seat but fewer than this get this many, so that one member who drops out
        does not remove the group.
    fixed
        Lowest and highest seats by position; needed where the part is None.
    """
    held = dict(fixed or {})
    lifted: list[int] = []
    while True:
        exact, target = _shared_out(parts, seats, held)
        small = [at for at, number in enumerate(target) if at not in held and 0 < number < lift]
        if not small:
            break
        lifted += small
        whole = sum((part or Fraction(0) for part in parts), Fraction(0))
        held |= {at: (lift, max(lift, math.ceil((parts[at] or 0) * seats / whole + tolerance))) for at in small}
    low, high = _bounds(parts, seats, tolerance, held)
    return Allotment(exact, target, low, high, tuple(sorted(lifted)))


def _shared_out(
    parts: Sequence[Fraction | None], seats: int, held: Mapping[int, Bounds]
) -> tuple[tuple[Fraction, ...], tuple[int, ...]]:
    """Give exact and whole seats of every value: those held within their bounds, the others by what is left."""
    whole = sum((part or Fraction(0) for part in parts), Fraction(0)) or Fraction(1)
    ideal = [(part or Fraction(0)) * seats / whole for part in parts]
    target = [0] * len(parts)
    for at, (low, high) in held.items():
        target[at] = min(max(low, round(ideal[at])), high)
    rest = [at for at in range(len(parts)) if at not in held]
    if not any(ideal[at] for at in rest):
        rest = []
    left = max(0, seats - sum(target))
    if rest:
        mine = sum((ideal[at] for at in rest), Fraction(0))
        for at, number in zip(rest, largest_remainders([ideal[at] for at in rest], left), strict=True):
            ideal[at], target[at] = ideal[at] * left / mine, number
    else:
        _fill(target, ideal, held, seats)
    for at in held:
        ideal[at] = Fraction(target[at])
    return tuple(ideal), tuple(target)


def _fill(target: list[int], ideal: Sequence[Fraction], held: Mapping[int, Bounds], seats: int) -> None:
    """Move whole seats within the bounds until they add up, where all values have bounds of their own."""
    while sum(target) < seats and (room := [at for at in held if target[at] < held[at][1]]):
        target[max(room, key=lambda at: (ideal[at] - target[at], -at))] += 1
    while sum(target) > seats and (room := [at for at in held if target[at] > held[at][0]]):
        target[min(room, key=lambda at: (ideal[at] - target[at], at))] -= 1


def _bounds(
    parts: Sequence[Fraction | None], seats: int, tolerance: Fraction, held: Mapping[int, Bounds]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    most = max(0, seats - sum(low for low, _ in held.values()))
    least = max(0, seats - sum(low if parts[at] is None else high for at, (low, high) in held.items()))
    rest = sum((part or Fraction(0) for at, part in enumerate(parts) if at not in held), Fraction(0)) or Fraction(1)
    low, high = [], []
    for at, part in enumerate(parts):
        share = (part or Fraction(0)) / rest
        bounds = held.get(at, (math.floor(share * least - tolerance), math.ceil(share * most + tolerance)))
        low.append(max(0, bounds[0]))
        high.append(min(seats, bounds[1]))
    return tuple(low), tuple(high)
