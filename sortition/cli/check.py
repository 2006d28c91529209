"""`check`: what is wrong, or worth knowing, before a draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sortition.cli.console import showing
from sortition.cli.options import CorrectionsFile, Json, PoolPath, Quiet, QuotasPath, Size, Solver
from sortition.errors import InfeasibleError
from sortition.messages import phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sortition.checking import Relaxation
    from sortition.workflow import CheckReport

WIDTH = 79
"""Columns for which lines are wrapped with an indent."""
MOST_LINES = 10
"""How many people are told of, by their lines, for one reason."""
MOST_HOUSEHOLDS = 12
"""How many shared households are shown."""


def check(
    pool: PoolPath,
    quotas: QuotasPath,
    corrections: CorrectionsFile = None,
    size: Size = None,
    solver: Solver = "HiGHS",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check whether the pool fits the quotas, before any draw.

    Counts people against the quotas, shows shared households, tells whom no panel can contain, and finds
    out whether there is any panel at all. If there is none, it names the quotas that contradict each other and what
    would help, each with what it costs in fairness, and ends with code 4. Nothing is drawn and nothing is written.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        with show.progress() as progress:
            report = workflow.check(
                pool, quotas, panel_size=size, corrections=corrections, solver=solver, progress=progress
            )
        show.notes(report.notes)
        show.result(lambda: _view(report), _value(report))
        if not report.feasible:
            raise InfeasibleError(phrase("no panel meets all quotas. Nothing was drawn."))


def _view(report: CheckReport) -> RenderableType:
    """Show the report as text."""
    from rich.console import Group
    from rich.text import Text

    from sortition.reports import quota_rows, quota_table

    problem = report.problem
    people = len(problem.ids)
    seats = phrase("{seats} seats, {people:,} people who may be drawn.", seats=problem.panel_size, people=people)
    table = quota_table(quota_rows(problem))
    return Group(Text(report.name, style="bold"), Text(seats), Text(), table, Text(), Text("\n".join(_lines(report))))


def _lines(report: CheckReport) -> Iterator[str]:
    """Say what was found besides the counts, a paragraph each; people are told by their lines in the pool file."""
    from sortition.reports.extremes import always_lines, never_lines
    from sortition.reports.ways_out import advice_lines, binding_lines, lines_named

    line_of = _line_of(report)
    left_out = _by_reason((each.reason, each.line) for each in report.excluded)
    yield from _paragraph(phrase("People left out:"), left_out)
    households = [
        lines_named([line_of[person] for person in ids], MOST_LINES) for ids in report.households[:MOST_HOUSEHOLDS]
    ]
    number = len(report.households)
    if number > MOST_HOUSEHOLDS:
        households.append(phrase("and {more} more ('--json' lists all)", more=number - MOST_HOUSEHOLDS))
    title = phrase("Shared households, {count} (a panel has at most one person of each):", count=number)
    yield from _paragraph(title, households)
    there_are = phrase("There are panels that meet all quotas.")
    yield there_are if report.feasible else phrase("No panel meets all quotas.")
    if report.advice is not None:
        yield from advice_lines(report.advice)
    if report.binding is not None and report.lowest is not None:
        yield from binding_lines(report.binding, report.lowest, report.problem)
        yield from always_lines(report.always, report.lowest, report.lines)
        yield from never_lines(report.never, report.lowest, report.lines)
    yield from _change_lines(report)


def _paragraph(title: str, lines: Sequence[str]) -> Iterator[str]:
    """Set lines under a title, if there are any, with an empty line after them."""
    if lines:
        yield from (title, *(_wrapped(line) for line in lines), "")


def _wrapped(line: str) -> str:
    """Wrap a line with an indent."""
    return textwrap.fill(
        line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    )


def _change_lines(report: CheckReport) -> Iterator[str]:
    """Say after which change everybody could be drawn, and what the lowest chance is then."""
    from sortition.reports.ways_out import chance_text

    change, chance = report.change_keeping_everyone, report.lowest_keeping_everyone
    if change is not None and change.changes:
        least = phrase("The smallest change that gives everybody a chance:")
        some = phrase("A change (not proved to be the smallest) that gives everybody a chance:")
        yield "\n" + (least if change.smallest else some)
        yield from (_wrapped(each.sentence) for each in change.changes)
        if chance is not None:
            yield _wrapped(phrase("lowest chance: {chance}", chance=chance_text(chance)))


def _line_of(report: CheckReport) -> Mapping[str, int]:
    """Give the line of the pool file of everybody who may be drawn, by id."""
    return dict(zip(report.problem.ids, report.lines, strict=True))


def _by_reason(pairs: Iterable[tuple[str, int]]) -> list[str]:
    """Name people (reason, line) by reason, in the order in which the reasons first appear."""
    groups: dict[str, list[int]] = {}
    for reason, line in pairs:
        groups.setdefault(reason, []).append(line)
    from sortition.reports.ways_out import lines_named

    return [f"{reason}: {lines_named(lines, MOST_LINES)}" for reason, lines in groups.items()]


def _value(report: CheckReport) -> dict[str, Any]:
    """Give the report as an object for JSON."""
    from sortition.reports.extremes import always_value, never_value, why_never
    from sortition.reports.ways_out import advice_value, binding_value, chance_value

    line_of = _line_of(report)
    return {
        "name": report.name,
        "panel_size": report.problem.panel_size,
        "people": len(report.problem.ids),
        "feasible": report.feasible,
        "quotas": [
            {"quota": each.quota.key, "low": each.quota.low, "high": each.quota.high, "pool": each.count}
            for each in report.counts
        ],
        "households": [sorted(line_of[person] for person in ids) for ids in report.households],
        "excluded": [{"line": each.line, "reason": each.reason} for each in report.excluded],
        "unreachable": [
            {"line": report.lines[person], "reason": why_never(group)}
            for person, group in sorted((person, group) for group in report.never for person in group.people)
        ],
        "off_every_panel": never_value(report.never, report.problem, report.lines),
        "on_every_panel": always_value(report.always, report.problem, report.lines),
        **chance_value(report.lowest),
        "change": _changes(report.advice.smallest if report.advice else None),
        "conflict": advice_value(report.advice) if report.advice else None,
        "binding": binding_value(report.binding, report.problem) if report.binding else None,
        "change_keeping_everyone": _changes(report.change_keeping_everyone),
        "after_change_keeping_everyone": chance_value(report.lowest_keeping_everyone) or None,
        "notes": [str(note) for note in report.notes],
    }


def _changes(change: Relaxation | None) -> list[dict[str, Any]] | None:
    """Give a change of quotas as a list for JSON."""
    if change is None:
        return None
    return [{"quota": each.quota.key, "low": each.new_low, "high": each.new_high} for each in change.changes]
