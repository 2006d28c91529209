"""What each person answered to each question, as the number of a value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sortition.checking.births import band_numbers
from sortition.checking.findings import Findings, lines_text, number_of_people, quoted
from sortition.checking.spelling import closest, did_you_mean, numbered, spelling_key
from sortition.messages import phrase, phrases
from sortition.model import MISSING_VALUE, NO_VALUE, Category, Pool
from sortition.reading.seats import before_spreadsheet

_MOST_UNKNOWN = 8
"""With more unknown answers than this that resemble no value, the column is probably another one."""
_ISO = re.compile(r"[0-9]{2}([0-9]{2})-([0-9]{2})-([0-9]{2})(?: [0-9:]+)?")


def values_of(category: Category) -> tuple[str, ...]:
    """Give the values of a category, with one for blank cells where the policy wants it."""
    if category.missing == "own-value" and MISSING_VALUE not in category.values:
        return (*category.values, MISSING_VALUE)
    return category.values


def answerable(category: Category) -> list[str]:
    """Give the values that an answer can name."""
    return [value for value in category.values if value != MISSING_VALUE]


def codes_of(pool: Pool, column: int, rows: Sequence[int], category: Category, findings: Findings) -> list[int]:
    """Give the number of each person's value of one category.

    Cells match values and synonyms by spelling key. In a category with age bands a cell may name its band; what
    does not is read as a date of birth. Blank cells follow the category's policy.

    Parameters
    ----------
    pool, column
        The replies, and the position of the category's column.
    rows
        Row numbers of the people who may be drawn.
    category
        The question.
    findings
        Receives faults and notes.

    Returns
    -------
    list of int
        A number a person: index into `values_of(category)`, or `NO_VALUE`; unspecified where there is a fault.
    """
    values = values_of(category)
    cells = [pool.rows[row][column] for row in rows]
    spellings = Counter(cells)
    named = named_values(spellings, values, category)
    _note_merged(spellings, named, values, category, findings)
    other = {row: cell for row, cell in zip(rows, cells, strict=True) if cell not in named}
    blank = [row for row, cell in other.items() if not spelling_key(cell)]
    codes = dict.fromkeys(blank, _code_of_blank(blank, pool, category, values, findings))
    unknown = {row: cell for row, cell in other.items() if row not in codes}
    if category.bands is not None:
        codes.update(band_numbers(unknown, pool.lines, category.bands, category.name, findings))
    else:
        _check_unknown(unknown, pool.lines, category, findings)
    result = [named[cell] if cell in named else codes.get(row, NO_VALUE) for row, cell in zip(rows, cells, strict=True)]
    if len(codes) == len(other):
        _note_counts(Counter(result), category, findings)
    return result


def named_values(spellings: Iterable[str], values: Sequence[str], category: Category) -> dict[str, int]:
    """Give the number of the value that each spelling stands for, where it names one."""
    exact = {value: number for number, value in enumerate(values)}
    known = numbered(values, category.synonyms)
    keys = {cell: spelling_key(cell) for cell in spellings}
    return {cell: exact.get(cell, known[key]) for cell, key in keys.items() if key and key in known}


def _code_of_blank(
    blank: Sequence[int], pool: Pool, category: Category, values: Sequence[str], findings: Findings
) -> int:
    if blank and category.missing == "refuse":
        lines = sorted(pool.lines[row] for row in blank)
        text = phrase(
            "{category} is blank on {lines}. Fill the cells, or let the quota file say what blank cells mean "
            "(missing: {category}: own-value or unconstrained).",
            category=category.name,
            lines=lines_text(lines),
        )
        findings.fault(text, lines[0])
    elif blank and category.missing == "own-value":
        text = phrase(
            "{category}: {people} without an answer counted as '{value}'.",
            category=category.name,
            people=number_of_people(len(blank)),
            value=MISSING_VALUE,
        )
        findings.note(text)
    elif blank:
        text = phrase(
            "{category}: {people} without an answer counted towards no value.",
            category=category.name,
            people=number_of_people(len(blank)),
        )
        findings.note(text)
    return values.index(MISSING_VALUE) if category.missing == "own-value" else NO_VALUE


def _note_merged(
    spellings: Mapping[str, int],
    named: Mapping[str, int],
    values: Sequence[str],
    category: Category,
    findings: Findings,
) -> None:
    """Tell which other spellings were read as a value."""
    merged = {(cell, values[at]): spellings[cell] for cell, at in named.items() if cell != values[at]}
    if merged:
        pairs = sorted(merged.items())
        shown = [
            phrase("{answer} as '{value}' ({count})", answer=quoted([cell]), value=value, count=count)
            for (cell, value), count in pairs[:_MOST_UNKNOWN]
        ]
        left = len(pairs) - _MOST_UNKNOWN
        more = phrase(" and {left} more spellings", left=left) if left > 0 else ""
        findings.note(phrase("{category}: read {answers}.", category=category.name, answers=", ".join(shown) + more))


def _check_unknown(unknown: Mapping[int, str], lines: Sequence[int], category: Category, findings: Findings) -> None:
    """Add a fault for every unknown answer; one for all of them if the column seems to be another one."""
    values = answerable(category)
    spellings: dict[str, list[int]] = {}
    for row, cell in unknown.items():
        spellings.setdefault(spelling_key(cell), []).append(row)
    strange: list[list[int]] = []
    for same in spellings.values():
        same.sort(key=lines.__getitem__)
        if closest(unknown[same[0]], values) is None:
            strange.append(same)
        else:
            _unknown_answer(unknown[same[0]], [lines[row] for row in same], category, findings)
    if len(strange) > _MOST_UNKNOWN:
        # the answers are not shown: in a wrong column they may be names or addresses
        where = sorted(lines[row] for same in strange for row in same)
        text = phrases(
            "{category}: {n} answer on {lines} is nothing like {values}. Is '{column}' the right column?",
            "{category}: {n} different answers on {lines} are nothing like {values}. Is '{column}' the right column?",
            len(strange),
            category=category.name,
            lines=lines_text(where),
            values=quoted(values),
            column=category.column,
        )
        findings.fault(text, where[0])
        return
    for same in strange:
        _unknown_answer(unknown[same[0]], [lines[row] for row in same], category, findings)


def _unknown_answer(cell: str, lines: Sequence[int], category: Category, findings: Findings) -> None:
    values = answerable(category)
    known_kind = closest(cell, values) is not None
    hint = did_you_mean(cell, values)
    was = value_before_spreadsheet(cell, values) or before_spreadsheet(cell)
    if was:
        known_kind, hint = True, phrase(" It was probably '{value}' before a spreadsheet changed it.", value=was)
    where = {"category": category.name, "lines": lines_text(lines), "values": quoted(values)}
    # Where columns have slipped, the cell holds a name or an address: show only what resembles an answer or is shared.
    if known_kind or len(cell) <= 3 or len(lines) >= 3:
        text = phrase("value {value} of {category} on {lines} is not among {values}.", value=quoted([cell]), **where)
    else:
        text = phrase("an answer of {category} on {lines} is not among {values}.", **where)
    findings.fault(text + hint + phrase(" Correct the cells or add a synonym."), lines[0])


def value_before_spreadsheet(cell: str, values: Sequence[str]) -> str | None:
    """Give the only value that a spreadsheet can have turned into this date or number, if there is one."""
    texts = {before_spreadsheet(cell) or ""}
    if match := _ISO.fullmatch(cell):
        year, month, day = (int(part) for part in match.groups())
        texts |= {f"{min(month, other)}-{max(month, other)}" for other in (year, day)}
    found = [value for value in values if spelling_key(value) in texts - {""}]
    return found[0] if len(found) == 1 else None


def _note_counts(counts: Mapping[int, int], category: Category, findings: Findings) -> None:
    """Tell of values that nobody has, and of people whom a highest number of 0 keeps out."""
    nobody = [value for value in answerable(category) if not counts.get(category.values.index(value))]
    if nobody:
        text = phrase(
            "{category}: nobody who may be drawn has {values}.", category=category.name, values=quoted(nobody)
        )
        findings.note(text)
    for number, (value, high) in enumerate(zip(category.values, category.high, strict=True)):
        if high == 0 and counts.get(number):
            text = phrase(
                "{category} '{value}': highest 0 leaves {people} no chance. If that is not meant, raise it.",
                category=category.name,
                value=value,
                people=number_of_people(counts[number]),
            )
            findings.note(text)
