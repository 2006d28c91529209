"""Categories of a population table -> values of a quota spec: every category to one value, and none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint, listed, value_label
from sortition.reading.population.ages import Ages, ages_of, nested, overlap, tells_ages, within
from sortition.reading.population.totals import adds_up, does_not_apply, is_total, likely_sums, parts_of
from sortition.reading.yaml_tree import Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a build file says about the categories of a table."""

    values: tuple[Text, ...] = ()
    """Values in the order wanted; empty: the table's own categories."""
    groups: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    """Pairs (value, categories of the table), as the mapping says."""
    left_out: tuple[Text, ...] = ()
    """Categories that count for nobody who could be drawn."""
    faults: Faults | None = None
    """Takes the faults of the mapping, where it stands in a file of its own."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a category is named."""

    name: Text
    faults: Faults

    def fault(self, message: str) -> None:
        self.faults.add(message, self.name.line)


@dataclass
class Mapped:
    """Which value each category counts for."""

    value_of: dict[str, str] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    ignored: dict[str, str] = field(default_factory=dict)
    """Categories that are not counted, each with the reason in words."""
    totals: list[str] = field(default_factory=list)
    """Those of them that are the sum of all others."""
    parents: list[str] = field(default_factory=list)
    """Those of them that are the sum of their parts."""
    uncovered: list[str] = field(default_factory=list)
    """Categories of ages that no value covers, at either end."""
    ages: dict[str, Ages] = field(default_factory=dict)
    """The ages of the categories, where the table goes by age."""


def map_categories(
    numbers: Mapping[str, Fraction], wanted: Wanted, category: Text, dimension: str, faults: Faults, table: str
) -> Mapped:
    """Give every category of a table its value, and note all that have none, and all that have two.

    Totals, parents that stand beside their parts, and rows for whom the question does not apply are set aside unless
    they are mapped by name; a parent mapped by name stands for its parts.

    Parameters
    ----------
    numbers
        The table's numbers by category, in its order.
    wanted
        What the build file says.
    category, table
        The category of the spec and the name of the table, for messages.
    dimension
        Name of the dimension of the table.
    faults
        Takes the faults, but for those of a mapping in a file of its own.
    """
    where, line = category.text, category.line
    before = len(faults)
    mapped, chosen = _by_name(numbers, wanted, where, faults, table)
    mapped.ages = ages_of(numbers) if tells_ages(dimension, numbers) else {}
    free = [label for label in numbers if label not in chosen]
    _set_aside(free, chosen, numbers, mapped)
    free = [label for label in free if label not in mapped.ignored]
    _check_covered_once(chosen, numbers, mapped.ages, where)
    free = [label for label in free if not any(label in parts_of(parent, [label]) for parent in chosen)]
    named = dict.fromkeys([*(value.text for value in wanted.values), *(value.text for value, _ in wanted.groups)])
    if named:
        _by_age_or_name(free, list(named), mapped, where, line, faults, table)
    else:
        _as_they_are(free, numbers, mapped, where, line, faults, table)
    mapped.values = tuple(named) or tuple(dict.fromkeys(mapped.value_of.values()))
    for value in named if len(faults) == before else ():
        if value not in mapped.value_of.values():
            what = phrase(
                "{value}: nothing in {table} counts for this value.", value=value_label(where, value), table=table
            )
            faults.add(what + hint(value, free), line)
    return mapped


def _by_name(
    numbers: Mapping[str, Fraction], wanted: Wanted, where: str, faults: Faults, table: str
) -> tuple[Mapped, dict[str, _Place]]:
    """Follow the mapping; `chosen` has the places where categories are named in it."""
    mapped, chosen = Mapped(), dict[str, _Place]()
    named = [
        *(
            (value, _Place(name, faults if wanted.faults is None else wanted.faults))
            for value, names in wanted.groups
            for name in names
        ),
        *((None, _Place(name, faults)) for name in wanted.left_out),
    ]
    for value, place in named:
        name = place.name.text
        label = find(name, numbers) or _by_last_part(name, numbers)
        if label is None:
            what = phrase("{where}: {table} has no category '{name}'.", where=where, table=table, name=name)
            place.fault(what + hint(name, list(numbers)))
        elif label in chosen:
            line = chosen[label].name.line
            what = phrase(
                "{where}: '{name}' is mapped on line {line} already. Map it once.", where=where, name=name, line=line
            )
            place.fault(what)
        else:
            chosen[label] = place
            if value is None:
                mapped.ignored[label] = phrase("as the build file says")
            else:
                mapped.value_of[label] = value.text
    return mapped, chosen


def _by_last_part(name: str, labels: Mapping[str, Fraction]) -> str | None:
    """Find a category by the last part of its name, if only one ends so: `Irish` for `White: Irish`."""
    ends = [label for label in labels if find(name, [label.rpartition(": ")[2]])]
    return ends[0] if len(ends) == 1 else None


def _set_aside(free: Sequence[str], chosen: Mapping[str, _Place], numbers: Mapping[str, Fraction], to: Mapped) -> None:
    """Set totals, parents and rows of those not asked aside; all that nobody has mapped by name."""
    for label in free:
        if is_total(label) and len(numbers) > 1:
            to.ignored[label] = phrase("a total")
            to.totals.append(label)
        elif does_not_apply(label):
            to.ignored[label] = phrase("not asked or not known")
    for label in sorted(free, key=lambda label: label.count(": ")):
        parts = parts_of(label, list(numbers))
        if label in to.ignored or not parts:
            continue
        if adds_up(numbers[label], _direct(parts, numbers)):
            to.ignored[label] = phrase("the sum of its parts")
            to.parents.append(label)
        elif not any(part in chosen for part in parts):
            to.ignored |= dict.fromkeys(parts, phrase("only some of '{label}'", label=label))
    to.ignored |= {label: reason for label, reason in _nested_by_parent(to).items() if label in free}


