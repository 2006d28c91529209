"""Advice where quotas cannot be met, and what binds where they can: as lines of text, and as values for JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from sortition.checking import Bound
from sortition.fairness.lowest import LowestChance
from sortition.model import Problem
from sortition.stages.advice import Advice
from sortition.stages.binding import MATTERS, Binding

WIDTH = 79
"""Columns for which lines are wrapped with an indent."""
MOST_HOLDS = 3
"""How many of the quotas that hold the lowest chance down are shown."""
MOST_IDS = 5
"""How many ids of people who are on every panel are shown."""


def advice_lines(advice: Advice) -> Iterator[str]:
    """Say which quotas contradict each other, why, and what would help."""
    least = "smallest set" if advice.conflict.smallest else "a set that needs each member"
    yield f"\nThese contradict each other ({least}):"
    for each in advice.members:
        yield _wrapped(each, "  ", "    ")
    yield _wrapped(f"Why: {advice.reason}", "", "     ")
    if not advice.within_flex:
        yield "No change of the quotas within the limits of 'flex' allows a panel."
    if advice.options:
        yield "\nWhat would help, any one of these:"
    for number, option in enumerate(advice.options, start=1):
        smallest = " [the smallest change]" if option.change is not None and option.change.smallest else ""
        yield _wrapped(f"{number}. {option.sentence}{smallest}", "  ", "     ")
        yield _wrapped(f"lowest chance: {chance_text(option.chance)}", "     ", "     ")


def chance_text(chance: LowestChance) -> str:
    """Give bounds of a lowest chance in words, rounded away from each other."""
    most = f"{-(-chance.at_most * 1000 // 1) / 10:.1f} %"
    least = f"{chance.at_least * 1000 // 1 / 10:.1f} %"
    text = f"at most {most}" if chance.at_least <= 0 else f"{least} to {most}" if least != most else f"about {most}"
    if chance.not_met:
        people = "1 person" if chance.not_met == 1 else f"{chance.not_met} people"
        text += f", but no panel was found for {people}"
    return text


def binding_lines(binding: Binding, problem: Problem) -> Iterator[str]:
    """Say which quotas hold the lowest chance down, and which put people on every panel."""
    for certain in binding.certain:
        ids = ", ".join(problem.ids[person] for person in certain.people[:MOST_IDS])
        more = len(certain.people) - MOST_IDS
        yield f"\nOn every panel (chance 100 %): {ids}{f' and {more} more' if more > 0 else ''}"
        yield _wrapped(f"because of {_joined(certain.bounds, problem)}.", "  ", "  ")
        gains = certain.lowest_after > binding.lowest + MATTERS
        after = f"could be {100 * certain.lowest_after:.2f} % at most" if gains else "could not be higher"
        yield _wrapped(f"One seat less strict there, and the lowest chance {after}.", "  ", "  ")
    if binding.holds:
        yield f"\nThe lowest chance can be {100 * binding.lowest:.2f} % at most. Most of all it is held down by:"
    for hold in binding.holds[:MOST_HOLDS]:
        gain = f"(one seat less strict: at most {100 * hold.per_seat:.2f} points more)"
        yield _wrapped(f"{bound_text(hold.bound, problem)} {gain}", "  ", "    ")


def bound_text(bound: Bound, problem: Problem) -> str:
    """Name a bound: `age '16-24' lowest 4`."""
    quota = problem.quotas[bound.quota]
    return f"{quota.label} {bound.side} {quota.low if bound.side == 'lowest' else quota.high}"


def advice_value(advice: Advice) -> dict[str, Any]:
    """Give advice as an object for JSON."""
    return {
        "members": list(advice.members),
        "households": advice.conflict.households,
        "smallest": advice.conflict.smallest,
        "reason": advice.reason,
        "within_flex": advice.within_flex,
        "options": [
            {
                "kind": option.kind,
                "sentence": option.sentence,
                "panel_size": option.problem.panel_size,
                "lowest_chance_at_least": option.chance.at_least,
                "lowest_chance_at_most": option.chance.at_most,
                "people_no_panel_was_found_for": option.chance.not_met,
            }
            for option in advice.options
        ],
    }


def binding_value(binding: Binding, problem: Problem) -> dict[str, Any]:
    """Give what binds as an object for JSON."""
    return {
        "lowest_chance_at_most": binding.lowest,
        "held_down_by": [
            {"quota": bound_text(hold.bound, problem), "per_seat_at_most": hold.per_seat} for hold in binding.holds
        ],
        "on_every_panel": [
            {
                "ids": [problem.ids[person] for person in certain.people],
                "because_of": [bound_text(bound, problem) for bound in certain.bounds],
                "lowest_chance_after_at_most": certain.lowest_after,
            }
            for certain in binding.certain
        ],
    }


def _joined(bounds: Sequence[Bound], problem: Problem) -> str:
    return "; ".join(bound_text(bound, problem) for bound in bounds)


def _wrapped(text: str, first: str, then: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
