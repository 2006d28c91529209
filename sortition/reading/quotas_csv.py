"""CSV of quotas, in the dialects of the field -> Quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sortition.messages import phrase
from sortition.model import Category, Quotas
from sortition.reading.csv_table import Table, read_table
from sortition.reading.faults import Faults
from sortition.reading.names import match_key, value_label
from sortition.reading.seats import check_sums, check_value_name, in_order, twin_value, whole
from sortition.reading.text_file import read_text

_DIALECTS = (("category", "feature"), ("category", "name"), ("feature", "value"))
"""How the columns of category and value are called."""


@dataclass(frozen=True, slots=True)
class _Row:
    category: str
    value: str
    line: int
    low: int
    high: int
    flex: int | None


def read_quotas_csv(path: Path, panel_size: int | None) -> Quotas:
    """Read a table of quotas with the columns of one dialect; other columns are ignored.

    Each dialect may have the columns `min_flex` and `max_flex`. A category's `flex` is then the largest distance that
    they allow any bound of its values.

    Parameters
    ----------
    path
        The file.
    panel_size
        Number of seats, which such files do not say.

    Raises
    ------
    InputError
        With every fault of the file; also where `panel_size` is None or not above 0.
    """
    faults = Faults(str(path))
    table = read_table(read_text(path, faults), faults)
    if panel_size is None:
        what = phrase("A CSV file of quotas does not say how many people are to be drawn. Say so with --size K.")
        faults.add(what)
    elif panel_size < 1:
        faults.add(phrase("The panel size is {seats}. Give a whole number above 0 with --size K.", seats=panel_size))
    at = _columns(table, faults)
    rows = list(_rows(table, at, faults)) if at else []
    categories = _categories(rows, faults)
    if not len(faults) and panel_size is not None:
        for category in categories:
            check_sums(category.name, category.low, category.high, panel_size, category.lines[0], faults)
    faults.raise_if_any()
    return Quotas(str(path), path.stem, panel_size or 0, categories)


def _columns(table: Table, faults: Faults) -> Mapping[str, int]:
    """Give the position of category, value and bounds; empty, with faults noted, where the header is no dialect."""
    at = {match_key(name).replace(" ", "_"): index for index, name in enumerate(table.columns)}
    before = len(faults)
    advice = phrase("Name the columns category,feature,min,max or category,name,min,max or feature,value,min,max.")
    dialects = [pair for pair in _DIALECTS if at.keys() >= set(pair)]
    if not dialects:
        what = phrase("The header names no columns for the category and the value. {advice}", advice=advice)
        faults.add(what, table.header_line)
    elif len(dialects) > 1:
        what = phrase("The header can be read in more than one way. {advice}", advice=advice)
        faults.add(what, table.header_line)
    for name in ("min", "max"):
        if name not in at:
            what = phrase("The column '{name}' is missing. {advice}", name=name, advice=advice)
            faults.add(what, table.header_line)
    if ("min_flex" in at) != ("max_flex" in at):
        there, lacking = ("min_flex", "max_flex") if "min_flex" in at else ("max_flex", "min_flex")
        what = phrase(
            "There is a column '{there}' but no '{lacking}'. Give both or neither.", there=there, lacking=lacking
        )
        faults.add(what, table.header_line)
    if len(faults) > before:
        return {}
    category, value = dialects[0]
    return {**at, "the category": at[category], "the value": at[value]}


def _rows(table: Table, at: Mapping[str, int], faults: Faults) -> Iterator[_Row]:
    for line, cells in zip(table.lines, table.rows, strict=True):
        category, value = cells[at["the category"]], cells[at["the value"]]
        if not category:
            faults.add(phrase("The category has no name here. Name it, or delete the row."), line)
        else:
            check_value_name(category, value, line, faults)
            yield _row(category, value, cells, at, line, faults)


def _row(category: str, value: str, cells: Sequence[str], at: Mapping[str, int], line: int, faults: Faults) -> _Row:
    label = value_label(category, value)
    numbers: dict[str, int] = {}
    for name in ("min", "max", "min_flex", "max_flex"):
        if name in at:
            try:
                numbers[name] = whole(cells[at[name]])
            except ValueError as error:
                faults.add(f"{label}: {name}: {error}", line)
    low, high = numbers.get("min", 0), numbers.get("max", 0)
    if {"min", "max"} <= numbers.keys():
        try:
            in_order(low, high)
        except ValueError as error:
            faults.add(f"{label}: {error}", line)
    flex = None
    if "min_flex" in at:
        flex_low, flex_high = numbers.get("min_flex", low), numbers.get("max_flex", high)
        if flex_low > low:
            what = phrase(
                "{value}: min_flex {flex} is above min {seats}. Lower it.", value=label, flex=flex_low, seats=low
            )
            faults.add(what, line)
        if flex_high < high:
            what = phrase(
                "{value}: max_flex {flex} is below max {seats}. Raise it.", value=label, flex=flex_high, seats=high
            )
            faults.add(what, line)
        flex = max(low - flex_low, flex_high - high)
    return _Row(category, value, line, low, high, flex)


def _categories(rows: Sequence[_Row], faults: Faults) -> tuple[Category, ...]:
    """Put the rows of each category together; categories and values keep the order of the file."""
    groups: dict[str, dict[str, _Row]] = {}
    for row in rows:
        values = groups.setdefault(match_key(row.category), {})
        twin = values.setdefault(match_key(row.value), row)
        if twin is not row:
            faults.add(twin_value(row.category, row.value, twin.line), row.line)
    return tuple(_category(list(values.values())) for values in groups.values())


def _category(rows: Sequence[_Row]) -> Category:
    name = rows[0].category
    return Category(
        name=name,
        column=name,
        values=tuple(row.value for row in rows),
        low=tuple(row.low for row in rows),
        high=tuple(row.high for row in rows),
        lines=tuple(row.line for row in rows),
        flex=max((row.flex for row in rows if row.flex is not None), default=None),
    )
