"""Everything that can go wrong, each with the exit code that the command line ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in an input: where, what was found, what to do."""

    message: str
    """What was found and what to do, in one or two sentences. Never personal data beyond an id or a line number."""
    source: str = ""
    """The file, as the user named it; empty where no file is at fault."""
    line: int | None = None
    """Physical line in the file, counted from 1."""

    def __str__(self) -> str:
        where = self.source + (f":{self.line}" if self.line is not None else "")
        return f"{where}: {self.message}" if where else self.message


class SortitionError(Exception):
    """Base of all errors that a user can cause or has to be told of."""

    exit_code = 1

    def __init__(self, faults: str | Fault | Iterable[Fault]) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UsageError(SortitionError):
    """The command or call does not make sense as given."""

    exit_code = 2


class InputError(SortitionError):
    """A file cannot be used as it is; carries every fault found in it."""

    exit_code = 3


class InfeasibleError(SortitionError):
    """No panel meets all quotas."""

    exit_code = 4


class SolverError(SortitionError):
    """A solver failed, or gave an answer that did not stand up to the check made of it."""

    exit_code = 5


class OutOfTimeError(SolverError):
    """A solver had no proven answer within the time given to it."""


class VerificationError(SortitionError):
    """A bundle is not what it claims to be."""

    exit_code = 6


class NothingVerifiedError(SortitionError):
    """There was nothing to verify."""

    exit_code = 7
