"""Summaries for the terminal, readable at 80 columns. Nothing is printed here, and no meaning hangs on a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sortition.model import Finding
from sortition.reports.summary import QuotaRow, Spread, Summary, percent

STATE_STYLES = {"passed": "green", "failed": "bold red", "weaker": "yellow", "not checked": "dim"}


def summary_view(summary: Summary) -> RenderableType:
    """Show a summary: the quota table, people's chances, the ticket, the digest and where the files are.

    Parameters
    ----------
    summary
        What there is to tell.

    Returns
    -------
    RenderableType
        For a rich console of any width; the digest fits on one line at 80 columns.
    """
    return Group(
        Text(summary.name, style="bold"),
        Text(_lottery_sentence(summary)),
        Text(),
        quota_table(summary.quotas),
        Text(),
        _facts(_chance_facts(summary)),
        Text(),
        _facts(_draw_facts(summary)),
        Text(),
        _facts((what[:1].upper() + what[1:], path) for what, path in summary.files),
    )


def quota_table(rows: Sequence[QuotaRow]) -> Table:
    """Show quotas against the pool, and against the panel where one has been drawn."""
    drawn = any(row.panel is not None for row in rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    for heading in ("Category", "Value"):
        table.add_column(heading, overflow="fold")
    for heading in ("Lowest", "Highest", "Pool", *(["Panel"] if drawn else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    above = ""
    for row in rows:
        category = row.category if row.category != above else ""
        pool = f"{row.pool}" if row.pool >= row.low else f"{row.pool} (short)"
        numbers = [f"{row.low}", f"{row.high}", pool, *([f"{row.panel}"] if drawn else [])]
        table.add_row(Text(category), Text(row.value), *numbers)
        above = row.category
    return table


def findings_view(findings: Iterable[Finding]) -> Table:
    """Show what each step of a check found; the state is written out, and a digest stays on one line."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        detail = "".join(letter if letter.isprintable() else "?" for letter in finding.detail)  # files hold anything
        what = Text.assemble((finding.step, "bold"), f": {detail}")
        table.add_row(Text(finding.state, style=STATE_STYLES[finding.state]), what)
    return table


def _lottery_sentence(summary: Summary) -> str:
    """Say in a sentence what the lottery is."""
    how = {"proved": "proved the fairest", "heuristic": "not proved the fairest"}
    return (
        f"{summary.panel_size} seats, {summary.people:,} people, {summary.tickets:,} tickets "
        f"({summary.distinct_panels:,} different panels); {summary.objective}, "
        f"{how.get(summary.status, 'the fairest by the word of the solver')}."
    )


def _chance_facts(summary: Summary) -> list[tuple[str, str]]:
    """List what there is to say about chances."""
    exact = f" (lowest exactly {summary.lowest_fair_exact})" if summary.lowest_fair_exact else ""
    rounding = f"no chance differs from the fair chance by more than {100 * summary.largest_deviation:.2g} points"
    facts = [
        ("Chances", _spread(summary.chance)),
        ("Fair chances", _spread(summary.fair_chance) + exact),
        ("Rounding", rounding),
    ]
    if summary.largest_pair_correlation is not None:
        tie, free = f"{summary.largest_pair_correlation:.2f}", f"{summary.pair_correlation_beyond_forced:.2f}"
        text = f"no two people are tied by more than {tie} (0 not at all, 1 fully), {free} beyond what quotas force"
        facts.append(("Pairs", text))
    if summary.unreachable:
        facts.append(("Chance 0", f"{summary.unreachable} people whom no valid panel can contain"))
    facts += [("", f"{people}: {reason}") for reason, people in summary.blocked]
    if summary.without_ticket:
        facts.append(("No ticket", f"{summary.without_ticket} people whose fair share is less than one ticket"))
    labels = ["Left out", *[""] * len(summary.excluded)]
    return facts + [(label, f"{people}: {why}") for label, (why, people) in zip(labels, summary.excluded, strict=False)]


def _draw_facts(summary: Summary) -> list[tuple[str, str]]:
    """List what is known of the draw."""
    facts = [("Digest", summary.digest)]
    if summary.seed is not None:
        facts.append(("Seed", summary.seed))
    if summary.ticket is None:
        return [*facts, ("Ticket", "not drawn yet")]
    by_hand = "" if summary.seed is not None else ", drawn by hand"
    return [*facts, ("Ticket", f"{summary.ticket} (of 0 to {summary.tickets - 1}{by_hand})")]


def _spread(spread: Spread) -> str:
    """Write a spread of chances."""
    return f"min {percent(spread.lowest)}, median {percent(spread.median)}, max {percent(spread.highest)}"


def _facts(facts: Iterable[tuple[str, str]]) -> Table:
    """Lay out facts as label and text; long texts wrap beside their label."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True, min_width=14)
    grid.add_column(overflow="fold")
    for label, text in facts:
        grid.add_row(Text(label), Text(text))
    return grid
