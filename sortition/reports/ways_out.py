"""Advice where quotas cannot be met, and what binds where they can: as lines of text, and as values for JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from sortition.checking import Bound
from sortition.fairness.lowest import LowestChance
from sortition.messages import phrase, phrases
from sortition.model import Problem
from sortition.stages.advice import Advice
from sortition.stages.binding import MATTERS, Binding

WIDTH = 79
"""Columns for which lines are wrapped with an indent."""
MOST_HOLDS = 3
"""How many of the quotas that hold the lowest chance down are shown."""
MOST_LINES = 5
"""How many ids of people who are on every panel are shown."""


def advice_lines(advice: Advice) -> Iterator[str]:
    """Say which quotas contradict each other, why, and what would help."""
    smallest = phrase("These contradict each other (smallest set):")
    each_needed = phrase("These contradict each other (a set that needs each member):")
    yield "\n" + (smallest if advice.conflict.smallest else each_needed)
    for each in advice.members:
        yield _wrapped(each, "  ", "    ")
    yield _wrapped(phrase("Why: {reason}", reason=advice.reason), "", "     ")
    if not advice.within_flex:
        yield phrase("No change of the quotas within the limits of 'flex' allows a panel.")
    if advice.options:
        yield "\n" + phrase("What would help, any one of these:")
    for number, option in enumerate(advice.options, start=1):
        sentence = option.sentence
        if option.change is not None and option.change.smallest:
            sentence = phrase("{change} [the smallest change]", change=sentence)
        yield _wrapped(f"{number}. {sentence}", "  ", "     ")
        yield _wrapped(phrase("lowest chance: {chance}", chance=chance_text(option.chance)), "     ", "     ")


def chance_text(chance: LowestChance) -> str:
    """Give bounds of a lowest chance in words, rounded away from each other."""
    most = -(-chance.at_most * 1000 // 1) / 10
    least = chance.at_least * 1000 // 1 / 10
    text = phrase("{least:.1f} % to {most:.1f} %", least=least, most=most)
    if chance.at_least <= 0:
        text = phrase("at most {most:.1f} %", most=most)
    elif f"{least:.1f}" == f"{most:.1f}":
        text = phrase("about {most:.1f} %", most=most)
    if chance.not_met:
        return phrases(
            "{chance}, but no panel was found for 1 person",
            "{chance}, but no panel was found for {n} people",
            chance.not_met,
            chance=text,
        )
    return text


def binding_lines(binding: Binding, problem: Problem, lines: Sequence[int]) -> Iterator[str]:
    """Say which quotas hold the lowest chance down, and which put people on every panel.

    People are told by `lines`, those of the pool file on which the people of the problem stand.
    """
    for certain in binding.certain:
        named = lines_named([lines[person] for person in certain.people], MOST_LINES)
        yield "\n" + phrase("On every panel (chance 100 %): {people}", people=named)
        yield _wrapped(phrase("because of {quotas}.", quotas=_joined(certain.bounds, problem)), "  ", "  ")
        after = phrase("One seat less strict there, and the lowest chance could not be higher.")
        if certain.lowest_after > binding.lowest + MATTERS:
            after = phrase(
                "One seat less strict there, and the lowest chance could be {percent:.2f} % at most.",
                percent=100 * certain.lowest_after,
            )
        yield _wrapped(after, "  ", "  ")
    if binding.holds:
        yield "\n" + phrase(
            "The lowest chance can be {percent:.2f} % at most. Most of all it is held down by:",
            percent=100 * binding.lowest,
        )
    for hold in binding.holds[:MOST_HOLDS]:
        held = _bound(hold.bound, problem)
        gain = phrase("(one seat less strict: at most {points:.2f} points more)", points=100 * hold.per_seat)
        yield _wrapped(f"{held} {gain}", "  ", "    ")


def lines_named(lines: Sequence[int], most: int) -> str:
    """Name lines of the pool file, lowest first, and count those beyond `most`."""
    named = ", ".join(map(str, sorted(lines)[:most]))
    more = len(lines) - most
    text = phrase("line {number}", number=named) if len(lines) == 1 else phrase("lines {numbers}", numbers=named)
    return phrase("{lines} and {more:,} more", lines=text, more=more) if more > 0 else text


def bound_text(bound: Bound, problem: Problem) -> str:
    """Name a bound for machines: `age '16-24' lowest 4`."""
    quota = problem.quotas[bound.quota]
    return f"{quota.key} {bound.side} {quota.low if bound.side == 'lowest' else quota.high}"


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


def binding_value(binding: Binding, problem: Problem, lines: Sequence[int]) -> dict[str, Any]:
    """Give what binds as an object for JSON; people are told by their lines in the pool file."""
    return {
        "lowest_chance_at_most": binding.lowest,
        "held_down_by": [
            {"quota": bound_text(hold.bound, problem), "per_seat_at_most": hold.per_seat} for hold in binding.holds
        ],
        "on_every_panel": [
            {
                "lines": sorted(lines[person] for person in certain.people),
                "because_of": [bound_text(bound, problem) for bound in certain.bounds],
                "lowest_chance_after_at_most": certain.lowest_after,
            }
            for certain in binding.certain
        ],
    }


def _bound(bound: Bound, problem: Problem) -> str:
    """Name a bound for people."""
    quota = problem.quotas[bound.quota]
    if bound.side == "lowest":
        return phrase("{quota} lowest {seats}", quota=quota.label, seats=quota.low)
    return phrase("{quota} highest {seats}", quota=quota.label, seats=quota.high)


def _joined(bounds: Sequence[Bound], problem: Problem) -> str:
    return "; ".join(_bound(bound, problem) for bound in bounds)


def _wrapped(text: str, first: str, then: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
