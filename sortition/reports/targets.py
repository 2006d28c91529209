"""Targets beside the population they rest on, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich import box
from rich.table import Table
from rich.text import Text

from sortition.model import Category, Quotas


def targets_table(quotas: Quotas, exact: Mapping[str, float] | None = None) -> Table:
    """Show what share of the population each value has, and what that is in seats.

    Parameters
    ----------
    quotas
        A spec; what it does not give is left blank.
    exact
        Seats before rounding of cross quotas that were worked out, by their label.

    Returns
    -------
    Table
        Fits 80 columns.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    for heading in ("Category", "Value"):
        table.add_column(heading, overflow="fold")
    for heading in ("Share", "Exact", "Target", "Lowest", "Highest"):
        table.add_column(heading, justify="right", no_wrap=True)
    for category in quotas.categories:
        for number, cells in enumerate(_rows(category, quotas.panel_size)):
            table.add_row(Text(category.name if number == 0 else ""), *(Text(cell) for cell in cells))
    for rule in quotas.rules:
        first, *others = rule.of
        values = " or ".join(first[1]) + "".join(f", {' or '.join(values)}" for _, values in others)
        names = ", ".join(name for name, _ in rule.of)
        seats = (exact or {}).get(rule.label)
        shown = "" if seats is None else f"{seats:.2f}"
        table.add_row(Text(names), Text(values), "", shown, "", str(rule.low), str(rule.high))
    return table


def _rows(category: Category, panel_size: int) -> Iterator[tuple[str, ...]]:
    blank = (None,) * len(category.values)
    columns = (category.values, category.shares or blank, category.targets or blank, category.low, category.high)
    for value, share, target, low, high in zip(*columns, strict=True):
        yield (
            value,
            "" if share is None else f"{share:.1f}%",
            "" if share is None else f"{share * panel_size / 100:.2f}",
            "" if target is None else str(target),
            str(low),
            str(high),
        )
