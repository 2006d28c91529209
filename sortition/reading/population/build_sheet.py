"""One table of the population -> quotas: the fast path, without a build file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sortition.errors import UsageError
from sortition.reading.faults import Faults
from sortition.reading.population.build_file import setting_of
from sortition.reading.population.builder import Builder, Built
from sortition.reading.population.cells import AREA
from sortition.reading.population.layouts import read_population
from sortition.reading.yaml_tree import Items, Table, Text


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
    path = Path(path)
    own = Faults(str(path))
    population = read_population(path, str(path), own)
    own.raise_if_any()

    def text(words: object) -> Text:
        return Text(str(words), 1)

    def table(entries: Mapping[str, object]) -> Table:
        pairs = {
            key: value if isinstance(value, (Text, Items, Table)) else text(value) for key, value in entries.items()
        }
        return Table(tuple((text(key), node) for key, node in pairs.items() if node not in (text(""), Table((), 1))), 1)

    chosen: dict[str, object] = {}
    for part in where:
        dimension, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"'{part}' does not say which part of the table is meant. Write it as date=2024.")
        chosen[dimension.strip()] = value.strip()
    known = population.dimensions if population else ()
    dimensions = [name for name in known if (name != AREA or len(areas) > 1) and name not in chosen]
    quotas = {by: table({"table": "sheet", "by": by, "tolerance": tolerance}) for by in dimensions}
    sheet = table(
        {"file": path.name, "where": table(chosen), "source": source, "reference_date": reference_date, "base": base}
    )
    tree = table(
        {
            "name": name or path.stem,
            "panel_size": panel_size,
            "on": on,
            "ages": ages,
            "areas": Items(tuple(text(area) for area in areas), 1) if areas else "",
            "tables": table({"sheet": sheet}),
            "quotas": table(quotas),
        }
    )
    faults = Faults(str(path))
    builder = Builder(tree, path.parent, setting_of(tree, panel_size, False, faults), faults)
    return builder.build(path.stem, f"from {path.name}")
