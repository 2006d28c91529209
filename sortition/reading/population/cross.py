"""Cross quotas of a build file: seats for combinations of values, from a table of both or from one-way tables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.messages import phrase
from sortition.model import FloatArray
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint
from sortition.reading.population.cells import find_dimension, tabulate
from sortition.reading.population.mapping import Wanted, map_categories
from sortition.reading.population.wishes import Setting, TableSpec, Target, where_of
from sortition.reading.rules import in_cross
from sortition.reading.yaml_fields import table_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text
from sortition.targets.raking import rake

CROSS_KEYS = ("of", "from", "by", "where", "only", "tolerance", "why")
RAKING = "raking"
_WHY = {
    True: "Seats from {tables} by {names}, raked to the counts of each.",
    False: "Seats from the counts by {names} as if they had nothing to do with each other: no table of both was given.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """How many seats every combination of values would have, before rounding."""

    of: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    """The values of each category."""
    seats: FloatArray
    """One axis a category; adds up to the seats of the panel."""

    def cells(self) -> list[tuple[tuple[str, ...], float]]:
        """Give every combination of values with its seats, in the order of the categories."""
        return list(zip(itertools.product(*self.values), self.seats.ravel().tolist(), strict=True))


def build_cross(
    node: Table, targets: Mapping[str, Target], tables: Mapping[str, TableSpec], setting: Setting, faults: Faults
) -> tuple[Table, Joint] | None:
    """Work out a cross quota `{of: [age, gender], from: raking | TABLE}`; None, with faults noted, where it cannot be.

    The table, if there is one, says how the answers go together, and is raked to the targets of each category, which
    may rest on other years and other bases; without one the answers are taken as independent.
    """
    table_at(node, phrase("cross"), faults, CROSS_KEYS)
    before = len(faults)
    names = texts_at(node.get("of"), in_cross("`of`"), faults)
    chosen = [target for name in names if (target := _target(name, targets, faults)) is not None]
    if len(chosen) < 2:
        if len(faults) == before:
            what = phrase("cross: `of` must name two or more different categories, as in `of: [age, gender]`.")
            faults.add(what, node.line)
        return None
    counted = [tuple(value for value, seats in zip(t.values, t.allotment.exact, strict=True) if seats) for t in chosen]
    spec, seed = None, np.ones([len(values) for values in counted])
    start = text_at(node.get("from"), in_cross("`from`"), faults)
    if start.casefold() != RAKING:
        spec = tables.get(find(start, tables) or "")
        if spec is None:
            what = phrase("{where}: there is no table '{name}' under `tables`.", where=phrase("cross"), name=start)
            faults.add(what + hint(start, [*tables, RAKING]), node.line)
            return None
        found = _seed(node, chosen, counted, spec, faults)
        if found is None:
            return None
        seed = found
    margins = [np.array([float(seats) for seats in target.allotment.exact if seats]) for target in chosen]
    try:
        joint = rake(seed, margins, within=1e-9) * setting.panel_size
    except ValueError as error:
        what = phrase(
            "cross of {names}: {error} Look at the table it starts from.",
            names=phrase(" and ").join(target.name for target in chosen),
            error=error,
        )
        faults.add(what, node.line)
        return None
    result = Joint(tuple(target.name for target in chosen), tuple(counted), joint)
    return _spec_node(node, result, spec, faults), result


def _target(name: Text, targets: Mapping[str, Target], faults: Faults) -> Target | None:
    found = find(name.text, targets)
    if found is None:
        what = phrase(
            "cross: no table counts '{name}', so its combinations cannot be worked out. "
            "Give `seats` instead of `from`.",
            name=name.text,
        )
        faults.add(what, name.line)
        return None
    return targets[found]


def _seed(
    node: Table, chosen: Sequence[Target], counted: Sequence[Sequence[str]], spec: TableSpec, faults: Faults
) -> FloatArray | None:
    """Add a table of several dimensions up to the values of the categories."""
    population = spec.population
    by = [text.text for text in texts_at(node.get("by"), in_cross("`by`"), faults)]
    wanted = [by[at] if at < len(by) else target.by for at, target in enumerate(chosen)]
    dimensions = [
        find_dimension(name, population.dimensions) or find_dimension(target.name, population.dimensions) or name
        for name, target in zip(wanted, chosen, strict=True)
    ]
    where = where_of(node, spec, phrase("cross"), faults)
    margin = tabulate(population, dimensions, spec.areas, where, spec.faults)
    if margin is None:
        return None
    before = len(faults)
    places: list[dict[str, int]] = []
    for axis, (target, values) in enumerate(zip(chosen, counted, strict=True)):
        labels = margin.labels(axis)
        numbers = {
            label: sum((n for key, n in margin.numbers.items() if key[axis] == label), Fraction(0)) for label in labels
        }
        known = _wanted_here(target.wanted, values, labels, node.line)
        mapped = map_categories(
            numbers, known, Text(in_cross(target.name), node.line), dimensions[axis], faults, spec.short
        )
        places.append({label: values.index(value) for label, value in mapped.value_of.items() if value in values})
    if len(faults) > before:
        return None
    seed = np.zeros([len(values) for values in counted])
    for key, number in margin.numbers.items():
        if all(label in place for label, place in zip(key, places, strict=True)):
            seed[tuple(place[label] for label, place in zip(key, places, strict=True))] += float(number)
    return seed


def _wanted_here(wanted: Wanted, values: Sequence[str], labels: Sequence[str], line: int) -> Wanted:
    """Take over from a target's own mapping what another table knows too."""
    groups = tuple((value, tuple(name for name in names if find(name.text, labels))) for value, names in wanted.groups)
    left_out = tuple(name for name in wanted.left_out if find(name.text, labels))
    return Wanted(tuple(Text(value, line) for value in values), groups, left_out)


