"""What a build file wants of one category, and what its table counts for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import find
from sortition.reading.population.cells import AREA, Margin, Population, find_dimension
from sortition.reading.population.mapping import Mapped, Wanted
from sortition.reading.yaml_fields import table_at, text_at, texts_at
from sortition.reading.yaml_tree import Table, Text
from sortition.targets.apportion import Allotment

PROVENANCE = ("source", "reference_date", "base")


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table that a build file names, and what it says about it."""

    name: str
    node: Table
    population: Population
    faults: Faults
    """The faults of the table's own file."""
    areas: tuple[str, ...]

    @property
    def label(self) -> str:
        """What the build file calls it, for sentences."""
        return phrase("table '{name}'", name=self.name)

    @property
    def short(self) -> str:
        """The file without its folder, for sentences about other files."""
        return Path(self.population.source).name


@dataclass(frozen=True, slots=True)
class Maps:
    """A mapping, and the faults of the file that it stands in."""

    table: Table
    faults: Faults


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all targets of a build file."""

    panel_size: int
    on: dt.date | None
    """First day of the panel: ages and staleness are counted on it."""
    youngest: int | None
    """Lowest age of members."""
    strict: bool
    """Whether every target has to name its source, date and base."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Pairs (category, what is worth knowing of it)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One category of a build file that rests on a table."""

    name: Text
    node: Table
    spec: TableSpec
    setting: Setting
    faults: Faults

    def said(self, key: str) -> str:
        """Give what the category says under a key, or else its table."""
        return text_at(self.node.get(key) or self.spec.node.get(key), f"{self.name.text}: `{key}`", self.faults)

    def note(self, text: str) -> None:
        """Keep what is worth knowing."""
        self.setting.notes.append((self.name.text, text))

    @property
    def dimension(self) -> str:
        """The dimension to build by: as written, or the only one of the table, or the one called as the category."""
        known = self.spec.population.dimensions
        if written := text_at(self.node.get("by"), f"{self.name.text}: `by`", self.faults):
            return find_dimension(written, known) or written
        others = [name for name in known if name != AREA]
        return others[0] if len(others) == 1 else find_dimension(self.name.text, others) or self.name.text

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """Which categories of other dimensions are meant."""
        return where_of(self.node, self.spec, self.name.text, self.faults)

    def wanted(self, maps: Maps) -> Wanted:
        """Read the values wanted and the mapping to them."""
        name, bands = self.name.text, self.node.get("bands")
        values = self.node.get("values") or (bands.get("values") if isinstance(bands, Table) else None)
        groups = [
            (
                value,
                texts_at(names, phrase("{category}: `map` of '{value}'", category=name, value=value.text), maps.faults),
            )
            for value, names in maps.table.entries
        ]
        left_out = texts_at(self.node.get("leave_out"), f"{name}: `leave_out`", self.faults)
        return Wanted(texts_at(values, f"{name}: `values`", self.faults), tuple(groups), left_out, maps.faults)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a table counts for one category."""

    margin: Margin
    mapped: Mapped
    parts: dict[str, Fraction | None]
    """By value, in the order of the spec; None where no table counts it."""

    def number(self, labels: Sequence[str]) -> Fraction:
        """Add up categories of the table."""
        return sum((self.margin.numbers[label,] for label in labels), Fraction(0))

    @property
    def total(self) -> Fraction:
        """All that is counted."""
        return self.number(list(self.mapped.value_of))

    @property
    def lowest_age(self) -> int | None:
        """Lowest age of those counted, where the table goes by age."""
        ages = [self.mapped.ages[label][0] for label in self.mapped.value_of if label in self.mapped.ages]
        return min(ages) if ages and len(ages) == len(self.mapped.value_of) else None


@dataclass(frozen=True, slots=True)
class Target:
    """A target that was worked out from a table."""

    name: str
    node: Table
    """The category as a quota spec has it."""
    values: tuple[str, ...]
    allotment: Allotment
    counted: Fraction | None
    """How many the table counts in all; None for per cents."""
    base_key: tuple[str, ...]
    """Targets with the same claim to count the same people."""
    wanted: Wanted
    by: str


def where_of(node: Table, spec: TableSpec, where: str, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Read which categories of other dimensions are meant; what a category says goes before what its table says."""
    known = spec.population.dimensions
    found: dict[str, tuple[str, ...]] = {}
    for holder in (spec.node, node):
        for name, texts in table_at(holder.get("where"), f"{where}: `where`", faults).entries:
            dimension = find_dimension(name.text, known) or find(name.text, found) or name.text
            found[dimension] = tuple(text.text for text in texts_at(texts, f"{where}: `where`", faults))
    return found
