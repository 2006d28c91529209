"""The quota specs that come with the program."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import did_you_mean, listed


def shipped_quotas() -> tuple[str, ...]:
    """Give the names of the quota specs that come with the program, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def shipped_path(name: str) -> Path:
    """Give the file of a quota spec that comes with the program.

    Parameters
    ----------
    name
        One of `shipped_quotas()`.

    Raises
    ------
    InputError
        If there is none of this name; the message lists those there are.
    """
    names = shipped_quotas()
    if name in names:
        return _folder() / f"{name}.yaml"
    there = phrase(" These come with the program: {names}.", names=listed(names)) if names else ""
    what = phrase("There is no such file, and no quota spec of this name.")
    raise Faults(name).error(what + did_you_mean(name, names) + there)


def _folder() -> Path:
    """Give the folder within the installed package, else the one beside it in a checkout."""
    package = Path(str(importlib.resources.files("sortition")))
    installed = package / "_quotas"
    return installed if installed.is_dir() else package.parent / "quotas"
