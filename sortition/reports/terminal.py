"""Summaries for the terminal, readable at 80 columns. Nothing is printed here, and no meaning hangs on a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sortition.messages import phrase, translated
from sortition.model import Finding
from sortition.reports.summary import QuotaRow, Spread, Summary, percent, share_text, target_text

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
        _facts((_file_label(what), path) for what, path in summary.files),
    )


def quota_table(rows: Sequence[QuotaRow]) -> Table:
    """Show quotas against population and target where these are known, the pool, and the panel where one is drawn."""
    drawn = any(row.panel is not None for row in rows)
    shares, targets = (any(getattr(row, name) is not None for row in rows) for name in ("share", "target"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    for heading in (phrase("Category"), phrase("Value")):
        table.add_column(heading, overflow="fold")
    known = [*([phrase("Share")] if shares else []), *([phrase("Target")] if targets else [])]
    asked = [phrase("Lowest"), phrase("Highest"), phrase("Pool")]
    for heading in (*known, *asked, *([phrase("Panel")] if drawn else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    above = ""
    for row in rows:
        category = row.category if row.category != above else ""
        pool = f"{row.pool}" if row.pool >= row.low else phrase("{people} (short)", people=row.pool)
        known = [*([share_text(row)] if shares else []), *([target_text(row)] if targets else [])]
        numbers = [*known, f"{row.low}", f"{row.high}", pool, *([f"{row.panel}"] if drawn else [])]
        table.add_row(Text(category), Text(row.value), *numbers)
        above = row.category
    return table


def findings_view(findings: Iterable[Finding]) -> Table:
    """Show what each step of a check found; the state is written out, and a digest stays on one line."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    states = {
        "passed": phrase("passed"),
        "failed": phrase("failed"),
        "weaker": phrase("weaker"),
        "not checked": phrase("not checked"),
    }
    for finding in findings:
        detail = "".join(letter if letter.isprintable() else "?" for letter in translated(finding.detail))
        what = Text.assemble((translated(finding.step), "bold"), f": {detail}")  # printable: files hold anything
        table.add_row(Text(states[finding.state], style=STATE_STYLES[finding.state]), what)
    return table


def _lottery_sentence(summary: Summary) -> str:
    """Say in a sentence what the lottery is."""
    how = {"proved": phrase("proved the fairest"), "heuristic": phrase("not proved the fairest")}
    return phrase(
        "{seats} seats, {people:,} people, {tickets:,} tickets ({panels:,} different panels); {objective}, {how}.",
        seats=summary.panel_size,
        people=summary.people,
        tickets=summary.tickets,
        panels=summary.distinct_panels,
        objective=summary.objective,
        how=how.get(summary.status, phrase("the fairest by the word of the solver")),
    )


def _file_label(what: str) -> str:
    """Name a file of a bundle; `what` is the key that `--json` has."""
    names = {
        "to publish": phrase("To publish"),
        "to keep private": phrase("To keep private"),
        "the panel": phrase("The panel"),
        "report": phrase("Report"),
    }
    return names.get(what, what[:1].upper() + what[1:])


def _chance_facts(summary: Summary) -> list[tuple[str, str]]:
    """List what there is to say about chances."""
    lowest = summary.lowest_fair_exact
    fair = _spread(summary.fair_chance)
    if lowest:
        fair = phrase("{chances} (lowest exactly {chance})", chances=fair, chance=lowest)
    points = 100 * summary.largest_deviation
    facts = [
        (phrase("Chances"), _spread(summary.chance)),
        (phrase("Fair chances"), fair),
        (
            phrase("Rounding"),
            phrase("no chance differs from the fair chance by more than {points:.2g} points", points=points),
        ),
    ]
    if summary.largest_pair_correlation is not None:
        tied = phrase(
            "no two people are tied by more than {tie:.2f} (0 not at all, 1 fully), {free:.2f} beyond what quotas "
            "force",
            tie=summary.largest_pair_correlation,
            free=summary.pair_correlation_beyond_forced,
        )
        facts.append((phrase("Pairs"), tied))
    if summary.unreachable:
        no_panel = phrase("{people} people whom no valid panel can contain", people=summary.unreachable)
        facts.append((phrase("Chance 0"), no_panel))
    facts += [("", f"{people}: {reason}") for reason, people in summary.blocked]
    if summary.without_ticket:
        none = phrase("{people} people whose fair share is less than one ticket", people=summary.without_ticket)
        facts.append((phrase("No ticket"), none))
    labels = [phrase("Left out"), *[""] * len(summary.excluded)]
    return facts + [(label, f"{people}: {why}") for label, (why, people) in zip(labels, summary.excluded, strict=False)]


def _draw_facts(summary: Summary) -> list[tuple[str, str]]:
    """List what is known of the draw."""
    facts = [(phrase("Digest"), summary.digest)]
    if summary.seed is not None:
        facts.append((phrase("Seed"), summary.seed))
    if summary.ticket is None:
        return [*facts, (phrase("Ticket"), phrase("not drawn yet"))]
    ticket, last = summary.ticket, summary.tickets - 1
    if summary.seed is None:
        return [
            *facts,
            (phrase("Ticket"), phrase("{ticket} (of 0 to {last}, drawn by hand)", ticket=ticket, last=last)),
        ]
    return [*facts, (phrase("Ticket"), phrase("{ticket} (of 0 to {last})", ticket=ticket, last=last))]


def _spread(spread: Spread) -> str:
    """Write a spread of chances."""
    return phrase(
        "min {lowest}, median {median}, max {highest}",
        lowest=percent(spread.lowest),
        median=percent(spread.median),
        highest=percent(spread.highest),
    )


def _facts(facts: Iterable[tuple[str, str]]) -> Table:
    """Lay out facts as label and text; long texts wrap beside their label."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True, min_width=14)
    grid.add_column(overflow="fold")
    for label, text in facts:
        grid.add_row(Text(label), Text(text))
    return grid
