"""The two charts of the public page, as SVG that takes its colours from the page and its words along."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sortition.messages import phrase
from sortition.model import FloatArray
from sortition.reports.summary import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 20
PLACEHOLDERS = {
    "#010203": "var(--ink)",
    "#010204": "var(--rule)",
    "#010205": "var(--mark)",
    "#010206": "var(--soft)",
    "#010207": "var(--paper)",
}
"""Colours that the charts are drawn in, and the colours of the page (light or dark) that take their place."""
INK, RULE, MARK, SOFT, PAPER = PLACEHOLDERS
SETTINGS: Any = {
    "svg.fonttype": "none",  # text stays text: small, selectable, in the page's own font
    "svg.hashsalt": "sortition",  # without it the names inside the SVG are random
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that no machine measures differently
    "font.size": 10,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.pad": 5,
    "legend.frameon": False,
    "legend.borderaxespad": 0.2,
}


def curve_svg(chances: FloatArray, fair: FloatArray) -> str:
    """Draw everybody's chance, from the least likely person to the most likely.

    Parameters
    ----------
    chances
        Shape (people,): chances between 0 and 1.
    fair
        Shape (people,): fair chances of the same people.

    Returns
    -------
    str
        An SVG element with a title and a description; the same bytes for the same chances in any order.
    """

    def plot(axes: Axes) -> None:
        axes.stairs(
            *steps(chances), fill=True, facecolor=SOFT, edgecolor="none", label=phrase("chance in this lottery")
        )
        axes.stairs(*steps(fair), color=MARK, linewidth=2, baseline=None, label=phrase("fair chance"))
        axes.set_xlim(0, len(chances))
        axes.set_xlabel(phrase("people, from the least to the most likely"))
        axes.set_ylabel(phrase("chance of a seat"))
        axes.yaxis.set_major_formatter(lambda value, _: phrase("{percent:.3g}%", percent=value))
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)  # above, where no curve can pass beneath it

    points = [percent(float(np.quantile(chances, share))) for share in (0, 0.5, 1)]
    return _svg(
        plot,
        "curve",
        phrase("Everybody's chance, sorted"),
        phrase(
            "A curve over {people} people. The least likely person has a chance of {lowest}, the one in the middle "
            "{median}, the most likely {highest}. The table below has the figures.",
            people=len(chances),
            lowest=points[0],
            median=points[1],
            highest=points[2],
        ),
    )


def histogram_svg(chances: FloatArray) -> str:
    """Draw how many people have about the same chance; parameters and result as for `curve_svg`."""
    from matplotlib.ticker import MaxNLocator

    counts, edges = bins(chances)

    def plot(axes: Axes) -> None:
        axes.stairs(counts, 100 * edges, fill=True, facecolor=SOFT, edgecolor="none")
        axes.vlines(100 * edges[1:-1], 0, np.maximum(counts[:-1], counts[1:]), color=PAPER, linewidth=1.2)
        axes.set_xlim(100 * edges[0], 100 * edges[-1])
        axes.set_xlabel(phrase("chance of a seat"))
        axes.set_ylabel(phrase("people"))
        axes.xaxis.set_major_formatter(lambda value, _: phrase("{percent:.3g}%", percent=value))
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))

    fullest = int(counts.argmax())
    return _svg(
        plot,
        "histogram",
        phrase("How many people have which chance"),
        phrase(
            "A histogram with {bars} bars. The highest stands for {people} people, with a chance of {low} to {high}. "
            "The table below has the figures.",
            bars=len(counts),
            people=int(counts[fullest]),
            low=percent(float(edges[fullest])),
            high=percent(float(edges[fullest + 1])),
        ),
    )


def bins(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Count people by chance: counts, shape (bars,), and edges, shape (bars + 1,), equally wide and round."""
    top = float(chances.max(initial=0.0)) or 1.0
    rough = top / MOST_BARS
    power = 10.0 ** np.floor(np.log10(rough))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
    edges = width * np.arange(int(np.ceil(top / width - 1e-9)) + 1)
    # chances are whole tickets over all tickets: a hair keeps one that sits on an edge in the bar above it
    counts, _ = np.histogram(chances + 1e-9, bins=np.append(edges[:-1], edges[-1] + 1))
    return counts.astype(np.float64), edges


def steps(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the sorted curve in per cent as (heights, edges) of its steps, so that 100,000 people stay a small file."""
    heights, counts = np.unique(np.round(100 * chances, 6), return_counts=True)
    return heights, np.concatenate([[0], np.cumsum(counts)]).astype(np.float64)


def _svg(plot: Callable[[Axes], None], name: str, title: str, description: str) -> str:
    """Draw a chart with matplotlib, without its global state, and fit the SVG into the page."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        figure = Figure(figsize=(5.2, 3.1), layout="constrained")
        plot(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _embed(out.getvalue(), name, title, description)


def _embed(svg: str, name: str, title: str, description: str) -> str:
    """Make the SVG part of the page: own names, colours of the page, size of its column, words for screen readers."""
    box = re.search(r'viewBox="[^"]*"', svg)
    body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if box is None or body is None:
        raise ValueError("matplotlib wrote something that is no SVG")
    inner = re.sub(r' id="', f' id="{name}-', body[1])
    inner = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\g<1>{name}-", inner)
    for placeholder, colour in PLACEHOLDERS.items():
        inner = inner.replace(placeholder, colour)
    return (
        f'<svg {box[0]} role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{inner}</svg>"
    )


def quantile_rows(chances: FloatArray, fair: FloatArray) -> list[tuple[str, float, float]]:
    """Give the sorted curve as a table: (which person, chance, fair chance)."""
    names = (
        phrase("least likely"),
        phrase("one in ten"),
        phrase("one in four"),
        phrase("half"),
        phrase("three in four"),
        phrase("nine in ten"),
        phrase("most likely"),
    )
    shares = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
    return [
        (name, float(np.quantile(chances, share)), float(np.quantile(fair, share)))
        for name, share in zip(names, shares, strict=True)
    ]


def histogram_rows(chances: FloatArray) -> list[tuple[float, float, int]]:
    """Give the histogram as a table: (from, to, people)."""
    counts, edges = bins(chances)
    return [(float(low), float(high), int(count)) for (low, high), count in zip(pairwise(edges), counts, strict=True)]
