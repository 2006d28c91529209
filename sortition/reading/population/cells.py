"""What every layout of a population table becomes: cells, each with an area, its categories and a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint, listed, match_key
from sortition.reading.population.ages import Ages, ages_of, nested, within
from sortition.reading.population.totals import does_not_apply, is_total, parts_of

AREA = "area"
"""The dimension that tells the areas of a table apart."""
SETTINGS = ("date", "unit", "freq")
"""Dimensions that never add up: a table with several values of them has to be told which one is meant."""
_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,20})?\s*%?")
_WITHHELD = re.compile(r"-[0-9][0-9.,]*|[-:*.cxnf]|\.\.\.?|\(x\)|n/?a|suppressed|", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table."""

    code: str
    """Code of the area; empty where the table has none."""
    area: str
    """Name of the area; empty where the table tells of one area and does not name it."""
    values: tuple[tuple[str, str], ...]
    """Pairs (dimension, category)."""
    number: Fraction | None
    """None where the office withholds it."""
    line: int

    def value(self, dimension: str) -> str | None:
        """Give the category on a dimension; None where the number does not tell of it."""
        if dimension == AREA:
            return self.area or self.code
        return next((category for name, category in self.values if name == dimension), None)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is worth knowing of a table, or of one area of it."""

    text: str
    code: str = ""
    area: str = ""

    def concerns(self, areas: Sequence[str]) -> bool:
        """Tell whether it is about one of the areas wanted, or about all."""
        mine = {match_key(name) for name in (self.code, self.area) if name}
        return not (areas and mine) or any(match_key(area) in mine for area in areas)


Cells = tuple[list[Cell], list[Remark], bool]
"""What a layout gives: cells, remarks, and whether the numbers are per cents that no number of people goes with."""


@dataclass(frozen=True)
class Population:
    """A table of the population."""

    source: str
    """File name as the user gave it, for messages."""
    layout: str
    """The office's name for its layout, for messages."""
    cells: tuple[Cell, ...]
    per_cent: bool
    """Whether the numbers are per cents that no number of people goes with."""
    notes: tuple[Remark, ...] = ()
    """What was left out while reading, and what does not add up."""

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that a category of the spec can be built by, in the order of the file."""
        found = dict.fromkeys(name for cell in self.cells for name, _ in cell.values)
        areas = {cell.area or cell.code for cell in self.cells}
        return (*(name for name in found if name not in SETTINGS), *([AREA] if len(areas) > 1 else []))


@dataclass(frozen=True, slots=True)
class Margin:
    """The numbers of one or more dimensions, added up over areas and everything else."""

    dimensions: tuple[str, ...]
    numbers: dict[tuple[str, ...], Fraction]
    """By category on each dimension, in the order of the file."""
    withheld: dict[tuple[str, ...], int]
    """Categories with a number that the office withholds, and a line where it does."""
    dates: tuple[str, ...]
    """What the table says of its date."""

    def labels(self, axis: int = 0) -> list[str]:
        """Give the categories on one dimension."""
        return list(dict.fromkeys(key[axis] for key in self.numbers))


def find_dimension(name: str, known: Sequence[str]) -> str | None:
    """Find a dimension by its name, or by words of it that no other has: `Sex` for `Sex (2 categories)`."""
    words = re.compile(rf"(?<![a-z]){re.escape(match_key(name))}(?![a-z])")
    holders = [other for other in known if words.search(match_key(other))]
    return find(name, known) or (holders[0] if len(holders) == 1 else None)


def number_of(text: str, where: str, line: int, faults: Faults) -> Fraction | None:
    """Read a number as offices write it; None where it is withheld (blank, `:`, `x`, `..`, a negative number)."""
    if match := _NUMBER.fullmatch(text):
        whole = match[1].replace(",", "")
        return Fraction(whole + match[2]) if match[2] else Fraction(int(whole))  # the latter is far faster
    if not _WITHHELD.fullmatch(text):
        what = phrase("{where}: '{text}' is not a number. Write one such as 1,234 or 12.5.", where=where, text=text)
        faults.add(what, line)
    return None


def check_twins(cells: Iterable[Cell], faults: Faults) -> None:
    """Note numbers that are there twice, as where two downloads were put into one file."""
    first: dict[tuple[str, str, tuple[tuple[str, str], ...]], int] = {}
    told: set[int] = set()
    for cell in cells:
        line = first.setdefault((cell.code, cell.area, cell.values), cell.line)
        if line != cell.line and cell.line not in told:
            told.add(cell.line)
            names = f"{cell.area or cell.code} {listed(value for _, value in cell.values)}".lstrip()
            what = phrase(
                "the number for {names} is already on line {line}. Delete one of them.", names=names, line=line
            )
            faults.add(what, cell.line)


def tabulate(
    population: Population,
    by: Sequence[str],
    areas: Sequence[str],
    where: Mapping[str, Sequence[str]],
    faults: Faults,
) -> Margin | None:
    """Add a table up to one or more dimensions, over the areas wanted; None, with faults noted, where it cannot be.

    Other dimensions are taken at their total where there is one, and added up without sums otherwise.
    """
    named = [*by, *(name for name in where if name in population.dimensions)]
    cells = [cell for cell in population.cells if all(cell.value(name) is not None for name in named)]
    cells = [cell for cell in cells if _names(cell) == _names(cells[0])]  # one file may hold several tables
    if not cells:
        faults.add(_nothing_by(named, population.dimensions))
        return None
    before = len(faults)
    cells = _in_areas(cells, areas, faults, several=AREA in by)
    if population.per_cent and len({(cell.code, cell.area) for cell in cells}) > 1:
        what = phrase(
            "per cents of several areas do not add up. "
            "Give counts, or the column with the number that each per cent is of, as in `weight: households`."
        )
        faults.add(what)
    for name in dict.fromkeys(name for cell in cells for name, _ in cell.values):
        if name in where or name not in by:
            cells = _at(cells, name, where.get(name), faults)
    for name in where:
        if name not in population.dimensions and name not in SETTINGS:
            faults.add(phrase("`where`: this table has no '{name}'.", name=name) + hint(name, population.dimensions))
    if len(faults) > before:
        return None
    return _margin(cells, by)


def _nothing_by(named: Sequence[str], dimensions: Sequence[str]) -> str:
    """Say that no number of a table goes by all these dimensions."""
    lost = [name for name in named if name not in (*dimensions, *SETTINGS)]
    what = phrase("there is nothing by '{names}' in this table.", names=phrase(" and ").join(lost or named))
    if lost:
        return what + hint(lost[0], dimensions)
    return what + (phrase(" It has tables of each alone.") if len(named) > 1 else "")


def _names(cell: Cell) -> list[str]:
    return [name for name, _ in cell.values]


def _margin(cells: Iterable[Cell], by: Sequence[str]) -> Margin:
    numbers: dict[tuple[str, ...], Fraction] = {}
    withheld: dict[tuple[str, ...], int] = {}
    dates: dict[str, None] = {}
    for cell in cells:
        key = tuple(cell.value(name) or "" for name in by)
        numbers[key] = numbers.get(key, Fraction(0)) + (cell.number or 0)
        if cell.number is None:
            withheld.setdefault(key, cell.line)
        if date := cell.value("date"):
            dates[date] = None
    return Margin(tuple(by), numbers, withheld, tuple(dates))


def _in_areas(cells: list[Cell], wanted: Sequence[str], faults: Faults, several: bool) -> list[Cell]:
    """Keep the cells of the areas wanted; a table of one area that it does not name is taken as it is."""
    there = dict.fromkeys((cell.code, cell.area) for cell in cells)
    if there == {("", ""): None} or (len(there) == 1 and not wanted):
        return cells
    shown = [name or code for code, name in there]
    if not wanted:
        if several:
            return cells
        what = phrase(
            "the table has {count} areas: {names}. Name those that the panel is for under `areas`.",
            count=len(there),
            names=_first(shown),
        )
        faults.add(what)
        return []
    chosen: dict[tuple[str, str], str] = {}
    for text in wanted:
        key = match_key(text)
        found = [area for area in there if key in (match_key(area[0]), match_key(area[1]))]
        if not found:
            what = phrase("there is no area '{name}' in this table.", name=text)
            faults.add(what + hint(text, [*shown, *(code for code, _ in there)]))
        elif len(found) > 1:
            what = phrase(
                "'{name}' is the name of {count} areas in this table. Give their codes instead.",
                name=text,
                count=len(found),
            )
            faults.add(what)
        elif found[0] in chosen:
            other = chosen[found[0]]
            faults.add(phrase("'{name}' is the same area as '{other}'. Name it once.", name=text, other=other))
        else:
            chosen[found[0]] = text
    return [cell for cell in cells if (cell.code, cell.area) in chosen]


def _at(cells: list[Cell], dimension: str, wanted: Sequence[str] | None, faults: Faults) -> list[Cell]:
    """Keep the cells that count once on a dimension which is not asked for, or those that are wanted."""
    labels = [label for label in dict.fromkeys(cell.value(dimension) for cell in cells) if label is not None]
    if wanted is not None:
        kept = _chosen(dimension, labels, wanted, faults)
    elif len(labels) < 2:
        return cells
    elif dimension in SETTINGS:
        what = phrase(
            "the table has more than one {dimension}: {names}. Choose one under `where`.",
            dimension=dimension,
            names=_first(labels),
        )
        faults.add(what)
        return cells
    elif totals := [label for label in labels if is_total(label)]:
        kept = totals[:1]
    else:
        kept = [label for label in labels if not (parts_of(label, labels) or does_not_apply(label))]
    return [cell for cell in cells if cell.value(dimension) in kept]


def _chosen(dimension: str, labels: Sequence[str], wanted: Sequence[str], faults: Faults) -> list[str]:
    """Give the categories that are named, or whose ages lie in a band that is named."""
    kept: list[str] = []
    ages = ages_of(label for label in labels if not is_total(label))
    ages = {label: band for label, band in ages.items() if label not in nested(ages)}
    for text in wanted:
        found = find(text, labels)
        band = ages_of([text]).get(text)
        inside = [label for label in ages if band is not None and within(ages[label], band)]
        if found is not None:
            kept.append(found)
        elif band is not None and _tiles(band, [ages[label] for label in inside]):
            kept += inside
        else:
            what = phrase(
                "`where`: '{text}' is neither a category of {dimension} nor made up of some of them.",
                text=text,
                dimension=dimension,
            )
            faults.add(what + hint(text, labels))
    return kept


def _tiles(band: Ages, parts: Sequence[Ages]) -> bool:
    """Tell whether bands fill another one without gap or overlap."""
    start: int | None = band[0]
    for low, high in sorted(parts, key=lambda part: part[0]):
        if low != start:
            return False
        start = None if high is None else high + 1
    return start == (None if band[1] is None else band[1] + 1)


def _first(names: Sequence[str], most: int = 6) -> str:
    return listed(names[:most]) + (", …" if len(names) > most else "")
