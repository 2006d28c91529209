"""One category of a build file -> the same category of a quota spec, with its seats worked out from a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import find, listed, value_label
from sortition.reading.population.cells import Margin, tabulate
from sortition.reading.population.mapping import Mapped, Wanted, map_categories
from sortition.reading.population.provenance import check_provenance, note_what_was_set_aside, provenance
from sortition.reading.population.wishes import Counted, Maps, Target, Wish
from sortition.reading.yaml_fields import seats_at, table_at, text_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text
from sortition.targets.apportion import Allotment, allot

TARGET_KEYS = (
    "column", "table", "by", "where", "values", "map", "leave_out", "bands", "tolerance", "lift", "seats", "synonyms",
    "why", "source", "reference_date", "base", "caution",
)  # fmt: skip
_KEPT = ("column", "synonyms")
_LEAST_COUNT = 200
"""Smaller sums of counts would be read as per cents, and are written as such."""
_POINTS = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,4})?)\s*%")
_Fixed = dict[str, tuple[int, int]]


def build_target(wish: Wish, maps: Maps) -> Target | None:
    """Work out one target; None, with faults noted, where that cannot be done.

    Parameters
    ----------
    wish
        The category, as the build file has it. Faults of its table go to the table's own.
    maps
        What `map` says, in the build file or in a file of its own.
    """
    before = _faults(wish, maps)
    name, wanted = wish.name.text, wish.wanted(maps)
    table_at(wish.node, name, wish.faults, TARGET_KEYS)
    check_provenance(wish)
    tolerance = _tolerance(wish)
    lift = whole_at(wish.node.get("lift"), f"{name}: `lift`", wish.faults, default=0) or 0
    counted = _count(wish, wanted)
    if counted is None:
        return None
    fixed = _fixed(wish, counted.parts)
    if _faults(wish, maps) == before and not any(counted.parts.values()):
        wish.spec.faults.add(phrase("{category}: nobody is counted in this table.", category=name))
    if _faults(wish, maps) > before:
        return None
    values = list(counted.parts)
    places = {values.index(value): bounds for value, bounds in fixed.items()}
    allotment = allot(list(counted.parts.values()), wish.setting.panel_size, tolerance, lift, places)
    note_what_was_set_aside(wish, counted)
    return Target(
        name=name,
        node=_spec_node(wish, counted, allotment),
        values=tuple(values),
        allotment=allotment,
        counted=None if wish.spec.population.per_cent else counted.total,
        base_key=(wish.said("base").casefold(), str(counted.lowest_age), str(wish.where), *wish.spec.areas),
        wanted=wanted,
        by=wish.dimension,
    )


def _faults(wish: Wish, maps: Maps) -> int:
    """Count the faults of all files at work."""
    files: list[Faults] = [wish.faults, wish.spec.faults, *([maps.faults] if maps.faults is not wish.faults else [])]
    return sum(len(faults) for faults in files)


def _count(wish: Wish, wanted: Wanted) -> Counted | None:
    """Add the table up to the values; None where it has not got what is asked for."""
    spec = wish.spec
    margin = tabulate(spec.population, [wish.dimension], spec.areas, wish.where, spec.faults)
    if margin is None:
        return None
    numbers = {label: margin.numbers[label,] for label in margin.labels()}
    mapped = map_categories(numbers, wanted, wish.name, wish.dimension, wish.faults, spec.short)
    _check_withheld(margin, mapped, spec.faults)
    parts: dict[str, Fraction | None] = dict.fromkeys(mapped.values, Fraction(0))
    for label, value in mapped.value_of.items():
        parts[value] = (parts.get(value) or Fraction(0)) + numbers[label]
    return Counted(margin, mapped, parts)


def _check_withheld(margin: Margin, mapped: Mapped, faults: Faults) -> None:
    for label in mapped.value_of:
        if (label,) in margin.withheld:
            what = phrase(
                "the number for '{label}' is withheld. "
                "Take a larger area or wider categories, or put it under `leave_out`.",
                label=label,
            )
            faults.add(what, margin.withheld[label,])


def _fixed(wish: Wish, parts: dict[str, Fraction | None]) -> _Fixed:
    """Read seats that depart from the table, and add the values that only they name."""
    name, seats, faults = wish.name.text, wish.node.get("seats"), wish.faults
    if seats is None:
        return {}
    if wish.node.get("why") is None:
        what = phrase(
            "{category}: `seats` departs from the table, and no reason is given. Write the reason under `why`.",
            category=name,
        )
        faults.add(what, seats.line)
    fixed: _Fixed = {}
    for value, text in table_at(seats, f"{name}: `seats`", faults).entries:
        called = find(value.text, parts) or value.text
        parts.setdefault(called, None)
        fixed[called] = seats_at(text, value_label(name, value.text), faults)
    return fixed


def _tolerance(wish: Wish) -> Fraction:
    """Read a tolerance in seats (`1`) or in per cent of the panel (`2 %`)."""
    written = wish.node.get("tolerance")
    if isinstance(written, Text) and (match := _POINTS.fullmatch(written.text)):
        return Fraction(match[1]) * wish.setting.panel_size / 100
    return Fraction(whole_at(written, f"{wish.name.text}: `tolerance`", wish.faults, default=0) or 0)


def _spec_node(wish: Wish, counted: Counted, allotment: Allotment) -> Table:
    """Write the category as a quota spec has it."""
    line, values = wish.name.line, list(counted.parts)
    known = {value: part for value, part in counted.parts.items() if part is not None}
    bounds = [
        f"{low}-{high}" if low < high else str(low) for low, high in zip(allotment.low, allotment.high, strict=True)
    ]
    tables = {
        "seats": _numbers(values, bounds, line),
        "target": _numbers(values, allotment.target, line),
        "share": _numbers(known, _shares(list(known.values())), line),
    }
    texts = {"why": _why(wish, [values[at] for at in allotment.lifted]), **provenance(wish, counted)}
    entries: list[tuple[Text, Node]] = [(key, below) for key, below in wish.node.entries if key.text in _KEPT]
    bands = wish.node.get("bands")
    if isinstance(bands, Table):
        entries.append((Text("bands", bands.line), _with_day(bands, wish)))
    entries += [(Text(key, line), table) for key, table in tables.items()]
    entries += [(Text(key, line), Text(text, line)) for key, text in texts.items() if text]
    return Table(tuple(entries), line)


def _numbers(values: Iterable[str], numbers: Sequence[object], line: int) -> Table:
    pairs = zip(values, numbers, strict=True)
    return Table(tuple((Text(value, line), Text(str(number), line)) for value, number in pairs), line)


def _with_day(bands: Table, wish: Wish) -> Table:
    """Count ages on the first day of the panel, unless the bands say otherwise."""
    if bands.get("on") is not None or wish.setting.on is None:
        return bands
    day = Text("on", bands.line), Text(wish.setting.on.isoformat(), bands.line)
    return Table((day, *bands.entries), bands.line)


def _why(wish: Wish, lifted: Sequence[str]) -> str:
    """Give the written reason for a target, and that for seats that were lifted; in English, as it is for the spec."""
    why = text_at(wish.node.get("why"), f"{wish.name.text}: `why`", wish.faults)
    reason = "so that one member who drops out does not leave the panel without any"
    return f"{why} {listed(lifted)}: more seats than the share, {reason}.".lstrip() if lifted else why


def _shares(parts: Sequence[Fraction]) -> list[str]:
    """Write parts as the counts that they are, or as per cents of their own sum."""
    total = sum(parts, Fraction(0))
    if total >= _LEAST_COUNT and all(part.denominator == 1 for part in parts):
        return [str(part) for part in parts]
    return [f"{float(part * 100 / total):.2f}" for part in parts]
