"""One table of the population -> quotas: the fast path, without a build file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.population.build_file import setting_of
from sortition.reading.population.builder import Builder, Built
from sortition.reading.population.cells import AREA
from sortition.reading.population.layouts import Columns, read_population
from sortition.reading.yaml_tree import Items, Node, Table, Text

_LINE = 1
"""Where faults are said to be that stand in no line of a file."""


def read_sheet(
    path: Path | str,
    panel_size: int,
    name: str = "",
    areas: Sequence[str] = (),
    where: Sequence[str] = (),
    tolerance: str = "0",
    on: str = "",
    ages: str = "",
    source: str = "",
    reference_date: str = "",
    base: str = "",
) -> Built:
    """Read one table of the population, and make a category of each of its dimensions.

    Parameters
    ----------
    path
        A table of any layout; the plainest has the columns category, value, count.
    panel_size
        Number of seats.
    name
        Name of the panel; left out: that of the file.
    areas
        Codes or names of the areas that the panel is for.
    where
        Parts of the table to take, such as `date=2024`.
    tolerance
        Seats, or per cent of the panel, by which lowest and highest numbers are widened.
    on
        First day of the panel, as year-month-day.
    ages
        Who may be drawn, such as `16+`.
    source, reference_date, base
        Where the table comes from, the day that it tells of, and whom it counts.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    path, parts = Path(path), _parts(where)
    own = Faults(str(path))
    population = read_population(path, str(path), own)
    own.raise_if_any()
    known = population.dimensions if population else ()
    dimensions = [dim for dim in known if (dim != AREA or len(areas) > 1) and dim not in parts]
    said = {"source": source, "reference_date": reference_date, "base": base}
    tree = _table(
        {
            "on": on,
            "ages": ages,
            "name": name or path.stem,
            "areas": Items(tuple(Text(area, _LINE) for area in areas), _LINE) if areas else "",
            "tables": _table({"sheet": _table({"file": path.name, "where": _table(parts), **said})}),
            "quotas": _table({by: _table({"table": "sheet", "by": by, "tolerance": tolerance}) for by in dimensions}),
        }
    )
    faults = Faults(str(path))
    builder = Builder(tree, path.parent, setting_of(tree, panel_size, False, faults), faults)
    builder.read[path.name, Columns()] = population, own
    builder.files.append(own)
    return builder.build(path.stem, f"from {path.name}")


def _parts(where: Sequence[str]) -> dict[str, str]:
    """Read `date=2024`."""
    parts: dict[str, str] = {}
    for part in where:
        dimension, equals, value = part.partition("=")
        if not equals:
            what = phrase("'{text}' does not say which part of the table is meant. Write it as date=2024.", text=part)
            raise UsageError(what)
        parts[dimension.strip()] = value.strip()
    return parts


def _table(entries: Mapping[str, Node | str]) -> Table:
    """Write a table as a build file would have it, without what is empty."""
    nodes = {key: Text(node, _LINE) if isinstance(node, str) else node for key, node in entries.items()}
    empty = Text("", _LINE), Table((), _LINE)
    return Table(tuple((Text(key, _LINE), node) for key, node in nodes.items() if node not in empty), _LINE)