def _spec_node(node: Table, joint: Joint, spec: TableSpec | None, faults: Faults) -> Table:
    """Write a cross quota as a spec has it: seats rounded down and up, give or take the tolerance."""
    tolerance = whole_at(node.get("tolerance"), in_cross("`tolerance`"), faults, default=0) or 0
    only = _only(node, joint, faults)

    def below(at: tuple[int, ...]) -> Node:
        axis = len(at)
        if axis == len(joint.of):
            seats = round(float(joint.seats[at]), 6)  # what raking leaves beyond that is noise
            low, high = max(0, math.floor(seats) - tolerance), math.ceil(seats) + tolerance
            return Text(str(low) if low == high else f"{low}-{high}", node.line)
        return Table(
            tuple(
                (Text(value, node.line), below((*at, number)))
                for number, value in enumerate(joint.values[axis])
                if value in only[axis]
            ),
            node.line,
        )

    said = text_at(node.get("why"), in_cross("`why`"), faults)
    how = _WHY[spec is not None].format(names=" and ".join(joint.of), tables=f"the table '{spec and spec.name}'")
    of = next(below for key, below in node.entries if key.text == "of")
    texts = ("of", of), ("seats", below(())), ("why", Text(f"{said} {how}".strip(), node.line))
    return Table(tuple((Text(key, node.line), value) for key, value in texts), node.line)


def _only(node: Table, joint: Joint, faults: Faults) -> list[tuple[str, ...]]:
    """Read which values of each category get cross quotas: all where nothing is said."""
    table = table_at(node.get("only"), in_cross("`only`"), faults)
    kept = list(joint.values)
    for name, texts in table.entries:
        category = find(name.text, joint.of)
        if category is None:
            what = phrase("cross: `only`: '{name}' is none of `of`.", name=name.text)
            faults.add(what + hint(name.text, joint.of), name.line)
            continue
        axis = joint.of.index(category)
        chosen = []
        for text in texts_at(texts, in_cross("`only`"), faults):
            value = find(text.text, joint.values[axis])
            if value is None:
                what = phrase(
                    "{where}: {category} has no value '{value}'.",
                    where=phrase("cross"),
                    category=category,
                    value=text.text,
                )
                faults.add(what + hint(text.text, joint.values[axis]), text.line)
            else:
                chosen.append(value)
        kept[axis] = tuple(chosen)
    return kept
