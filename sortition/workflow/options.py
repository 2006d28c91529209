"""What kind of lottery is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

PUBLIC = ("answers", "counts")
"""What a bundle can publish: everybody's answers under a pseudonym, or only how many people gave each."""


@dataclass(frozen=True, slots=True)
class Options:
    """What kind of lottery is wanted; the defaults are those of the command line."""

    objective: str = "leximin"
    panels: int = 1000
    """How many numbered panels the lottery has."""
    gamma: float = 1.0
    """For `goldilocks`: how much the lowest chance counts beside the highest."""
    time_limit: float | None = None
    """Seconds after which the search for fairer chances stops."""
    public: str = "answers"
    """What the bundle publishes (`PUBLIC`)."""
    panel_size: int | None = None
    """Seats, where the quotas are a CSV file."""
    solver: str = "HiGHS"
    """A solver that PuLP knows, for the smallest change where there is no panel."""
    key_path: Path | None = None
    """The key of an earlier run; None: a new one."""
    corrections: Path | None = None
    """Corrections of the pool that somebody has agreed to."""
    seed_sources: tuple[str, ...] = ()
    """Where the seed will come from, as the option `--seed-source` has it."""
    draw_at: dt.datetime | None = None
    """When the seed will come."""
    fallback: str | None = None
    """What is done if a source fails."""
    now: dt.datetime | None = None
    """The time to record; None: the clock's."""


DEFAULTS = Options()
