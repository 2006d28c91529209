"""Quotas -> YAML quota spec, version 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import yaml

from sortition.model import MISSING_VALUE, Category, Quota, Quotas

_LONG = 90
"""Longer texts begin on a line of their own."""


def quotas_to_yaml(quotas: Quotas) -> str:
    """Write quotas as a YAML spec that reads back as the same quotas, but for the file's name and its lines.

    Seats are written out, also where they were worked out from shares; the shares then stand beside them.

    Parameters
    ----------
    quotas
        Quotas from any file.

    Returns
    -------
    str
        The text of the file. The same quotas give the same text.
    """
    spec = {
        "sortition": 1,
        "name": quotas.name,
        "notes": _Prose(quotas.notes),
        "panel_size": quotas.panel_size,
        "pool": _filled({"id": quotas.id_column, "household": list(quotas.household_columns)}),
        "quotas": {category.name: _category(category) for category in quotas.categories},
        "rules": [_rule(quota, quotas.panel_size) for quota in quotas.rules if quota.kind == "rule"],
        "cross": list(_crosses(quota for quota in quotas.rules if quota.kind == "cross")),
        "missing": {category.name: category.missing for category in quotas.categories if category.missing != "refuse"},
        "exclude": [
            _filled({"column": exclusion.column, "values": list(exclusion.values), "reason": exclusion.reason})
            for exclusion in quotas.exclude
        ],
        "flex": {category.name: category.flex for category in quotas.categories if category.flex is not None},
    }
    text: str = yaml.dump(
        _filled(spec), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )
    return text


class _Prose(str):
    """A text that is no name: it may be folded."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which writes line breaks of any kind as escapes, and folds long texts."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = '"' if len(data.splitlines()) > 1 else ">" if isinstance(data, _Prose) and len(data) > _LONG else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.add_representer(_Prose, _Dumper.represent_str)


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in table.items() if value not in ("", None, [], {})}


def _seats(low: int, high: int) -> int | str:
    return low if low == high else f"{low}-{high}"


def _category(category: Category) -> dict[str, Any]:
    synonyms: dict[str, list[str]] = {}
    for written, value in category.synonyms:
        synonyms.setdefault(value, []).append(written)
    bands = category.bands and {
        "on": category.bands.on,
        "values": [value for value in category.values if value != MISSING_VALUE],
    }
    bounds = zip(category.values, category.low, category.high, strict=True)
    targets = zip(category.values, category.targets, strict=True) if category.targets else ()
    counted: tuple[float | None, ...] = category.people or category.shares
    shares = zip(category.values, counted, strict=True) if counted else ()
    return _filled(
        {
            "column": category.column if category.column != category.name else "",
            "bands": bands,
            "seats": {value: _seats(low, high) for value, low, high in bounds},
            "target": {value: target for value, target in targets if target is not None},
            "share": {value: _share(share) for value, share in shares if share is not None},
            "synonyms": synonyms,
            "why": _Prose(category.why),
            "source": _Prose(category.source),
            "reference_date": _date_or_text(category.reference_date),
            "base": _Prose(category.base),
            "caution": _Prose(category.caution),
        }
    )


def _date_or_text(text: str) -> dt.date | str:
    """Give what YAML writes without quotation marks, where that is a day."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return day if day.isoformat() == text else text


def _share(per_cent: float) -> float | str:
    """Give a number that YAML writes without an exponent."""
    return per_cent if "e" not in repr(per_cent) else format(Decimal(repr(per_cent)), "f")


def _rule(quota: Quota, panel_size: int) -> dict[str, Any]:
    bounds = {"at_least": quota.low} if quota.low or quota.high == panel_size else {}
    if quota.high != panel_size:
        bounds["at_most"] = quota.high
    return _filled(
        {**bounds, "of": {category: list(values) for category, values in quota.of}, "why": _Prose(quota.why)}
    )


def _crosses(quotas: Iterable[Quota]) -> Iterable[dict[str, Any]]:
    """Gather the cells of each table again, as long as that keeps their order."""
    crosses: list[dict[str, Any]] = []
    for quota in quotas:
        of = [category for category, _ in quota.of]
        path = [values[0] for _, values in quota.of]
        seats = _seats(quota.low, quota.high)
        same = crosses and (crosses[-1]["of"], crosses[-1]["why"]) == (of, quota.why)
        if not (same and _placed(crosses[-1]["seats"], path, seats)):
            crosses.append({"of": of, "seats": {}, "why": _Prose(quota.why)})
            _placed(crosses[-1]["seats"], path, seats)
    return (_filled(cross) for cross in crosses)


def _placed(table: dict[str, Any], path: Sequence[str], seats: int | str) -> bool:
    """Put seats at the end of nested tables, unless they would come before others that are already there."""
    *before, last = path
    for value in before:
        if value in table and next(reversed(table)) != value:
            return False
        table = table.setdefault(value, {})
    if last in table:
        return False
    table[last] = seats
    return True
