"""One category of a build file -> the same category of a quota spec, with its seats worked out from a table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sortition.reading.faults import Faults
from sortition.reading.names import find, hint, listed
from sortition.reading.population.ages import ages_of
from sortition.reading.population.bases import base_cautions, date_caution, read_date, stale_caution
from sortition.reading.population.cells import AREA, Margin, Population, find_dimension, tabulate
from sortition.reading.population.mapping import Mapped, Wanted, map_categories
from sortition.reading.yaml_fields import seats_at, table_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text
from sortition.targets.apportion import Allotment, allot

TARGET_KEYS = (
    "column", "table", "by", "where", "values", "map", "leave_out", "bands", "tolerance", "lift", "seats", "synonyms",
    "why", "source", "reference_date", "base", "caution",
)  # fmt: skip
PROVENANCE = ("source", "reference_date", "base")
_KEPT = ("column", "synonyms")
_LEAST_COUNT = 200
_POINTS = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,4})?)\s*%")


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table that a build file names, and what it says about it."""

    name: str
    node: Table
    population: Population | None
    faults: Faults
    """The faults of the table's own file."""
    areas: tuple[str, ...]


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
    wanted: Wanted
    by: str


def build_target(
    name: Text, node: Table, tables: Mapping[str, TableSpec], maps: Maps, setting: Setting, faults: Faults
) -> Target | None:
    """Work out one target; None, with faults noted, where that cannot be done.

    Parameters
    ----------
    name, node
        The category, as the build file has it.
    tables
        The tables by name.
    maps
        What `map` says, here or in a file of its own.
    setting
        What holds for all targets.
    faults
        Takes the faults of the build file; those of a table go to its own.
    """
    table_at(node, name.text, faults, TARGET_KEYS)
    spec = _table_of(name, node, tables, faults)
    if spec is None or spec.population is None:
        return None
    before = len(faults) + len(spec.faults)
    by = _dimension(name, node, spec, faults)
    margin = tabulate(spec.population, [by], spec.areas, where_of(node, spec, name.text, faults), spec.faults)
    if margin is None:
        return None
    numbers = {label: margin.numbers[label,] for label in margin.labels()}
    wanted = wanted_of(node, maps, name.text, faults)
    mapped = map_categories(numbers, wanted, name, by, faults, spec.population.source)
    for label in mapped.value_of:
        if (label,) in margin.withheld:
            advice = "Take a larger area or wider categories, or put it under `leave_out`."
            spec.faults.add(f"the number for '{label}' is withheld. {advice}", margin.withheld[label,])
    parts = _parts(mapped, numbers)
    fixed = _fixed(node, name, parts, faults)
    if len(faults) + len(spec.faults) > before or not any(parts.values()):
        if len(faults) + len(spec.faults) == before:
            spec.faults.add(f"{name.text}: nobody is counted in this table.")
        return None
    order = list(parts)
    allotment = allot(
        list(parts.values()),
        setting.panel_size,
        _tolerance(node, name.text, setting.panel_size, faults),
        whole_at(node.get("lift"), f"{name.text}: `lift`", faults, default=0) or 0,
        {order.index(value): bounds for value, bounds in fixed.items()},
    )
    _tell(name.text, mapped, numbers, spec.population, setting)
    entries = _entries(name, node, spec, margin, mapped, parts, allotment, setting, faults)
    total = None if spec.population.per_cent else sum(numbers[label] for label in mapped.value_of)
    base = text_at(node.get("base") or spec.node.get("base"), f"{name.text}: `base`", faults)
    return Target(
        name.text,
        Table(tuple(entries), node.line),
        tuple(order),
        allotment,
        Fraction(total) if total is not None else None,
        (base.casefold(), str(_counted_from(mapped)), *spec.areas),
        wanted,
        by,
    )


def _table_of(name: Text, node: Table, tables: Mapping[str, TableSpec], faults: Faults) -> TableSpec | None:
    wanted = node.get("table")
    text = text_at(wanted, f"{name.text}: `table`", faults)
    found = find(text, tables)
    if found is None:
        if text:
            what = f"{name.text}: there is no table '{text}' under `tables`"
            faults.add(f"{what}.{hint(text, tables)}", wanted.line if wanted else name.line)
        return None
    return tables[found]


def _dimension(name: Text, node: Table, spec: TableSpec, faults: Faults) -> str:
    """Give the dimension of the table to build by: as written, the only one, or the one called as the category."""
    known = spec.population.dimensions if spec.population else ()
    written = text_at(node.get("by"), f"{name.text}: `by`", faults)
    if written:
        return find_dimension(written, known) or written
    others = [name for name in known if name != AREA]
    if len(others) == 1:
        return others[0]
    return find_dimension(name.text, others) or name.text


