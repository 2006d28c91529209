"""Targets beside the population they rest on, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich import box
from rich.table import Table
from rich.text import Text

from sortition.messages import phrase
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
    for heading in (phrase("Category"), phrase("Value")):
        table.add_column(heading, overflow="fold")
    for heading in (phrase("Share"), phrase("Exact"), phrase("Target"), phrase("Lowest"), phrase("Highest")):
        table.add_column(heading, justify="right", no_wrap=True)
    for category in quotas.categories:
        for number, cells in enumerate(_rows(category, quotas.panel_size)):
            table.add_row(Text(category.name if number == 0 else ""), *(Text(cell) for cell in cells))
    for rule in quotas.rules:
        first, *others = rule.of
        either = phrase(" or ")
        values = either.join(first[1]) + "".join(f", {either.join(values)}" for _, values in others)
        names = ", ".join(name for name, _ in rule.of)
        seats = (exact or {}).get(rule.key)
        shown = "" if seats is None else phrase("{number:.2f}", number=seats)
        table.add_row(Text(names), Text(values), "", shown, "", str(rule.low), str(rule.high))
    return table


def _rows(category: Category, panel_size: int) -> Iterator[tuple[str, ...]]:
    blank = (None,) * len(category.values)
    columns = (category.values, category.shares or blank, category.targets or blank, category.low, category.high)
    for value, share, target, low, high in zip(*columns, strict=True):
        yield (
            value,
            "" if share is None else phrase("{percent:.1f}%", percent=share),
            "" if share is None else phrase("{number:.2f}", number=share * panel_size / 100),
            "" if target is None else str(target),
            str(low),
            str(high),
        )
