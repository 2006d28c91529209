"""One category of a YAML quota spec -> Category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from sortition.messages import phrase
from sortition.model import MISSING_VALUE, Bands, Category, MissingPolicy
from sortition.reading.bands import read_bands
from sortition.reading.faults import Faults
from sortition.reading.names import did_you_mean, hint, match_key, value_label
from sortition.reading.seats import check_sums, check_value_name, twin_value
from sortition.reading.shares import Shares, read_shares
from sortition.reading.yaml_fields import seats_at, table_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Node, Table, Text

MISSING_POLICIES: tuple[MissingPolicy, ...] = get_args(MissingPolicy)
CATEGORY_KEYS = (
    "column", "bands", "seats", "target", "share", "tolerance", "synonyms", "why", "source", "reference_date", "base",
    "caution",
)  # fmt: skip


_TEXTS = ("why", "source", "reference_date", "base", "caution")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the spec says about its categories in other places."""

    missing: Mapping[str, MissingPolicy]
    flex: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    value: Text
    low: int
    high: int


def read_category(name: Text, node: Node, wishes: Wishes, panel_size: int | None, faults: Faults) -> Category:
    """Read one category. Where it is faulty, what is given back still names its values, for rules to refer to."""
    before = len(faults)
    category = name.text
    table = table_at(node, category, faults, CATEGORY_KEYS)
    shares = _shares(table, category, faults)
    if isinstance(node, Table) and table.get("seats") is None and table.get("share") is None:
        what = phrase(
            "{category}: no seats are given. Give `seats` for each value, or `share` and `tolerance`.",
            category=category,
        )
        faults.add(what, name.line)
    rows = _rows(table, category, shares, panel_size or 0, faults)
    _check_values(category, rows, faults)
    rows, bands = _banded(table.get("bands"), category, rows, faults)
    missing = wishes.missing.get(category, "refuse")
    rows, lines = _with_missing(rows, missing, panel_size or 0)
    values = tuple(row.value.text for row in rows)
    synonyms = _synonyms(table, category, values, faults)
    low, high = tuple(row.low for row in rows), tuple(row.high for row in rows)
    if len(faults) == before and panel_size is not None:
        # people who count towards no value may fill the seats that are left
        check_sums(category, low, high if missing != "unconstrained" else (panel_size,), panel_size, name.line, faults)
    return Category(
        name=category,
        column=text_at(table.get("column"), f"{category}: `column`", faults, default=category),
        values=values,
        low=low,
        high=high,
        lines=lines,
        synonyms=synonyms,
        bands=bands,
        missing=missing,
        flex=wishes.flex.get(category),
        shares=tuple(shares.per_cent_of(value) for value in values) if shares else (),
        people=tuple(shares.people_of(value) for value in values) if shares and shares.people else (),
        targets=_targets(table, category, rows, panel_size, faults),
        **{key: text_at(table.get(key), f"{category}: `{key}`", faults) for key in _TEXTS},
    )


def _shares(table: Table, category: str, faults: Faults) -> Shares | None:
    node = table.get("share")
    if node is None:
        return None
    return read_shares(table_at(node, f"{category}: `share`", faults), category, faults)


def _rows(table: Table, category: str, shares: Shares | None, size: int, faults: Faults) -> list[_Row]:
    """Give the seats of each value: as written, or worked out from the shares."""
    tolerance = table.get("tolerance")
    widened = whole_at(tolerance, f"{category}: `tolerance`", faults, default=0) or 0
    seats, share = table.get("seats"), table.get("share")
    if seats is not None:
        if tolerance is not None:
            what = phrase("{category}: `tolerance` widens a `share`. Delete it, or delete `seats`.", category=category)
            faults.add(what, tolerance.line)
        entries = table_at(seats, f"{category}: `seats`", faults).entries
        rows = [_Row(name, *seats_at(node, value_label(category, name.text), faults)) for name, node in entries]
        _check_known(shares.values if shares else (), rows, category, faults)
        return rows
    if shares is None:
        return [_Row(name, 0, 0) for name, _ in share.entries] if isinstance(share, Table) else []
    bounds = zip(shares.values, shares.seats(size, widened), strict=True)
    return [_Row(name, low, high) for name, (low, high) in bounds]


def _check_known(names: Sequence[Text], rows: Sequence[_Row], category: str, faults: Faults) -> None:
    """Note names of values that have no seats."""
    known = [row.value.text for row in rows]
    keys = set(map(match_key, known))
    for name in names:
        if match_key(name.text) not in keys:
            what = phrase("{value}: no seats are given for this value.", value=value_label(category, name.text))
            faults.add(what + (did_you_mean(name.text, known) or phrase(" Add it to `seats`.")), name.line)


