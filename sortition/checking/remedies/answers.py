"""Answers that are not among the values of their category."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

from sortition.checking.answers import answerable, named_values, value_before_spreadsheet, values_of
from sortition.checking.spelling import closest, spelling_key
from sortition.model import Category, Correction, Decision, Exclusion, Pool, Reason

_SURE = 0.8
"""Words as much alike as this are the same but for a slip."""
_YES = {"y", "yes", "true", "1", "x", "ja", "j", "si", "oui"}
_SMALL_PART = 10
"""Answers that may be meant to exclude are asked about if two people, or one in so many, gave them at most."""


def answer_remedies(pool: Pool, column: int, rows: Sequence[int], category: Category) -> Iterator[Correction]:
    """Propose values for blank and unknown answers of a category without age bands."""
    values = values_of(category)
    known = named_values({pool.rows[row][column] for row in rows}, values, category)
    for row in rows:
        cell = pool.rows[row][column]
        if cell not in known and (cell or category.missing == "refuse"):
            after, reason, decision = meant_answer(cell, category)
            yield Correction(pool.lines[row], pool.columns[column], cell, after, reason, decision)


def meant_answer(cell: str, category: Category) -> tuple[str, Reason, Decision]:
    """Give the value that an unknown answer most likely means, or empty text, with the reason and how sure it is."""
    if not spelling_key(cell):
        return "", Reason.BLANK, "?"
    values = answerable(category)
    if value := value_before_spreadsheet(cell, values):
        return value, Reason.BAND_AS_DATE, "yes"
    if value := _named(_ungarbled(cell), category):
        return value, Reason.GARBLED, "yes"
    nearest = closest(cell, values)
    if nearest is None:
        return "", Reason.UNKNOWN, "?"
    one, other = spelling_key(cell), spelling_key(nearest)
    sure = other.startswith(one) or difflib.SequenceMatcher(None, one, other).ratio() >= _SURE
    return nearest, Reason.MISSPELT, "yes" if sure else "?"


def _named(text: str, category: Category) -> str | None:
    values = values_of(category)
    number = named_values([text], values, category).get(text) if text else None
    return None if number is None else values[number]


def _ungarbled(cell: str) -> str:
    """Undo the reading of UTF-8 as Windows-1252, which turns 18–24 into 18â€“24; empty where it was not that."""
    try:
        text = cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return text if text != cell else ""


def exclusion_remedies(
    pool: Pool, rows: Sequence[int], columns: Sequence[int | None], exclusions: Sequence[Exclusion]
) -> Iterator[Correction]:
    """Ask about people who are not excluded but whose answer resembles one that excludes."""
    for column, exclusion in zip(columns, exclusions, strict=True):
        if column is None:
            continue
        counts = Counter(pool.rows[row][column] for row in rows)
        meant = {
            cell: value
            for cell, count in counts.items()
            if count <= max(2, len(rows) // _SMALL_PART) and (value := _may_mean(cell, exclusion.values))
        }
        for row in rows:
            cell = pool.rows[row][column]
            if cell in meant:
                name = pool.columns[column]
                yield Correction(pool.lines[row], name, cell, meant[cell], Reason.MAY_BE_EXCLUDED)


def _may_mean(cell: str, values: Sequence[str]) -> str | None:
    key = spelling_key(cell)
    if key in _YES:
        return next((value for value in values if spelling_key(value) in _YES), None)
    return closest(cell, values) if len(key) > 1 else None
