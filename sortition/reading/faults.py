"""The faults of one file, gathered so that they can be reported together."""

from __future__ import annotations

from collections.abc import Sequence

from sortition.errors import Fault, InputError
from sortition.messages import phrase

_MOST_ALIKE = 3
"""More faults than this in the same words become one, which names the first lines."""


class Faults:
    """A list of faults that grows while a file is read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._found: list[Fault] = []

    def __len__(self) -> int:
        return len(self._found)

    @property
    def found(self) -> tuple[Fault, ...]:
        """Those noted so far."""
        return tuple(self._found)

    def add(self, message: str, line: int | None = None) -> None:
        """Note a fault and read on."""
        self._found.append(Fault(message, self.source, line))

    def error(self, message: str, line: int | None = None) -> InputError:
        """Give the error to raise where nothing can be read on; it carries the faults noted so far."""
        self.add(message, line)
        return InputError(self._found)

    def raise_if_any(self) -> None:
        """Raise all faults noted, each once, in the order of their lines; many of one kind as one."""
        if self._found:
            raise InputError(_grouped(sorted(self._found, key=lambda fault: fault.line or 0)))


def _grouped(faults: Sequence[Fault]) -> list[Fault]:
    alike: dict[str, list[Fault]] = {}
    for fault in dict.fromkeys(faults):
        alike.setdefault(fault.message, []).append(fault)
    result: list[Fault] = []
    for fault in dict.fromkeys(faults):
        same = alike[fault.message]
        if len(same) <= _MOST_ALIKE:
            result.append(fault)
        elif fault is same[0]:
            others = lines_text([other.line or 0 for other in same[1:]])
            message = phrase("{message} The same goes for {others}.", message=fault.message, others=others)
            result.append(Fault(message, fault.source, fault.line))
    return result


def lines_text(lines: Sequence[int]) -> str:
    """Name lines in words: `line 4`, `lines 4 and 9`, `lines 4, 9 and 3 more`."""
    if len(lines) == 1:
        return phrase("line {number}", number=lines[0])
    if len(lines) <= 3:
        return phrase("lines {numbers} and {last}", numbers=", ".join(map(str, lines[:-1])), last=lines[-1])
    return phrase("lines {one}, {two} and {more} more", one=lines[0], two=lines[1], more=len(lines) - 2)
