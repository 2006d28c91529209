"""The main job: `select`, or its two halves `lottery` and `draw`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sortition.cli.console import Show, showing
from sortition.cli.options import (
    CorrectionsFile,
    Folder,
    Gamma,
    Json,
    Key,
    Now,
    Objective,
    Out,
    Panels,
    PoolPath,
    Public,
    Quiet,
    QuotasPath,
    Seed,
    Size,
    Solver,
    Ticket,
    TimeLimit,
    folder_for,
    moment,
    one_of,
)

if TYPE_CHECKING:
    from sortition.workflow import Outcome


def select(
    pool: PoolPath,
    quotas: QuotasPath,
    out: Out = None,
    seed: Seed = None,
    ticket: Ticket = None,
    size: Size = None,
    objective: Objective = "leximin",
    panels: Panels = 1000,
    gamma: Gamma = 1.0,
    time_limit: TimeLimit = None,
    public: Public = "answers",
    solver: Solver = "HiGHS",
    key: Key = None,
    corrections: CorrectionsFile = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the fairest lottery and draw from it, in one go.

    Does what 'lottery' and 'draw' do one after the other. For a public draw use those two: the digest of the lottery
    has to be announced before anybody can know the seed.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        one_of(seed, ticket)
        with show.progress() as progress:
            outcome = workflow.select(
                pool,
                quotas,
                folder_for(out, quotas),
                seed=seed,
                ticket=ticket,
                panel_size=size,
                objective=objective,
                panels=panels,
                gamma=gamma,
                time_limit=time_limit,
                public=public,
                solver=solver,
                key_path=key,
                corrections=corrections,
                now=moment(now),
                progress=progress,
            )
        _show(show, outcome)
        show.advice(f"\nTo check all of it:\n  sortition verify {_quoted(outcome.out)}")


def lottery(
    pool: PoolPath,
    quotas: QuotasPath,
    out: Out = None,
    size: Size = None,
    objective: Objective = "leximin",
    panels: Panels = 1000,
    gamma: Gamma = 1.0,
    time_limit: TimeLimit = None,
    public: Public = "answers",
    solver: Solver = "HiGHS",
    key: Key = None,
    corrections: CorrectionsFile = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the fairest lottery that the quotas allow.

    The lottery is frozen. Announce its digest before the seed can be known. Then draw with 'sortition draw'.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        with show.progress() as progress:
            outcome = workflow.lottery(
                pool,
                quotas,
                folder_for(out, quotas),
                panel_size=size,
                objective=objective,
                panels=panels,
                gamma=gamma,
                time_limit=time_limit,
                public=public,
                solver=solver,
                key_path=key,
                corrections=corrections,
                now=moment(now),
                progress=progress,
            )
        _show(show, outcome)
        command = f"sortition draw {_quoted(outcome.out)} --seed TEXT"
        show.advice(f"\nNow announce the digest. Once the seed is known:\n  {command}")


def draw(
    folder: Folder,
    seed: Seed = None,
    ticket: Ticket = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw the panel from a frozen lottery.

    The ticket follows from the seed by a published formula. A ticket drawn by hand is entered as it is.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        one_of(seed, ticket)
        outcome = workflow.draw(folder, seed=seed, ticket=ticket, now=moment(now))
        _show(show, outcome)
        show.advice(f"\nTo check all of it:\n  sortition verify {_quoted(outcome.out)}")


def _quoted(path: Path) -> str:
    """Write a path as a shell takes it."""
    return shlex.quote(str(path))


def _show(show: Show, outcome: Outcome) -> None:
    """Show what came out."""
    from sortition.reports import summary_view

    show.notes(outcome.notes)
    value = outcome.summary.to_json() | {"out": str(outcome.out), "notes": [str(note) for note in outcome.notes]}
    show.result(lambda: summary_view(outcome.summary), value)
