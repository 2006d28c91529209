"""Names that a room offers, imported when they are first used: nobody waits for the parts of it that are not needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def late(room: str, **modules: str) -> Callable[[str], Any]:
    """Give the `__getattr__` of a room.

    Parameters
    ----------
    room
        Name of the package.
    modules
        For each of its modules the names that the room offers from there, with spaces between them.

    Returns
    -------
    callable
        Imports a name and keeps it in the room, so that it is asked only once.
    """
    homes = {name: module for module, names in modules.items() for name in names.split()}

    def imported(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module '{room}' has no attribute '{name}'")
        found = getattr(import_module(f"{room}.{homes[name]}"), name)
        setattr(import_module(room), name, found)
        return found

    return imported
