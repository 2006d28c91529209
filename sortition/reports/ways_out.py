"""Advice where quotas cannot be met, and what binds where they can: as lines of text, and as values for JSON."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from sortition.checking import Bound
from sortition.fairness.lowest import LowestChance
from sortition.messages import phrase, phrases
from sortition.model import Problem
from sortition.stages.advice import Advice
from sortition.stages.binding import Binding

WIDTH = 79
"""Columns for which lines are wrapped with an indent."""
MOST_HOLDS = 3
"""How many of the quotas that hold the lowest chance down are shown."""


def advice_lines(advice: Advice) -> Iterator[str]:
    """Say which quotas contradict each other, why, and what would help."""
    smallest = phrase("These contradict each other (smallest set):")
    each_needed = phrase("These contradict each other (a set that needs each member):")
    yield "\n" + (smallest if advice.conflict.smallest else each_needed)
    for each in advice.members:
        yield wrapped(each, "  ", "    ")
    yield wrapped(phrase("Why: {reason}", reason=advice.reason), "", "     ")
    if not advice.within_flex:
        yield phrase("No change of the quotas within the limits of 'flex' allows a panel.")
    if advice.options:
        yield "\n" + phrase("What would help, any one of these:")
    for number, option in enumerate(advice.options, start=1):
        sentence = option.sentence
        if option.change is not None and option.change.smallest:
            sentence = phrase("{change} [the smallest change]", change=sentence)
        yield wrapped(f"{number}. {sentence}", "  ", "     ")
        yield wrapped(phrase("lowest chance: {chance}", chance=chance_text(option.chance)), "     ", "     ")


def chance_text(chance: LowestChance) -> str:
    """Give a lowest chance in words: itself, or its bounds, rounded away from each other; and who has none."""
    most = math.ceil(round(chance.at_most * 1e4, 6)) / 100
    least = math.floor(round(chance.at_least * 1e4, 6)) / 100
    proved = chance.status == "proved"
    if chance.exact:
        text = phrase("{chance:.2f} %", chance=100 * chance.at_most)
    elif chance.at_least <= 0:
        text = phrase("at most {most:.2f} % (proven bound)", most=most)
        text = text if proved else phrase("at most {most:.2f} %", most=most)
    else:
        text = phrase("{least:.2f} % to {most:.2f} %", least=least, most=most)
    if not proved:
        text = phrase("{chance} (attested by the solver)", chance=text)
    if chance.never:
        return phrases(
            "{chance}, but 1 person cannot be drawn",
            "{chance}, but {n} people cannot be drawn",
            chance.never,
            chance=text,
        )
    return text


def chance_value(chance: LowestChance | None) -> dict[str, Any]:
    """Give a lowest chance as fields of an object for JSON."""
    if chance is None:
        return {}
    return {
        "lowest_chance_at_least": chance.at_least,
        "lowest_chance_at_most": chance.at_most,
        "lowest_chance_status": chance.status,
        "people_no_panel_can_contain": chance.never,
    }


def binding_lines(binding: Binding, now: LowestChance, problem: Problem) -> Iterator[str]:
    """Say how high the lowest chance is, and which quotas hold it down."""
    more = 0.0
    if now.exact:
        more = binding.lowest - now.at_most  # the gains are those of a bound that may lie above
        yield "\n" + wrapped(
            phrase("The lowest chance that a lottery can give is {chance}.", chance=chance_text(now)), "", ""
        )
        if binding.holds:
            yield phrase("Most of all it is held down by:")
    elif binding.holds:
        yield "\n" + phrase(
            "The lowest chance can be {percent:.2f} % at most. Most of all it is held down by:",
            percent=100 * now.at_most,
        )
    for hold in binding.holds[:MOST_HOLDS]:
        held = _bound(hold.bound, problem)
        gain = phrase(
            "(one seat less strict: at most {points:.2f} points more)", points=100 * (hold.per_seat + max(more, 0.0))
        )
        yield wrapped(f"{held} {gain}", "  ", "    ")


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
                **chance_value(option.chance),
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
    }


def _bound(bound: Bound, problem: Problem) -> str:
    """Name a bound for people."""
    quota = problem.quotas[bound.quota]
    if bound.side == "lowest":
        return phrase("{quota} lowest {seats}", quota=quota.label, seats=quota.low)
    return phrase("{quota} highest {seats}", quota=quota.label, seats=quota.high)


def wrapped(text: str, first: str, then: str) -> str:
    """Wrap a line, with one indent for its first line and one for the others."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
