"""Rules over groups of values and cross quotas of a YAML quota spec -> Quota."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sortition.messages import phrase
from sortition.model import Category, Quota
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint, match_key
from sortition.reading.seats import in_order
from sortition.reading.yaml_fields import seats_at, table_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text

RULE_KEYS = ("at_least", "at_most", "of", "why")
CROSS_KEYS = ("of", "seats", "why")
_Of = tuple[tuple[str, tuple[str, ...]], ...]


def read_rule(table: Table, categories: Sequence[Category], panel_size: int | None, faults: Faults) -> Quota:
    """Read `{at_least: 3, at_most: 9, of: {category: [values]}, why: …}`; at least one of the bounds is needed."""
    before = len(faults)
    low = whole_at(table.get("at_least"), _in_rule("`at_least`"), faults)
    high = whole_at(table.get("at_most"), _in_rule("`at_most`"), faults)
    if len(faults) == before and low is None and high is None:
        what = phrase("rule: neither `at_least` nor `at_most` is given. Give one of them or both.")
        faults.add(what, table.line)
    of = _groups(table, categories, faults)
    most = panel_size or 0
    quota = Quota(
        of=of,
        low=low or 0,
        high=most if high is None else high,
        kind="rule",
        why=text_at(table.get("why"), _in_rule("`why`"), faults),
        line=table.line,
    )
    if len(faults) == before and panel_size is not None:
        _check_bounds(quota, panel_size, faults)
    return quota


def _in_rule(part: str) -> str:
    return f"{phrase('rule')}: {part}"


def in_cross(part: str) -> str:
    """Name a part of a cross quota for people."""
    return f"{phrase('cross')}: {part}"


def read_cross(table: Table, categories: Sequence[Category], panel_size: int | None, faults: Faults) -> Iterator[Quota]:
    """Read `{of: [a, b], seats: {value of a: {value of b: 2-4}}}`, for two or more categories.

    Combinations that are not named are free.
    """
    names = texts_at(table.get("of"), in_cross("`of`"), faults)
    chosen = [found for name in names if (found := _category(name, phrase("cross"), categories, faults)) is not None]
    if len(names) < 2 or len({category.name for category in chosen}) < len(chosen):
        what = phrase("cross: `of` must name two or more different categories, as in `of: [age, gender]`.")
        faults.add(what, table.line)
    elif len(chosen) == len(names):
        seats = table.get("seats")
        why = text_at(table.get("why"), in_cross("`why`"), faults)
        if seats is None:
            what = phrase("cross: no seats are given. Write `seats: {{18-24: {{Female: 2-4}}}}`.")
            faults.add(what, table.line)
        else:
            yield from _cells(seats, chosen, (), why, panel_size, faults)


def _cells(
    node: Node, categories: Sequence[Category], of: _Of, why: str, panel_size: int | None, faults: Faults
) -> Iterator[Quota]:
    """Give the quotas under one level of `seats`; `of` says which values lead there."""
    where = Quota(of, 0, 0).label or phrase("cross")
    if not categories:
        before = len(faults)
        quota = Quota(of, *seats_at(node, where, faults), kind="cross", why=why, line=node.line)
        if len(faults) == before and panel_size is not None:
            _check_bounds(quota, panel_size, faults)
        yield quota
        return
    category, *rest = categories
    first: dict[str, Text] = {}
    part = phrase("cross: `seats` of {quota}", quota=where) if of else in_cross("`seats`")
    for name, below in table_at(node, part, faults).entries:
        value = _value(name, category, phrase("cross"), faults)
        twin = first.setdefault(match_key(name.text), name)
        if twin is not name:
            what = phrase(
                "{where}: '{name}' is already on line {line}. Delete one of them.",
                where=phrase("cross"),
                name=name.text,
                line=twin.line,
            )
            faults.add(what, name.line)
        elif value is not None:
            yield from _cells(below, rest, (*of, (category.name, (value,))), why, panel_size, faults)


def _groups(table: Table, categories: Sequence[Category], faults: Faults) -> _Of:
    """Read which values of which categories a rule counts."""
    groups = table_at(table.get("of"), _in_rule("`of`"), faults)
    if not groups.entries:
        what = phrase("rule: `of` is missing. Say whom the rule counts, as in `of: {{ethnicity: [Asian, Black]}}`.")
        faults.add(what, table.line)
    of: list[tuple[str, tuple[str, ...]]] = []
    for name, node in groups.entries:
        category = _category(name, phrase("rule"), categories, faults)
        texts = texts_at(node, _in_rule(name.text), faults)
        if category is None:
            continue
        values = [value for text in texts if (value := _value(text, category, phrase("rule"), faults)) is not None]
        if len(set(values)) < len(values) or category.name in dict(of):
            what = phrase("rule: {category} or one of its values is named twice. Name it once.", category=category.name)
            faults.add(what, name.line)
        of.append((category.name, tuple(values)))
    return tuple(of)


def _category(name: Text, where: str, categories: Sequence[Category], faults: Faults) -> Category | None:
    known = [category.name for category in categories]
    found = find(name.text, known)
    if found is None:
        what = phrase("{where}: there is no category '{name}'.", where=where, name=name.text)
        faults.add(what + hint(name.text, known), name.line)
        return None
    return categories[known.index(found)]


def _value(name: Text, category: Category, where: str, faults: Faults) -> str | None:
    value = find(name.text, category.values)
    if value is None:
        what = phrase(
            "{where}: {category} has no value '{value}'.", where=where, category=category.name, value=name.text
        )
        faults.add(what + hint(name.text, category.values), name.line)
    return value


def _check_bounds(quota: Quota, panel_size: int, faults: Faults) -> None:
    try:
        in_order(quota.low, quota.high)
    except ValueError as error:
        faults.add(f"{quota.label}: {error}", quota.line)
    else:
        if quota.low > panel_size:
            what = phrase(
                "{quota}: at least {low} are wanted, but the panel has {seats} seats. Lower the number.",
                quota=quota.label,
                low=quota.low,
                seats=panel_size,
            )
            faults.add(what, quota.line)
