"""What could be put right in a pool: corrections for somebody to agree to. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sortition.checking.answers import codes_of
from sortition.checking.columns import Columns
from sortition.checking.findings import Findings, lines_text
from sortition.checking.matching import excluded_rows
from sortition.checking.remedies.addresses import address_remedies
from sortition.checking.remedies.answers import answer_remedies, exclusion_remedies
from sortition.checking.remedies.dates import date_remedies
from sortition.checking.remedies.identities import identity_remedies
from sortition.checking.remedies.persons import person_remedies
from sortition.checking.remedies.structure import structure_remedies
from sortition.errors import Fault, InputError
from sortition.messages import phrase
from sortition.model import WHOLE_ROW, Category, Correction, Grid, Pool, Quotas, Reason
from sortition.reading.corrections import corrected, proposed_answers, row_text
from sortition.reading.pool_file import sound_part

__all__ = ["propose", "suspicions", "with_sound_structure"]


def propose(grid: Grid, quotas: Quotas) -> tuple[Correction, ...]:
    """Propose corrections of a pool's file.

    What leaves no doubt has a yes; everything else is a question, for somebody who knows. What cannot be put right cell
    by cell (rows with too few or too many cells) has no correction.

    Parameters
    ----------
    grid
        The cells of the file as they stand.
    quotas
        Who is wanted.

    Returns
    -------
    tuple of Correction
        At most one a cell; those of the header first, then by row and column.
    """
    if not grid.rows:
        return ()
    structure = structure_remedies(grid, quotas)
    try:
        pool = sound_part(corrected(grid, proposed_answers(structure)))
    except InputError:  # nothing but a header: there are no cells to look at
        return tuple(structure)
    rows = dict(zip(grid.lines, grid.rows, strict=True))
    return (*structure, *(_as_it_stands(each, rows) for each in _for_cells(pool, quotas)))


def _as_it_stands(each: Correction, rows: Mapping[int, Sequence[str]]) -> Correction:
    """Tell a whole row with its cells in columns that are to go: they still stand in the file."""
    return replace(each, before=row_text(rows[each.row])) if each.column == WHOLE_ROW else each


def with_sound_structure(grid: Grid, quotas: Quotas, but_for: Collection[Reason] = ()) -> Grid:
    """Give the cells as if everything proposed for header and rows had been agreed to, but for some reasons."""
    agreed = [each for each in structure_remedies(grid, quotas) if each.reason not in but_for]
    return corrected(grid, proposed_answers(agreed))


def _for_cells(pool: Pool, quotas: Quotas) -> tuple[Correction, ...]:
    """Propose corrections of the cells of a pool whose header and rows are sound (see `propose`)."""
    unheard = Findings(pool.source)
    at = Columns(pool, quotas, unheard)
    everybody = range(len(pool.rows))
    excluded = excluded_rows(pool, everybody, at.exclude, quotas.exclude, unheard)
    rows = [row for row in everybody if row not in excluded]
    found: list[Correction] = []
    if at.ids is not None:
        found += identity_remedies(pool, at.ids)
    found += person_remedies(pool, rows)
    for category, column in zip(quotas.categories, at.categories, strict=True):
        if column is not None and _at_fault(pool, column, rows, category):
            remedies = answer_remedies if category.bands is None else date_remedies
            found += remedies(pool, column, rows, category)
    found += exclusion_remedies(pool, rows, at.exclude, quotas.exclude)
    home = [column for column in at.household if column is not None]
    found += address_remedies(pool, rows, home, at.ids, at.uprn)
    return _one_a_cell(pool.columns, found)


def suspicions(pool: Pool, quotas: Quotas) -> tuple[Fault, ...]:
    """Say what may be wrong with a pool that fits its quotas, each kind in one sentence, in the order of `Reason`."""
    lines: dict[str, list[int]] = {}
    for each in _for_cells(pool, quotas):
        lines.setdefault(each.reason, []).append(each.row)
    found = [(reason, sorted(set(lines[reason]))) for reason in Reason if reason in lines]
    return tuple(Fault(_perhaps(reason, where), pool.source, where[0]) for reason, where in found)


def _perhaps(reason: Reason, lines: Sequence[int]) -> str:
    return phrase(
        "perhaps {reason} ({lines}); 'sortition clean' proposes what to do.",
        reason=reason.shown,
        lines=lines_text(lines),
    )


def _at_fault(pool: Pool, column: int, rows: Sequence[int], category: Category) -> bool:
    """Tell whether any answer of the category is at fault."""
    findings = Findings(pool.source)
    codes_of(pool, column, rows, category, findings)
    return bool(findings.faults)


def _one_a_cell(columns: Sequence[str], found: Iterable[Correction]) -> tuple[Correction, ...]:
    """Keep the first correction of each cell, in the order of rows and columns; whole rows come first."""
    place = {WHOLE_ROW: -1} | {name: number for number, name in enumerate(columns)}
    first: dict[tuple[int, int], Correction] = {}
    for each in found:
        first.setdefault((each.row, place[each.column]), each)
    return tuple(first[key] for key in sorted(first))
