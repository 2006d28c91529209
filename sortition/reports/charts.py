"""The two charts of the public page, as SVG that takes its colours from the page and its words along."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sortition.messages import phrase
from sortition.model import FloatArray
from sortition.reports.frame import Axis, Frame, round_up
from sortition.reports.summary import percent, whole_number

MOST_BARS = 20
ROOM_ABOVE = 1.05
"""Height of a chart's frame as a part of what it shows."""
AREA = "fill: var(--soft)"
LINE = "fill: none; stroke: var(--mark); stroke-width: 2"


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
    (heights, edges), (fair_heights, fair_edges) = steps(chances), steps(fair)
    top = max(heights.max(initial=0.0), fair_heights.max(initial=0.0)) or 100.0
    frame = Frame(
        Axis(phrase("people, from the least to the most likely"), len(chances), _number, whole=True),
        Axis(phrase("chance of a seat"), ROOM_ABOVE * top, _percent),
        (
            ("stroke: var(--soft); stroke-width: 7", phrase("chance in this lottery")),
            (LINE, phrase("fair chance")),
        ),
    )
    points = [percent(float(np.quantile(chances, share))) for share in (0, 0.5, 1)]
    return frame.svg(
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
        [(AREA, frame.area(heights, edges)), (LINE, frame.line(fair_heights, fair_edges))],
    )


def histogram_svg(chances: FloatArray) -> str:
    """Draw how many people have about the same chance; parameters and result as for `curve_svg`."""
    counts, edges = bins(chances)
    frame = Frame(
        Axis(phrase("chance of a seat"), 100 * float(edges[-1]), _percent),
        Axis(phrase("people"), ROOM_ABOVE * float(counts.max()), _number, whole=True),
    )
    fullest = int(counts.argmax())
    return frame.svg(
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
        [(AREA, frame.bars(counts, 100 * edges))],
    )


def bins(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Count people by chance: counts, shape (bars,), and edges, shape (bars + 1,), equally wide and round."""
    top = float(chances.max(initial=0.0)) or 1.0
    width = round_up(top / MOST_BARS)
    edges: FloatArray = width * np.arange(np.ceil(top / width - 1e-9) + 1)
    # chances are whole tickets over all tickets: a hair keeps one that sits on an edge in the bar above it
    counts, _ = np.histogram(chances + 1e-9, bins=np.append(edges[:-1], edges[-1] + 1))
    return counts.astype(np.float64), edges


def steps(chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the sorted curve in per cent as (heights, edges) of its steps, so that 100,000 people stay a small file."""
    heights, counts = np.unique(np.round(100 * chances, 6), return_counts=True)
    return heights, np.concatenate([[0], np.cumsum(counts)]).astype(np.float64)


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


def _percent(value: float) -> str:
    return phrase("{percent:.3g}%", percent=value)


def _number(value: float) -> str:
    return whole_number(round(value))