def where_of(node: Table, spec: TableSpec, where: str, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Read which categories of other dimensions are meant; what a category says goes before what its table says."""
    known = spec.population.dimensions if spec.population else ()
    found: dict[str, tuple[str, ...]] = {}
    for holder in (spec.node, node):
        for name, texts in table_at(holder.get("where"), f"{where}: `where`", faults).entries:
            dimension = find_dimension(name.text, known) or name.text
            found[dimension] = tuple(text.text for text in texts_at(texts, f"{where}: `where`", faults))
    return found


def wanted_of(node: Table, maps: Maps, where: str, faults: Faults) -> Wanted:
    """Read the values wanted and the mapping to them."""
    bands = node.get("bands")
    values = node.get("values") or (bands.get("values") if isinstance(bands, Table) else None)
    groups = [
        (value, texts_at(names, f"{where}: `map` of '{value.text}'", maps.faults))
        for value, names in maps.table.entries
    ]
    return Wanted(
        texts_at(values, f"{where}: `values`", faults),
        tuple(groups),
        texts_at(node.get("leave_out"), f"{where}: `leave_out`", faults),
        maps.faults,
    )


def _parts(mapped: Mapped, numbers: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    parts: dict[str, Fraction | None] = dict.fromkeys(mapped.values, Fraction(0))
    for label, value in mapped.value_of.items():
        parts[value] = (parts.get(value) or Fraction(0)) + numbers[label]
    return parts


def _fixed(node: Table, name: Text, parts: dict[str, Fraction | None], faults: Faults) -> dict[str, tuple[int, int]]:
    """Read seats that depart from the table, and add the values that only they name."""
    seats = node.get("seats")
    if seats is None:
        return {}
    if node.get("why") is None:
        advice = "Write the reason under `why`."
        faults.add(f"{name.text}: `seats` departs from the table, and no reason is given. {advice}", seats.line)
    fixed: dict[str, tuple[int, int]] = {}
    for value, text in table_at(seats, f"{name.text}: `seats`", faults).entries:
        called = find(value.text, parts) or value.text
        parts.setdefault(called, None)
        fixed[called] = seats_at(text, f"{name.text} '{value.text}'", faults)
    return fixed


def _tolerance(node: Table, where: str, panel_size: int, faults: Faults) -> Fraction:
    """Read a tolerance in seats (`1`) or in per cent of the panel (`2 %`)."""
    written = node.get("tolerance")
    if isinstance(written, Text) and (match := _POINTS.fullmatch(written.text)):
        return Fraction(match[1]) * panel_size / 100
    return Fraction(whole_at(written, f"{where}: `tolerance`", faults, default=0) or 0)


def _tell(
    where: str, mapped: Mapped, numbers: Mapping[str, Fraction], population: Population, setting: Setting
) -> None:
    """Note what was set aside, and totals that the categories do not add up to."""
    by_reason: dict[str, list[str]] = {}
    for label, reason in mapped.ignored.items():
        by_reason.setdefault(reason, []).append(label)
    for reason, labels in by_reason.items():
        count = "" if population.per_cent else f" ({int(sum(numbers[label] for label in labels)):,} in all)"
        more = ", …" if len(labels) > 6 else ""
        setting.notes.append((where, f"{listed(labels[:6])}{more} not counted: {reason}{count}."))
    if mapped.below:
        people = int(sum(numbers[label] for label in mapped.below))
        setting.notes.append((where, f"{people:,} people of ages that no value covers are not counted."))
    added = sum(number for label, number in numbers.items() if label in mapped.value_of or label in mapped.below)
    for label, reason in mapped.ignored.items():
        if (
            reason == "a total"
            and "not asked or not known" not in by_reason
            and numbers[label] != added
            and not population.per_cent
        ):
            what = f"the categories add up to {_plain(added)}, but '{label}' says {_plain(numbers[label])}"
            setting.notes.append((where, f"{what}; shares are taken of their own sum."))


def _plain(number: Fraction | int) -> str:
    return f"{int(number):,}" if number == int(number) else f"{float(number):,.2f}"


def _entries(
    name: Text,
    node: Table,
    spec: TableSpec,
    margin: Margin,
    mapped: Mapped,
    parts: Mapping[str, Fraction | None],
    allotment: Allotment,
    setting: Setting,
    faults: Faults,
) -> list[tuple[Text, Node]]:
    """Write the category as a quota spec has it."""

    def text(words: object) -> Text:
        return Text(str(words), name.line)

    def table(numbers: Sequence[object], values: Sequence[str]) -> Table:
        pairs = zip(values, numbers, strict=True)
        return Table(tuple((text(value), text(number)) for value, number in pairs), name.line)

    values = list(parts)
    entries: list[tuple[Text, Node]] = [(key, below) for key, below in node.entries if key.text in _KEPT]
    bands = node.get("bands")
    if isinstance(bands, Table):
        on = () if bands.get("on") is not None else ((text("on"), text(setting.on.isoformat() if setting.on else "")),)
        entries.append((text("bands"), Table((*on, *bands.entries), bands.line)))
    bounds = [
        str(low) if low == high else f"{low}-{high}" for low, high in zip(allotment.low, allotment.high, strict=True)
    ]
    entries += [(text("seats"), table(bounds, values)), (text("target"), table(allotment.target, values))]
    known = [value for value in values if parts[value] is not None]
    shares = [parts[value] or Fraction(0) for value in known]
    entries.append((text("share"), table(_shares(shares), known)))
    raised = [values[at] for at in allotment.lifted]
    why = [text_at(node.get("why"), f"{name.text}: `why`", faults)]
    if raised:
        reason = "so that one member who drops out does not leave the panel without any"
        why.append(f"{listed(raised)} have seats above their share, {reason}.")
    entries.append((text("why"), text(" ".join(part for part in why if part))))
    entries += _provenance(name, node, spec, margin, mapped, setting, faults)
    return [(key, below) for key, below in entries if not (isinstance(below, Text) and not below.text)]


def _shares(parts: Sequence[Fraction]) -> list[str]:
    """Write parts as the counts that they are, or as per cents of their own sum."""
    total = sum(parts, Fraction(0))
    if total >= _LEAST_COUNT and all(part.denominator == 1 for part in parts):
        return [str(part) for part in parts]
    return [f"{float(part * 100 / total):.2f}" for part in parts]


def _counted_from(mapped: Mapped) -> int | None:
    """Give the lowest age of those counted, where the table goes by age."""
    ages = [mapped.ages[label][0] for label in mapped.value_of if label in mapped.ages]
    return min(ages) if ages and len(ages) == len(mapped.value_of) else None


def _provenance(
    name: Text, node: Table, spec: TableSpec, margin: Margin, mapped: Mapped, setting: Setting, faults: Faults
) -> list[tuple[Text, Node]]:
    """Write where the numbers come from, of when they are and whom they count, with what to be careful of."""
    said = {
        key: text_at(node.get(key) or spec.node.get(key), f"{name.text}: `{key}`", faults)
        for key in (*PROVENANCE, "caution")
    }
    missing = [key for key in PROVENANCE if not said[key]]
    if missing and setting.strict:
        advice = f"Write them there, or under `{name.text}`."
        faults.add(f"table '{spec.name}': no {listed(missing)} given for {name.text}. {advice}", spec.node.line)
    elif missing:
        setting.notes.append((name.text, f"no {listed(missing)} given; a target should say where it comes from."))
    where = where_of(node, spec, name.text, faults)
    cautions = [said["caution"], *_cautions(name, said, spec, margin, mapped, where, setting, faults)]
    base = said["base"] and said["base"] + _counted(spec.population, margin, mapped, text_of_where(where))
    texts = {"source": said["source"], "reference_date": said["reference_date"], "base": base}
    texts["caution"] = " ".join(part for part in cautions if part)
    return [(Text(key, name.line), Text(text, name.line)) for key, text in texts.items()]


def text_of_where(where: Mapping[str, Sequence[str]]) -> str:
    """Say in words which part of a table was taken."""
    return "; ".join(f"{dimension}: {', '.join(texts)}" for dimension, texts in where.items())


def _counted(population: Population | None, margin: Margin, mapped: Mapped, restricted: str) -> str:
    """Say how many the base counts, and of which ages where not all are counted."""
    lowest = _counted_from(mapped) if mapped.below else None
    some = f"; of them those aged {lowest} and over" if lowest else ""
    some += f"; {restricted}" if restricted else ""
    number = sum((margin.numbers[label,] for label in mapped.value_of), Fraction(0))
    per_cent = population is None or population.per_cent or number.denominator != 1
    return some if per_cent else f"{some} ({int(number):,})"


def _cautions(
    name: Text,
    said: Mapping[str, str],
    spec: TableSpec,
    margin: Margin,
    mapped: Mapped,
    where: Mapping[str, Sequence[str]],
    setting: Setting,
    faults: Faults,
) -> list[str]:
    """Find what is wrong with the base or the date, and note it too."""
    counted_from = _counted_from(mapped)
    taken = ages_of(text for texts in where.values() for text in texts)
    if counted_from is None and taken:
        counted_from = min(low for low, _ in taken.values())
    found = list(base_cautions(said["base"], counted_from, setting.youngest)) if said["base"] else []
    if said["reference_date"]:
        try:
            reference = read_date(said["reference_date"])
        except ValueError as error:
            faults.add(f"{name.text}: `reference_date`: {error}", spec.node.line)
        else:
            found += date_caution(reference, margin.dates)
            found += stale_caution(reference, setting.on) if setting.on else ()
    setting.notes.extend((name.text, f"{caution[0].lower()}{caution[1:]}") for caution in found)
    return found
