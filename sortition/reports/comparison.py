"""What each objective makes of the same pool, in figures, as a table and as one chart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.model import FloatArray, Status
from sortition.reports.charts import steps
from sortition.reports.summary import SMALLEST_CHANCE, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

SAME = 1e-6
"""A chance below leximin's minimum by less than this part of it does not count as below."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's palette, which colour-blind readers can tell apart."""
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
SETTINGS: Any = {
    "svg.fonttype": "none",  # text stays text: small, selectable
    "svg.hashsalt": "sortition",  # without it the names inside the SVG are random
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that no machine measures differently
    "font.size": 10,
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "none",
    "text.color": "#202020",
    "axes.labelcolor": "#202020",
    "axes.edgecolor": "#909090",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#d8d8d8",
    "grid.linewidth": 0.6,
    "xtick.color": "#202020",
    "ytick.color": "#202020",
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.pad": 5,
    "legend.frameon": False,
    "legend.borderaxespad": 0.2,
}


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """What one objective makes of a pool; the figures are over the people whom some valid panel can contain."""

    objective: str
    status: Status | None
    """How it is known that the objective's optimum was found; None if no lottery was made."""
    lowest: float | None
    highest: float | None
    gini: float | None
    """Gini coefficient of the chances: 0 if all are equal, near 1 if few people have nearly all."""
    geometric_mean: float | None
    below: float | None
    """Share of people whose chance is lower than the lowest one under leximin."""
    failure: str = ""
    """Why no lottery was made; empty if one was."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several objectives on the same pool and quotas."""

    name: str
    panel_size: int
    people: int
    unreachable: int
    """How many people no valid panel can contain, whatever the objective."""
    rows: tuple[ComparisonRow, ...]
    curves: tuple[tuple[str, FloatArray], ...]
    """Pairs (objective, ascending fair chances of the people whom some valid panel can contain)."""

    def to_json(self) -> dict[str, Any]:
        """Give everything but the curves as an object for JSON."""
        return {
            "name": self.name,
            "panel_size": self.panel_size,
            "people": self.people,
            "unreachable": self.unreachable,
            "objectives": [asdict(row) for row in self.rows],
        }


def comparison_row(objective: str, chances: FloatArray, status: Status, leximin_lowest: float) -> ComparisonRow:
    """Sum up the chances that an objective gives.

    Parameters
    ----------
    objective
        Its name.
    chances
        Shape (people,): of the people whom some valid panel can contain, in any order.
    status
        How it is known that they are optimal.
    leximin_lowest
        The lowest chance under leximin.
    """
    p = np.sort(chances)
    ranks = 2 * np.arange(1, len(p) + 1) - len(p) - 1
    return ComparisonRow(
        objective=objective,
        status=status,
        lowest=float(p[0]),
        highest=float(p[-1]),
        gini=max(0.0, float(ranks @ p / (len(p) * p.sum()))),
        geometric_mean=float(np.exp(np.log(p).mean())) if p[0] > SMALLEST_CHANCE else 0.0,
        below=float((p < leximin_lowest * (1 - SAME)).mean()),
    )


