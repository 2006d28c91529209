"""`compare`: what each objective would mean for the same pool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortition.cli.console import showing, write_out
from sortition.cli.options import Gamma, Json, Panels, PoolPath, Quiet, QuotasPath, Size, Solver
from sortition.errors import UsageError
from sortition.messages import phrase

Objectives = Annotated[
    str | None,
    typer.Option(
        "--objectives",
        metavar="A,B",
        help="Which to compare: leximin, maximin, nash, minimax, goldilocks, legacy. Left out: all of them. "
        "'sortition select --help' explains them.",
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option("--out", metavar="PLOT.SVG", help="New file for a plot: everybody's chance, a curve an objective."),
]


def compare(
    pool: PoolPath,
    quotas: QuotasPath,
    objectives: Objectives = None,
    out: Plot = None,
    size: Size = None,
    panels: Panels = 1000,
    gamma: Gamma = 1.0,
    solver: Solver = "HiGHS",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare what the objectives mean for everybody's chance.

    Shows for each objective the lowest and the highest chance, how unequal they are, and how many people have less
    than the least that 'leximin' leaves anybody with. Nothing is drawn. 'legacy' is the greedy method of old, estimated
    from --panels draws; it guarantees nothing.
    """
    from sortition import workflow
    from sortition.reports import comparison_svg, comparison_view, plot_library

    with showing(as_json, quiet) as show:
        if out is not None and out.exists():
            raise UsageError(phrase("{path} exists already and is left as it is; give another name.", path=out))
        if out is not None:
            plot_library()
        with show.progress() as progress:
            comparison, notes = workflow.compare(
                pool,
                quotas,
                objectives=None if objectives is None else tuple(name.strip() for name in objectives.split(",")),
                panel_size=size,
                panels=panels,
                gamma=gamma,
                solver=solver,
                progress=progress,
            )
        if out is not None:
            write_out(comparison_svg(comparison), out)
        show.notes(notes)
        plot = {} if out is None else {"plot": str(out)}
        show.result(lambda: comparison_view(comparison), comparison.to_json() | plot)
        if out is not None:
            show.advice("\n" + phrase("The plot is in {file}.", file=out))
