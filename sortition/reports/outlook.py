"""The outlook to closing day, for the terminal and as a value for JSON."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sortition.messages import phrase
from sortition.stages.monitor import Cell, Outlook

SURE = 0.995
"""Quotas likelier than this are counted in one line instead of shown."""


def outlook_view(outlook: Outlook) -> RenderableType:
    """Show whom to chase, the least likely quota first; fits 80 columns."""
    open_cells = [cell for cell in outlook.cells if cell.chance < SURE or cell.missing]
    parts: list[RenderableType] = [Text(outlook.name, style="bold"), Text(_head(outlook)), Text()]
    if open_cells:
        parts += [_table(open_cells), Text()]
    sure = len(outlook.cells) - len(open_cells)
    if sure:
        more = phrase("{count} more quotas with a lowest number are as good as met.", count=sure)
        some = phrase("{count} quotas with a lowest number are as good as met.", count=sure)
        parts.append(Text(more if open_cells else some))
    parts.append(Text(_together(outlook)))
    return Group(*parts)


def outlook_value(outlook: Outlook) -> dict[str, Any]:
    """Give the outlook as an object for JSON."""
    return {
        "name": outlook.name,
        "panel_size": outlook.panel_size,
        "people": outlook.people,
        "further_replies_expected": outlook.further,
        "quotas": [
            {
                "quota": cell.quota.key,
                "low": cell.quota.low,
                "people": cell.people,
                "seatable": cell.seatable,
                "missing": cell.missing,
                "expected": cell.expected,
                "probability": cell.chance,
            }
            for cell in outlook.cells
        ],
        "feasible": outlook.feasible,
        "simulated": outlook.simulated,
        "simulated_with_panel": outlook.with_panel,
    }


def _head(outlook: Outlook) -> str:
    return phrase(
        "{people:,} people who may be drawn for {seats} seats; {further:,} further replies expected.",
        people=outlook.people,
        seats=outlook.panel_size,
        further=outlook.further,
    )


def _together(outlook: Outlook) -> str:
    """Say whether all quotas together can be met."""
    if outlook.feasible:
        return phrase("There are panels that meet all quotas already; more replies make the lottery fairer.")
    if not outlook.simulated:
        return phrase("No panel meets all quotas together yet. 'sortition check' says why.")
    return phrase(
        "No panel meets all quotas together yet. In {found} of {simulated} simulated pools at closing day there is "
        "one. 'sortition check' says why.",
        found=outlook.with_panel,
        simulated=outlook.simulated,
    )


def _table(cells: list[Cell]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    table.add_column(phrase("Whom to chase first"), overflow="fold")
    headings = (phrase("Lowest"), phrase("So far"), phrase("Missing"), phrase("To come"), phrase("Likely met"))
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for cell in cells:
        table.add_row(
            Text(cell.quota.label),
            f"{cell.quota.low}",
            f"{cell.seatable}",
            f"{cell.missing}" if cell.missing else "",
            phrase("{number:.1f}", number=cell.expected),
            _likely(cell.chance),
        )
    return table


def _likely(chance: float) -> str:
    if chance >= SURE:
        return phrase("yes") if chance == 1 else phrase("nearly sure")
    return phrase("{percent:.0f} %", percent=100 * chance) if chance >= 0.01 else phrase("under 1 %")
