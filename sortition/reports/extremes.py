"""Who is on no panel and who on every one, and the trade of changing that: as lines of text, and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sortition.fairness.lowest import LowestChance
from sortition.messages import phrase
from sortition.model import Problem
from sortition.reports.ways_out import bound_text, chance_text, chance_value, lines_named, wrapped
from sortition.stages.extremes import Always, Cause, Never

MOST_LINES = 10
"""How many people are told of, by their lines, for one reason."""


def why_never(group: Never) -> str:
    """Say after which change people could be drawn."""
    if group.change is None:
        return phrase("no change within 'flex' would")
    return phrase("could be drawn only after: {changes}", changes=group.change.sentence)


def never_lines(groups: Sequence[Never], now: LowestChance, lines: Sequence[int]) -> Iterator[str]:
    """Say whom no panel can contain, what keeps them out, and what the change that lets them in would cost.

    People are told by `lines`, those of the pool file on which the people of the problem stand.
    """
    if groups:
        yield "\n" + phrase("People whom no panel can contain:")
    for group in groups:
        yield wrapped(f"{why_never(group)}: {_named(group.people, lines)}", "  ", "    ")
        if group.cause is None:
            continue
        smallest = phrase("These together keep out {people} (smallest set):", people=_named(group.cause.people, lines))
        needed = phrase(
            "These together keep out {people} (a set that needs each member):", people=_named(group.cause.people, lines)
        )
        yield from _cause_lines(group.cause, smallest if group.cause.conflict.smallest else needed)
        if group.chance is not None:
            yield _trade(now, group.chance)


def always_lines(groups: Sequence[Always], now: LowestChance, lines: Sequence[int]) -> Iterator[str]:
    """Say who is on every panel, because of what, and what one seat less strict would do (see `never_lines`)."""
    for group in groups:
        people = _named(group.people, lines)
        yield "\n" + wrapped(phrase("On every panel (chance 100 %): {people}", people=people), "", "  ")
        if group.cause is None:
            continue
        smallest = phrase("because of these together (smallest set):")
        needed = phrase("because of these together (a set that needs each member):")
        yield from _cause_lines(group.cause, smallest if group.cause.conflict.smallest else needed)
        if not group.loosened:
            yield wrapped(phrase("None of these alone, one seat less strict, would change that."), "    ", "    ")
        for each in group.loosened:
            change = phrase("They could be left out after: {change}", change=each.change.sentence)
            yield wrapped(change, "    ", "      ")
            yield _trade(now, each.chance)


def never_value(groups: Sequence[Never], problem: Problem, lines: Sequence[int]) -> list[dict[str, Any]]:
    """Give whom no panel can contain as a list for JSON."""
    return [
        {
            "lines": sorted(lines[person] for person in group.people),
            "reason": why_never(group),
            "because_of": _cause_value(group.cause, problem, lines),
            "after_change": chance_value(group.chance) or None,
        }
        for group in groups
    ]


def always_value(groups: Sequence[Always], problem: Problem, lines: Sequence[int]) -> list[dict[str, Any]]:
    """Give who is on every panel as a list for JSON."""
    return [
        {
            "lines": sorted(lines[person] for person in group.people),
            "because_of": _cause_value(group.cause, problem, lines),
            "one_seat_less_strict": [
                {
                    "quota": each.change.quota.key,
                    "low": each.change.new_low,
                    "high": each.change.new_high,
                    **chance_value(each.chance),
                }
                for each in group.loosened
            ],
        }
        for group in groups
    ]


def _named(people: Sequence[int], lines: Sequence[int]) -> str:
    return lines_named([lines[person] for person in people], MOST_LINES)


def _cause_lines(cause: Cause, title: str) -> Iterator[str]:
    yield wrapped(title, "    ", "    ")
    for each in cause.members:
        yield wrapped(each, "      ", "        ")
    if cause.reason:
        yield wrapped(phrase("Why: {reason}", reason=cause.reason), "    ", "    ")


def _trade(now: LowestChance, after: LowestChance) -> str:
    """Say what a change makes of the lowest chance."""
    everybody = LowestChance(now.at_least, now.at_most, None, now.status)  # who has none is what this is about
    text = phrase(
        "lowest chance: {before} now; after it {after}", before=chance_text(everybody), after=chance_text(after)
    )
    return wrapped(text, "    ", "      ")


def _cause_value(cause: Cause | None, problem: Problem, lines: Sequence[int]) -> dict[str, Any] | None:
    if cause is None:
        return None
    return {
        "quotas": [bound_text(bound, problem) for bound in cause.conflict.bounds],
        "households": cause.conflict.households,
        "smallest": cause.conflict.smallest,
        "members": list(cause.members),
        "reason": cause.reason,
        "lines": sorted(lines[person] for person in cause.people),
    }
