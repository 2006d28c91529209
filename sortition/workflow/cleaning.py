"""Corrections of a pool: proposed, agreed to by somebody, and made in a copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sortition.audit import write_new
from sortition.checking import match, propose, with_sound_structure
from sortition.errors import Fault, InputError, UsageError
from sortition.messages import phrase, phrases
from sortition.model import LINK_COLUMN, Correction, Corrections, Pool, Quotas, Reason
from sortition.reading import read_pool, read_quotas
from sortition.reading.corrections import cleaned_copy, corrections_csv
from sortition.reading.pool_file import faults_of_grid, sound_part, whole_grid


@dataclass(frozen=True, slots=True)
class Proposal:
    """Corrections proposed for a pool."""

    out: Path | None
    """The file they were written to; None where there is nothing to correct."""
    corrections: tuple[Correction, ...]
    by_hand: tuple[Fault, ...]
    """What no correction can put right, and has to be mended in the file itself."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A copy of a pool with its corrections made."""

    out: Path
    people: int
    corrections: Corrections
    faults: tuple[Fault, ...]
    """What is still wrong with it."""


@contextmanager
def with_proposals(pool_path: Path | str, quotas: Quotas) -> Iterator[None]:
    """Add to the faults of a pool how many corrections could be proposed for it.

    Raises
    ------
    InputError
        What was raised, with a note.
    """
    try:
        yield
    except InputError as error:
        if count := _proposed(Path(pool_path), quotas):
            proposed = phrases(
                "'sortition clean' proposes 1 correction, for you to agree to.",
                "'sortition clean' proposes {n} corrections, for you to agree to.",
                count,
            )
            error.add_note(proposed)
        raise


def _proposed(path: Path, quotas: Quotas) -> int:
    """Count the corrections that could be proposed: none where the file's cells cannot be told."""
    try:
        return len(propose(whole_grid(path), quotas))
    except InputError:
        return 0


def read_sound_pool(path: Path, quotas: Quotas) -> Pool:
    """Read a pool; where its rows are at fault, raise that together with what is wrong with the answers.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    try:
        return read_pool(path)
    except InputError as error:
        raise InputError((*error.faults, *_faults_of_answers(path, quotas))) from None


def _faults_of_answers(path: Path, quotas: Quotas) -> tuple[Fault, ...]:
    """Give what else is wrong with a pool whose header or rows are at fault, where its cells can be told."""
    try:
        # a total below the table and a column misspelt are for `match` to tell of
        but_for = (Reason.FOOTER, Reason.COLUMN_NAME)
        pool = sound_part(with_sound_structure(whole_grid(path), quotas, but_for))
    except InputError:
        return ()
    try:
        if pool.rows:
            match(pool, quotas)
    except InputError as error:
        return error.faults
    return ()


def propose_corrections(
    pool_path: Path | str, quotas_path: Path | str, out: Path, *, panel_size: int | None = None
) -> Proposal:
    """Propose corrections of a pool, in a new file for somebody to look through, edit and sign.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    out
        The corrections file to write.
    panel_size
        Seats, where the quotas are a CSV file.

    Raises
    ------
    InputError
        A file cannot be read at all.
    UsageError
        There is a file at `out` already, or the pool is a cleaned copy.
    """
    quotas, grid = read_quotas(quotas_path, panel_size), whole_grid(Path(pool_path))
    if LINK_COLUMN in grid.rows[0]:
        again = phrase(
            "this is a cleaned copy; add what else is to be corrected to the corrections file of the pool as it came."
        )
        raise UsageError(Fault(again, str(pool_path)))
    found = propose(grid, quotas)
    if found:
        write_new(out, corrections_csv(found))
    return Proposal(out if found else None, found, faults_of_grid(with_sound_structure(grid, quotas)))


def apply_corrections(
    pool_path: Path | str,
    quotas_path: Path | str,
    corrections_path: Path,
    out: Path,
    *,
    panel_size: int | None = None,
) -> Cleaned:
    """Write a copy of a pool with corrections made, all or none; the pool itself stays as it is.

    Parameters
    ----------
    pool_path, quotas_path, panel_size
        As for `propose_corrections`.
    corrections_path
        The corrections, each with a yes or a no.
    out
        The copy to write: CSV, with a column that ties it to the corrections.

    Raises
    ------
    InputError
        A correction is undecided, or what it says stands in a cell does not; with every such line.
    UsageError
        There is a file at `out` already.
    """
    quotas, pool = read_quotas(quotas_path, panel_size), read_pool(pool_path, corrections_path)
    made = pool.corrections
    if made is None:
        raise UsageError(Fault(phrase("no corrections were read."), str(corrections_path)))
    write_new(out, cleaned_copy(pool, made))
    try:
        match(pool, quotas)
        faults: tuple[Fault, ...] = ()
    except InputError as error:
        faults = error.faults
    return Cleaned(out, len(pool.rows), made, faults)
