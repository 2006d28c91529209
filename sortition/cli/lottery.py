"""The main job: `select`, or its two halves `lottery` and `draw`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sortition.cli.console import Show, showing
from sortition.cli.options import (
    Again,
    ByFallback,
    CorrectionsFile,
    DrawAt,
    Fallback,
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
    Reason,
    Seed,
    Seeds,
    SeedSource,
    Size,
    Solver,
    Ticket,
    TimeLimit,
    folder_for,
    moment,
    one_of,
    reason_again,
)
from sortition.messages import phrase

if TYPE_CHECKING:
    from sortition.workflow import Outcome


def select(
    pool: PoolPath,
    quotas: QuotasPath,
    out: Out = None,
    seed: Seed = None,
    ticket: Ticket = None,
    corrections: CorrectionsFile = None,
    size: Size = None,
    objective: Objective = "leximin",
    panels: Panels = 1000,
    public: Public = "answers",
    time_limit: TimeLimit = None,
    gamma: Gamma = 1.0,
    solver: Solver = "HiGHS",
    key: Key = None,
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
        options = workflow.Options(
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
        )
        with show.progress() as progress:
            outcome = workflow.select(
                pool, quotas, folder_for(out, quotas), options, seed=seed, ticket=ticket, progress=progress
            )
        _show(show, outcome)
        show.advice("\n" + phrase("To check all of it:") + f"\n  sortition verify {_quoted(outcome.out)}")


def lottery(
    pool: PoolPath,
    quotas: QuotasPath,
    out: Out = None,
    corrections: CorrectionsFile = None,
    size: Size = None,
    seed_source: SeedSource = None,
    draw_at: DrawAt = None,
    fallback: Fallback = None,
    objective: Objective = "leximin",
    panels: Panels = 1000,
    public: Public = "answers",
    time_limit: TimeLimit = None,
    gamma: Gamma = 1.0,
    solver: Solver = "HiGHS",
    key: Key = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the fairest lottery that the quotas allow.

    The lottery is frozen, and its announcement written: text for a press release, with the digest that pins it and how
    the seed will come. Publish it before the seed can be known. Then draw with 'sortition draw'.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        options = workflow.Options(
            panel_size=size,
            objective=objective,
            panels=panels,
            gamma=gamma,
            time_limit=time_limit,
            public=public,
            seed_sources=tuple(seed_source or ()),
            draw_at=moment(draw_at, "--draw-at"),
            fallback=fallback,
            solver=solver,
            key_path=key,
            corrections=corrections,
            now=moment(now),
        )
        with show.progress() as progress:
            outcome = workflow.lottery(pool, quotas, folder_for(out, quotas), options, progress=progress)
        _show(show, outcome, announcement=True)
        command = f"sortition draw {_quoted(outcome.out)} {outcome.to_type}"
        show.advice("\n" + phrase("Now publish the announcement. Once the seed is known:") + f"\n  {command}")


def draw(
    folder: Folder,
    seed: Seeds = None,
    ticket: Ticket = None,
    by_fallback: ByFallback = None,
    again: Again = False,
    reason: Reason = None,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw the panel from a frozen lottery.

    The ticket follows from the seed by a published formula. The seed must have the form that was announced; a ticket
    drawn by hand must have been announced too.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        one_of(seed or None, ticket)
        why = reason_again(again, reason)
        outcome = workflow.draw(
            folder, seed=seed or None, ticket=ticket, fallback=by_fallback, again=why, now=moment(now)
        )
        _show(show, outcome)
        show.advice("\n" + phrase("To check all of it:") + f"\n  sortition verify {_quoted(outcome.out)}")


def _quoted(path: Path) -> str:
    """Write a path as a shell takes it."""
    return shlex.quote(str(path))


def _show(show: Show, outcome: Outcome, announcement: bool = False) -> None:
    """Show what came out, and after a lottery the text to announce."""
    from rich.console import Group
    from rich.text import Text

    from sortition.reports import summary_view

    show.notes(outcome.notes)
    value = outcome.summary.to_json() | {"out": str(outcome.out), "notes": [str(note) for note in outcome.notes]}
    value["announcement"] = outcome.announcement
    head = phrase("The announcement, to be published (public/announcement.txt):")
    added = [Text(f"\n{head}\n\n{outcome.announcement}".rstrip("\n"))] if announcement else []
    show.result(lambda: Group(summary_view(outcome.summary), *added), value)