def _banded(node: Node | None, category: str, rows: list[_Row], faults: Faults) -> tuple[list[_Row], Bands | None]:
    """Put the rows into the order of the age bands, and read the bands."""
    if node is None:
        return rows, None
    given = {match_key(row.value.text): row for row in rows}
    missing = given.pop(match_key(MISSING_VALUE), None)
    names, bands = read_bands(node, category, [row.value for row in given.values()], faults)
    _check_known(names, rows, category, faults)
    ordered = []
    for name in names:
        row = given.pop(match_key(name.text), _Row(name, 0, 0))
        ordered.append(_Row(Text(name.text, row.value.line), row.low, row.high))
    for row in given.values():
        what = phrase(
            "{value}: this is none of the `values` of `bands`. Add it there or delete it here.",
            value=value_label(category, row.value.text),
        )
        faults.add(what, row.value.line)
    return ordered if missing is None else [*ordered, missing], bands


def _with_missing(
    rows: list[_Row], policy: MissingPolicy, panel_size: int
) -> tuple[list[_Row], tuple[int | None, ...]]:
    """Give the rows, that for missing answers last under the policy `own-value`, and their lines."""
    if policy != "own-value":
        return rows, tuple(row.value.line for row in rows)
    given = [row for row in rows if match_key(row.value.text) == match_key(MISSING_VALUE)]
    others = [row for row in rows if row not in given]
    low, high = (given[0].low, given[0].high) if given else (0, panel_size)
    line = given[0].value.line if given else None
    last = _Row(Text(MISSING_VALUE, line or 0), low, high)
    return [*others, last], (*(row.value.line for row in others), line)


def _check_values(category: str, rows: Sequence[_Row], faults: Faults) -> None:
    first: dict[str, Text] = {}
    for row in rows:
        value = row.value
        check_value_name(category, value.text, value.line, faults)
        twin = first.setdefault(match_key(value.text), value)
        if twin is not value:
            faults.add(twin_value(category, value.text, twin.line), value.line)


def _synonyms(table: Table, category: str, values: Sequence[str], faults: Faults) -> tuple[tuple[str, str], ...]:
    """Read other spellings of the values as pairs (as it may be written, value)."""
    pairs: list[tuple[str, str]] = []
    given = {match_key(value): value for value in values}
    meaning = dict(given)
    for name, node in table_at(table.get("synonyms"), f"{category}: `synonyms`", faults).entries:
        value = given.get(match_key(name.text))
        if value is None:
            what = phrase(
                "{category}: there is no value '{value}' to give synonyms for.", category=category, value=name.text
            )
            faults.add(what + hint(name.text, values), name.line)
            continue
        where = phrase("{category}: `synonyms` of '{value}'", category=category, value=value)
        for other in texts_at(node, where, faults):
            taken = meaning.setdefault(match_key(other.text), value)
            if taken != value:
                what = phrase(
                    "{category}: '{text}' cannot be a synonym of '{value}', for it stands for '{other}' already. "
                    "Delete one of them.",
                    category=category,
                    text=other.text,
                    value=value,
                    other=taken,
                )
                faults.add(what, other.line)
            pairs.append((other.text, value))
    return tuple(pairs)


def _targets(
    table: Table, category: str, rows: Sequence[_Row], panel_size: int | None, faults: Faults
) -> tuple[int | None, ...]:
    """Read the whole seats to show: within the seats of each value, and as many as the panel has in all."""
    node = table.get("target")
    if node is None:
        return ()
    given: dict[str, int] = {}
    for name, number in table_at(node, f"{category}: `target`", faults).entries:
        row = next((row for row in rows if match_key(row.value.text) == match_key(name.text)), None)
        seats = whole_at(number, f"{value_label(category, name.text)}: `target`", faults)
        if row is None:
            what = phrase(
                "{category}: there is no value '{value}' to give a target for.", category=category, value=name.text
            )
            faults.add(what + hint(name.text, [row.value.text for row in rows]), name.line)
        elif seats is not None:
            given[row.value.text] = seats
            if not row.low <= seats <= row.high:
                what = phrase(
                    "{value}: the target is {target}, and the seats are {low} to {high}. Correct one of them.",
                    value=value_label(category, name.text),
                    target=seats,
                    low=row.low,
                    high=row.high,
                )
                faults.add(what, name.line)
    possible = panel_size is not None and sum(row.low for row in rows) <= panel_size <= sum(row.high for row in rows)
    if possible and len(given) and sum(given.values()) != panel_size:
        what = phrase(
            "{category}: the targets add up to {sum}, but the panel has {seats} seats. Correct them.",
            category=category,
            sum=sum(given.values()),
            seats=panel_size,
        )
        faults.add(what, node.line)
    return tuple(given.get(row.value.text) for row in rows)