def comparison_view(comparison: Comparison) -> RenderableType:
    """Show the comparison as a table that fits 80 columns."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    table.add_column(phrase("Objective"), no_wrap=True)
    for heading in (phrase("Min"), phrase("Max"), phrase("Gini"), phrase("Geo mean"), phrase("Below")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(phrase("Proof"), no_wrap=True)
    proofs = {
        "proved": phrase("proved"),
        "attested by the solver": phrase("solver's word"),
        "heuristic": phrase("none"),
    }
    failures = []
    for row in comparison.rows:
        if row.status is None:
            table.add_row(row.objective, *["–"] * 5, phrase("no lottery"))
            failures.append(Text(f"{row.objective}: {row.failure}."))
            continue
        shares = [percent(round(value or 0.0, 9)) for value in (row.lowest, row.highest)]
        means = [phrase("{number:.3f}", number=row.gini), percent(row.geometric_mean or 0.0), percent(row.below or 0.0)]
        table.add_row(row.objective, *shares, *means, proofs[row.status])
    size = phrase("{seats} seats, {people:,} people.", seats=comparison.panel_size, people=comparison.people)
    if comparison.unreachable:
        size = phrase(
            "{seats} seats, {people:,} people; {unreachable} of them fit no valid panel and are left out.",
            seats=comparison.panel_size,
            people=comparison.people,
            unreachable=comparison.unreachable,
        )
    return Group(
        Text(comparison.name, style="bold"),
        Text(size),
        Text(),
        table,
        Text(),
        Text(phrase("Min, Max, Geo mean: lowest, highest and typical (geometric mean) fair chance.")),
        Text(phrase("Gini: 0 if all chances are equal. Below: people under leximin's lowest chance.")),
        *failures,
    )


def comparison_svg(comparison: Comparison) -> str:
    """Draw everybody's fair chance from the least to the most likely, one curve an objective, as an SVG file.

    The same chances give the same bytes.

    Raises
    ------
    UsageError
        The library that draws is not installed.
    """
    mpl = plot_library()
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        figure = Figure(figsize=(7.2, 4.4), layout="constrained")
        axes = figure.add_subplot()
        for number, (objective, chances) in enumerate(comparison.curves):
            style: Any = {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number % len(DASHES)]}
            axes.stairs(*steps(chances), baseline=None, linewidth=1.8, label=objective, **style)
        axes.set_xlim(0, comparison.people - comparison.unreachable)
        axes.set_yscale("log")  # the lowest chances are what matters, the highest may be 100 times as high
        axes.set_ylim(*_limits(comparison))
        axes.set_xlabel(phrase("people, from the least to the most likely"))
        axes.set_ylabel(phrase("fair chance of a seat"))
        axes.yaxis.set_major_formatter(lambda value, _: phrase("{percent:.3g}%", percent=value))
        if comparison.curves:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return out.getvalue()


def plot_library() -> Any:
    """Load the library that draws plots.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        import matplotlib
    except ModuleNotFoundError:
        message = phrase("a plot needs the library 'matplotlib'. Install it with: pip install 'sortition[plot]'")
        raise UsageError(message) from None
    return matplotlib


def _limits(comparison: Comparison) -> tuple[float, float]:
    """Give the lowest and highest chance to show, in per cent; no chance at all has no place on the scale."""
    seen = [
        chance for _, chances in comparison.curves for chance in (100 * chances[chances > SMALLEST_CHANCE])[[0, -1]]
    ]
    return (min(seen) / 1.3, max(seen) * 1.3) if seen else (0.1, 100.0)


def failed_row(objective: str, failure: str) -> ComparisonRow:
    """Give the row of an objective for which no lottery was made."""
    return ComparisonRow(objective, None, None, None, None, None, None, failure)


def compared(
    name: str,
    panel_size: int,
    reachable: Sequence[bool],
    made: Sequence[tuple[str, FloatArray, Status] | tuple[str, str]],
    leximin: FloatArray,
) -> Comparison:
    """Put a comparison together.

    Parameters
    ----------
    name
        What the assembly is called.
    panel_size
        Seats.
    reachable
        Of each person, whether some valid panel can contain them.
    made
        For each objective (its name, everybody's fair chance, its status), or (its name, why it failed).
    leximin
        Shape (people,): everybody's fair chance under leximin.
    """
    can = np.array(reachable, dtype=bool)
    lowest = float(leximin[can].min())
    rows = [
        failed_row(*each) if len(each) == 2 else comparison_row(each[0], each[1][can], each[2], lowest) for each in made
    ]
    curves = tuple((each[0], np.sort(each[1][can])) for each in made if len(each) == 3)
    return Comparison(name, panel_size, len(can), int((~can).sum()), tuple(rows), curves)
