"""YAML quota spec, version 1 -> Quotas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sortition.messages import phrase
from sortition.model import Category, Exclusion, MissingPolicy, Quotas
from sortition.reading.categories import MISSING_POLICIES, Wishes, read_category
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint, listed, match_key
from sortition.reading.rules import CROSS_KEYS, RULE_KEYS, read_cross, read_rule
from sortition.reading.text_file import read_text
from sortition.reading.yaml_fields import table_at, tables_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text, read_tree

SPEC_KEYS = (
    "sortition", "name", "notes", "panel_size", "pool", "quotas", "rules", "cross", "missing", "exclude", "flex",
)  # fmt: skip
POOL_KEYS = ("id", "household")
EXCLUDE_KEYS = ("column", "values", "reason")


def read_quotas_yaml(path: Path, source: str, panel_size: int | None = None) -> Quotas:
    """Read a quota spec; see `read_quotas`.

    Parameters
    ----------
    path
        The file.
    source
        Its name in messages.
    panel_size
        Must equal that of the file, if given.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    faults = Faults(source)
    tree = read_tree(read_text(path, faults), faults)
    if not isinstance(tree, Table):
        what = phrase("A quota spec is a table of names and values. Start with the line `sortition: 1`.")
        raise faults.error(what, tree.line)
    quotas = quotas_of(tree, source, path.stem, panel_size, faults)
    faults.raise_if_any()
    return quotas


def quotas_of(tree: Table, source: str, name: str, panel_size: int | None, faults: Faults) -> Quotas:
    """Read quotas from the tree of a spec, and note its faults.

    Parameters
    ----------
    tree
        The spec.
    source
        Its name in messages.
    name
        Name of the panel where the spec gives none.
    panel_size
        Must equal that of the spec, if given.
    faults
        Takes every fault; what is given back is sound only where none was added.
    """
    spec = table_at(tree, phrase("The spec"), faults, SPEC_KEYS)
    _check_version(spec, faults)
    size = _panel_size(spec, panel_size, faults)
    categories = _categories(spec, size, faults)
    pool = table_at(spec.get("pool"), "`pool`", faults, POOL_KEYS)
    return Quotas(
        source=source,
        name=text_at(spec.get("name"), "`name`", faults, default=name),
        panel_size=size or 0,
        categories=categories,
        rules=(
            *(
                read_rule(rule, categories, size, faults)
                for rule in tables_at(spec.get("rules"), phrase("rule"), faults, RULE_KEYS)
            ),
            *(
                quota
                for cross in tables_at(spec.get("cross"), phrase("cross"), faults, CROSS_KEYS)
                for quota in read_cross(cross, categories, size, faults)
            ),
        ),
        id_column=text_at(pool.get("id"), _part("id", "pool"), faults, default="id"),
        household_columns=tuple(t.text for t in texts_at(pool.get("household"), _part("household", "pool"), faults)),
        exclude=tuple(
            _exclusion(entry, faults) for entry in tables_at(spec.get("exclude"), "`exclude`", faults, EXCLUDE_KEYS)
        ),
        notes=text_at(spec.get("notes"), "`notes`", faults),
    )


def _part(key: str, table: str) -> str:
    """Name a key of a table of the spec."""
    return phrase("`{key}` of `{table}`", key=key, table=table)


def _check_version(spec: Table, faults: Faults) -> None:
    version = spec.get("sortition")
    if version is None:
        faults.add(phrase("The version of the format is missing. Start with the line `sortition: 1`."), spec.line)
    elif not isinstance(version, Text) or version.text != "1":
        faults.add(phrase("This version of the format is not known. Write `sortition: 1`."), version.line)


def _panel_size(spec: Table, wanted: int | None, faults: Faults) -> int | None:
    """Give the panel size, or None where it is missing or faulty."""
    node = spec.get("panel_size")
    if node is None:
        what = phrase("`panel_size` is missing. Say how many people are to be drawn, as in `panel_size: 50`.")
        faults.add(what, spec.line)
        return None
    size = whole_at(node, "`panel_size`", faults)
    if size == 0:
        faults.add(phrase("`panel_size` is 0. Say how many people are to be drawn."), node.line)
        return None
    if size is not None and wanted is not None and size != wanted:
        what = phrase(
            "`panel_size` is {size}, but {wanted} was asked for. "
            "Leave the option out, or change the file and its quotas.",
            size=size,
            wanted=wanted,
        )
        faults.add(what, node.line)
    return size


def _categories(spec: Table, size: int | None, faults: Faults) -> tuple[Category, ...]:
    table = table_at(spec.get("quotas"), "`quotas`", faults)
    if not table.entries:
        what = phrase("`quotas` is missing or empty. Name at least one category and its seats.")
        faults.add(what, table.line or spec.line)
    names = [name for name, _ in table.entries]
    _note_twins(names, faults)
    wishes = _wishes(spec, [name.text for name in names], faults)
    return tuple(read_category(name, node, wishes, size, faults) for name, node in table.entries)


def _note_twins(names: list[Text], faults: Faults) -> None:
    first: dict[str, Text] = {}
    for name in names:
        twin = first.setdefault(match_key(name.text), name)
        if not name.text:
            faults.add(phrase("A category has no name. Name it."), name.line)
        elif twin is not name:
            what = phrase(
                "The category '{name}' is already on line {line}. Delete one of them.", name=name.text, line=twin.line
            )
            faults.add(what, name.line)


def _wishes(spec: Table, names: list[str], faults: Faults) -> Wishes:
    """Read what `missing` and `flex` say of each category."""
    missing: dict[str, MissingPolicy] = {}
    flex: dict[str, int] = {}
    for category, node in _by_category(spec, "missing", names, faults):
        policy = find(node.text, MISSING_POLICIES) if isinstance(node, Text) else None
        if policy is None:
            what = phrase(
                "`missing`: {category} needs one of {policies}.", category=category, policies=listed(MISSING_POLICIES)
            )
            faults.add(what, node.line)
        else:
            missing[category] = policy
    for category, node in _by_category(spec, "flex", names, faults):
        distance = whole_at(node, f"`flex`: {category}", faults)
        if distance is not None:
            flex[category] = distance
    return Wishes(missing, flex)


def _by_category(spec: Table, key: str, names: list[str], faults: Faults) -> Iterator[tuple[str, Node]]:
    """Give what a table says of each category; note categories that are unknown or named twice."""
    first: dict[str, int] = {}
    for name, node in table_at(spec.get(key), f"`{key}`", faults).entries:
        category = find(name.text, names)
        if category is None:
            what = phrase("{where}: there is no category '{name}'.", where=f"`{key}`", name=name.text)
            faults.add(what + hint(name.text, names), name.line)
        elif category in first:
            what = phrase(
                "{where}: '{name}' is already on line {line}. Delete one of them.",
                where=f"`{key}`",
                name=name.text,
                line=first[category],
            )
            faults.add(what, name.line)
        else:
            first[category] = name.line
            yield category, node


def _exclusion(table: Table, faults: Faults) -> Exclusion:
    for key in ("column", "values"):
        if table.get(key) is None:
            what = phrase("`exclude`: `{key}` is missing. Write {{column: …, values: [...], reason: …}}.", key=key)
            faults.add(what, table.line)
    return Exclusion(
        column=text_at(table.get("column"), _part("column", "exclude"), faults),
        values=tuple(value.text for value in texts_at(table.get("values"), _part("values", "exclude"), faults)),
        reason=text_at(table.get("reason"), _part("reason", "exclude"), faults),
        line=table.line,
    )
