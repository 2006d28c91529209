"""Gathering everything that is wrong, or worth knowing, before anything is raised; words for lines and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sortition.errors import Fault, InputError
from sortition.messages import phrase, phrases
from sortition.reading.faults import lines_text

__all__ = ["Findings", "lines_text", "number_of_people", "quoted", "tell_each_or_all"]

_MOST_APART = 3
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


def tell_each_or_all(
    add: Callable[[str, int], None],
    found: Sequence[Sequence[int]],
    each: Callable[[str, int], str],
    all_of_them: Callable[[int, str], str],
) -> None:
    """Add a sentence for each of a few things found alike, or one sentence that names the first of many.

    Parameters
    ----------
    add
        Takes a sentence and the line it belongs to.
    found
        The lines that each of them is on.
    each
        Gives the sentence for one of them, from its lines in words and how many these are.
    all_of_them
        Gives the sentence for many, from how many they are and the lines of the first in words.
    """
    if len(found) <= _MOST_APART:
        for lines in found:
            add(each(lines_text(lines), len(lines)), lines[0])
        return
    named = "; ".join(lines_text(lines) for lines in found[:_MOST_APART])
    first = phrase("{lines}; and {more:,} more", lines=named, more=len(found) - _MOST_APART)
    add(all_of_them(len(found), first), found[0][0])


def number_of_people(count: int) -> str:
    """Count people in words: `1 person`, `3 people`."""
    return phrases("1 person", "{n:,} people", count)


def quoted(values: Sequence[str], most: int = 8) -> str:
    """Quote values in a row, on one line, cutting long ones and long rows short."""
    texts = [phrase("'{name}'", name=_shortened(" ".join(value.split()))) for value in values[:most]]
    more = phrase(" and {more:,} more", more=len(values) - most) if len(values) > most else ""
    return ", ".join(texts) + more


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
