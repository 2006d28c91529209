"""The pool doctor: match a pool with its quotas, or say everything that keeps them from fitting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sortition.checking.answers import codes_of, values_of
from sortition.checking.columns import Columns
from sortition.checking.findings import Findings, number_of_people, quoted, tell_each_or_all
from sortition.checking.footers import replies_only
from sortition.checking.households import LARGE_HOUSEHOLD, find_households
from sortition.checking.identities import distinct_people
from sortition.checking.spelling import spelling_key
from sortition.errors import Fault
from sortition.messages import phrase, phrases
from sortition.model import NO_VALUE, Exclusion, Pool, Problem, Quotas


@dataclass(frozen=True, slots=True)
class Excluded:
    """A person who may not be drawn."""

    id: str
    line: int
    """Physical line in the pool file."""
    reason: str
    """As the quota spec words it."""


@dataclass(frozen=True, eq=False)
class Match:
    """A pool and quotas that fit together."""

    problem: Problem
    rows: tuple[int, ...]
    """Row of `Pool.rows` of each entry of `problem.ids`."""
    id_column: str
    """The column of the pool that holds the ids, as the pool spells it."""
    excluded: tuple[Excluded, ...]
    """The people left out by the declared exclusions, sorted like the ids."""
    households: tuple[tuple[str, ...], ...]
    """Ids of the people of each household with at least two who may be drawn; in the order of the numbers in
    `problem.households`."""
    notes: tuple[Fault, ...]
    """Things worth knowing that do not stop the work."""


def match(pool: Pool, quotas: Quotas) -> Match:
    """Match the people of a pool with the categories of a quota spec.

    The result does not depend on the order of the rows. Exclusions go first: what an excluded person left blank or
    misspelt is no fault.

    Parameters
    ----------
    pool
        The replies.
    quotas
        Who is wanted.

    Returns
    -------
    Match
        The problem, with what was found on the way.

    Raises
    ------
    InputError
        With every fault of the pool: columns that are missing, ids that are blank, repeated or damaged, answers that
        are blank, unknown or no dates, nobody who may be drawn.
    """
    findings = Findings(pool.source)
    at = Columns(pool, quotas, findings)
    pool = replies_only(pool, at.ids, findings)
    people = range(len(pool.rows)) if at.ids is None else distinct_people(pool, at.ids, findings)
    excluded = excluded_rows(pool, people, at.exclude, quotas.exclude, findings)
    rows = tuple(row for row in people if row not in excluded)
    codes = np.full((len(rows), len(quotas.categories)), NO_VALUE, dtype=np.int16)
    for number, (category, column) in enumerate(zip(quotas.categories, at.categories, strict=True)):
        if column is not None:
            codes[:, number] = codes_of(pool, column, rows, category, findings)
    if not rows and not findings.faults:
        text = phrase(
            "there is nobody who may be drawn: the pool is empty, or everybody in it is excluded. Look at both files."
        )
        findings.fault(text)
    findings.raise_faults()
    home = [column for column in at.household if column is not None]
    addresses = [[pool.rows[row][column] for column in home] for row in rows] if home else []
    uprns = [] if at.uprn is None else [pool.rows[row][at.uprn] for row in rows]
    if any(uprns):
        name = pool.columns[at.uprn or 0]
        findings.note(phrase("people with the same number in '{column}' count as a household.", column=name))
    groups = find_households(quotas.household_columns, addresses, findings, uprns)
    _note_large(pool, rows, groups, findings)
    everyone = [cells[at.ids] for cells in pool.rows if at.ids is not None]
    ids = tuple(everyone[row] for row in rows)
    return Match(
        problem=_problem(ids, quotas, codes, groups),
        rows=rows,
        id_column="" if at.ids is None else pool.columns[at.ids],
        excluded=tuple(Excluded(everyone[row], pool.lines[row], why) for row, why in excluded.items()),
        households=tuple(tuple(ids[member] for member in members) for members in groups),
        notes=tuple(findings.notes),
    )


def _problem(ids: tuple[str, ...], quotas: Quotas, codes: np.ndarray, groups: Sequence[Sequence[int]]) -> Problem:
    households = np.full(len(ids), -1, dtype=np.int32)
    for number, members in enumerate(groups):
        households[list(members)] = number
    return Problem(
        ids=ids,
        categories=tuple(category.name for category in quotas.categories),
        values=tuple(values_of(category) for category in quotas.categories),
        codes=codes,
        households=households,
        panel_size=quotas.panel_size,
        quotas=quotas.quotas,
    )


def excluded_rows(
    pool: Pool,
    people: Sequence[int],
    columns: Sequence[int | None],
    exclusions: Sequence[Exclusion],
    findings: Findings,
) -> dict[int, str]:
    """Give the reason for every row that an exclusion leaves out; the first that applies counts."""
    reasons: dict[int, str] = {}
    for column, exclusion in zip(columns, exclusions, strict=True):
        if column is None:
            continue
        barred = {spelling_key(value) for value in exclusion.values}
        cells = {row: pool.rows[row][column] for row in people}
        hit = [row for row, cell in cells.items() if spelling_key(cell) in barred]
        kept = Counter(cell for cell in cells.values() if spelling_key(cell) not in barred)
        findings.note(_excluded_text(exclusion, len(hit), kept))
        for row in hit:
            reasons.setdefault(row, exclusion.reason)
    return {row: reasons[row] for row in people if row in reasons}


def _excluded_text(exclusion: Exclusion, people: int, kept: Mapping[str, int]) -> str:
    terms = {"column": exclusion.column, "people": number_of_people(people), "reason": exclusion.reason}
    if 0 < len(kept) <= 6:  # a column of a few answers; a longer list may be free text, which is nobody's business
        blank = phrase("blank")
        answers = ", ".join(f"{quoted([cell]) if cell else blank} ({count})" for cell, count in sorted(kept.items()))
        return phrase("column '{column}': {people} excluded ({reason}); kept {answers}.", answers=answers, **terms)
    return phrase("column '{column}': {people} excluded ({reason}).", **terms)


def _note_large(pool: Pool, rows: Sequence[int], groups: Sequence[Sequence[int]], findings: Findings) -> None:
    lines = [sorted(pool.lines[rows[member]] for member in members) for members in groups]
    tell_each_or_all(
        findings.note,
        [where for where in lines if len(where) > LARGE_HOUSEHOLD],
        lambda lines, count: phrase(
            "{people} give the same address as the one on this line ({lines}), and at most one of them can be on a "
            "panel. If it is a student hall or a care home, give each an address of their own.",
            people=number_of_people(count),
            lines=lines,
        ),
        lambda count, first: phrases(
            "{n} address is that of many people ({first}); at most one of them can be on a panel. If it is a student "
            "hall or a care home, give each an address of their own.",
            "{n} addresses are those of many people ({first}); at most one of them can be on a panel. If it is a "
            "student hall or a care home, give each an address of their own.",
            count,
            first=first,
        ),
    )