def _direct(parts: Sequence[str], numbers: Mapping[str, Fraction]) -> list[Fraction]:
    """Give the numbers of the parts that are not parts of other parts."""
    return [numbers[part] for part in parts if not any(part in parts_of(other, parts) for other in parts)]


def _nested_by_parent(mapped: Mapped) -> dict[str, str]:
    """Find bands of ages that others count already; women of an age do not count men of it."""
    found: dict[str, str] = {}
    free = {label: ages for label, ages in mapped.ages.items() if label not in mapped.ignored}
    for parent in dict.fromkeys(_parent(label) for label in free):
        found |= nested({label: ages for label, ages in free.items() if _parent(label) == parent})
    return found


def _parent(label: str) -> str:
    return label.rpartition(": ")[0]


def _check_covered_once(
    chosen: Mapping[str, _Place], numbers: Mapping[str, Fraction], all_ages: Mapping[str, Ages], where: str
) -> None:
    """Note a category that is mapped by name while its parent or the total is mapped too."""
    for label, place in chosen.items():
        name = place.name.text
        if is_total(label) and len(chosen) > 1 and len(numbers) > 2:
            what = phrase(
                "{where}: '{name}' is the total of the others. Take it out of the mapping.", where=where, name=name
            )
            place.fault(what)
        for part in parts_of(label, list(chosen)):
            what = phrase(
                "{where}: '{part}' is part of '{name}', which is mapped on line {line}. Map one of them.",
                where=where,
                part=chosen[part].name.text,
                name=name,
                line=place.name.line,
            )
            chosen[part].fault(what)
    ages = [(label, all_ages[label]) for label in chosen if label in all_ages]
    for at, (label, mine) in enumerate(ages):
        for other, theirs in ages[:at]:
            if _parent(label) == _parent(other) and overlap(mine, theirs):
                what = phrase(
                    "{where}: '{one}' and '{other}' count some people of the same age twice. Map one of them.",
                    where=where,
                    one=label,
                    other=other,
                )
                chosen[label].fault(what)


def _by_age_or_name(
    free: Sequence[str], values: Sequence[str], to: Mapped, where: str, line: int, faults: Faults, table: str
) -> None:
    """Give the categories that the mapping does not name to the value of the same name, or whose ages hold theirs."""
    bands = ages_of(values)
    ages = {label: to.ages[label] for label in free if label in to.ages}
    lost = []
    for label in free:
        same = find(label, values)
        if same is not None:
            to.value_of[label] = same
        elif label in ages and bands and not (found := _touched(ages[label], bands)):
            to.uncovered.append(label)
        elif label in ages and len(found) == 1 and within(ages[label], bands[found[0]]):
            to.value_of[label] = found[0]
        elif label in ages and bands:
            faults.add(_across(label, found, where, table), line)
        else:
            lost.append(label)
    if lost:
        what = phrase(
            "{where}: no value is given for {names} of {table}. "
            "Add them to `map`, or to `leave_out` if nobody of them could be drawn.",
            where=where,
            names=listed(lost),
            table=table,
        )
        faults.add(what, line)


def _across(label: str, bands: Sequence[str], where: str, table: str) -> str:
    """Say that the ages of a category lie in several bands, or partly in none."""
    named = {"where": where, "label": label, "table": table}
    if len(bands) == 1:
        return phrase(
            "{where}: '{label}' in {table} lies partly in '{band}' and partly outside. "
            "Take a table by single years, or bands that fit.",
            **named,
            band=bands[0],
        )
    return phrase(
        "{where}: '{label}' in {table} lies partly in {bands}. Take a table by single years, or bands that fit.",
        **named,
        bands=phrase(" and partly in ").join(listed([band]) for band in bands),
    )


def _touched(ages: Ages, bands: Mapping[str, Ages]) -> list[str]:
    return [value for value, band in bands.items() if overlap(ages, band)]


def _as_they_are(
    free: Sequence[str],
    numbers: Mapping[str, Fraction],
    to: Mapped,
    where: str,
    line: int,
    faults: Faults,
    table: str,
) -> None:
    """Make a value of each category; sums that only arithmetic tells have to be decided by a person."""
    ages = {label: to.ages[label] for label in free if label in to.ages}
    for at, label in enumerate(free):
        for other in free[:at]:
            same = label in ages and other in ages and _parent(label) == _parent(other)
            if same and overlap(ages[label], ages[other]):
                what = phrase(
                    "{where}: '{one}' and '{other}' of {table} overlap. Put one of them under `leave_out`.",
                    where=where,
                    one=other,
                    other=label,
                    table=table,
                )
                faults.add(what, line)
    if len(ages) < len(free):
        for label, sum_of in likely_sums({label: numbers[label] for label in free}).items():
            what = phrase(
                "{where}: '{label}' of {table} is as many as {others}. "
                "If it is their sum, put it under `leave_out`; if not, name the categories under `map`.",
                where=where,
                label=label,
                table=table,
                others=sum_of,
            )
            faults.add(what, line)
    to.value_of |= {label: label for label in free}
