"""The faults of one file, gathered so that they can be reported together."""

from __future__ import annotations

from sortition.errors import Fault, InputError


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
        """Raise all faults noted, each once, in the order of their lines."""
        if self._found:
            raise InputError(dict.fromkeys(sorted(self._found, key=lambda fault: fault.line or 0)))
