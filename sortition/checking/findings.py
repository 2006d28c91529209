"""Gathering everything that is wrong, or worth knowing, before anything is raised; words for lines and values."""

from __future__ import annotations

from collections.abc import Sequence

from sortition.errors import Fault, InputError

_LONGEST_VALUE = 40


class Findings:
    """The faults and notes found so far in one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

    def fault(self, message: str, line: int | None = None) -> None:
        """Add something that stops the work."""
        self.faults.append(Fault(message, self.source, line))

    def note(self, message: str, line: int | None = None) -> None:
        """Add something worth knowing that does not stop the work."""
        self.notes.append(Fault(message, self.source, line))

    def raise_faults(self) -> None:
        """Raise all faults together.

        Raises
        ------
        InputError
            If there is any fault.
        """
        if self.faults:
            raise InputError(self.faults)


def lines_text(lines: Sequence[int]) -> str:
    """Name lines in words: `line 4`, `lines 4 and 9`, `lines 4, 9 and 3 more`."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    if len(lines) <= 3:
        return f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    return f"lines {lines[0]}, {lines[1]} and {len(lines) - 2} more"


def people_text(count: int) -> str:
    """Count people in words: `1 person`, `3 people`."""
    return "1 person" if count == 1 else f"{count} people"


def quoted(values: Sequence[str], most: int = 8) -> str:
    """Quote values in a row, on one line, cutting long ones and long rows short."""
    texts = [f"'{_shortened(' '.join(value.split()))}'" for value in values[:most]]
    return ", ".join(texts) + (f" and {len(values) - most} more" if len(values) > most else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
