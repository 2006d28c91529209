"""`monitor`: before closing day, which quotas the replies so far leave short."""

from __future__ import annotations

from typing import Annotated

import typer

from sortition.cli.console import showing
from sortition.cli.options import Json, PoolPath, Quiet, QuotasPath, Size, day

Expected = Annotated[
    int | None,
    typer.Option("--expected", metavar="N", help="How many further replies are expected by closing day."),
]
Closing = Annotated[
    str | None,
    typer.Option(
        "--closing",
        metavar="DATE",
        help="Instead of --expected: closing day, such as 2026-03-31. Replies are then expected at the pace of the "
        "last week of replies (give --replied with it).",
    ),
]
Replied = Annotated[
    str | None,
    typer.Option("--replied", metavar="COLUMN", help="With --closing: column of the pool with the day of each reply."),
]


def monitor(
    pool: PoolPath,
    quotas: QuotasPath,
    expected: Expected = None,
    closing: Closing = None,
    replied: Replied = None,
    size: Size = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look ahead to closing day: whom to chase.

    For each quota: how many have replied, how many more are to be expected, and how likely its lowest number is to be
    reached, if further replies are like those so far. The least likely come first. Nothing is drawn or written.
    """
    from sortition import workflow
    from sortition.reports.outlook import outlook_value, outlook_view

    with showing(as_json, quiet) as show:
        with show.progress() as progress:
            found, notes = workflow.monitor(
                pool,
                quotas,
                expected=expected,
                closing=None if closing is None else day(closing, "--closing"),
                replied=replied,
                panel_size=size,
                progress=progress,
            )
        show.notes(notes)
        show.result(lambda: outlook_view(found), outlook_value(found))
