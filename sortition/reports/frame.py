"""The frame of a chart on the page, as SVG: two axes that begin at nought, their grid and words, and a legend.

Written by hand because a page has two simple charts, and loading a library for them took longer than making a lottery.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import pairwise

import numpy as np

from sortition.model import FloatArray

WIDTH, HEIGHT = 374.0, 223.0
"""Size of every chart; the page stretches it to the width of the column, text of size 10 along with it."""
DIGIT, LETTER = 7.0, 5.5
"""Room for a character of a number, and of words, in whatever font the page is shown."""
HAIR = 0.6
"""Half of what is between two bars."""
MOST_STEPS = 6


@dataclass(frozen=True)
class Axis:
    """One direction of a chart, from nought to `top`."""

    label: str
    top: float
    words: Callable[[float], str]
    """Writes a number of this axis for people."""
    whole: bool = False
    """Whether only whole numbers make sense."""

    @cached_property
    def ticks(self) -> list[float]:
        """The round numbers to name."""
        step = round_up(max(self.top / MOST_STEPS, 1.0 if self.whole else 0.0))
        return [step * number for number in range(int(self.top / step * (1 + 1e-9)) + 1)]

    @cached_property
    def room(self) -> float:
        """How wide the longest number is."""
        return DIGIT * max(len(self.words(tick)) for tick in self.ticks)


@dataclass(frozen=True)
class Frame:
    """Where things stand in a chart."""

    x: Axis
    y: Axis
    legend: tuple[tuple[str, str], ...] = ()
    """Pairs (style of a bar, its words), shown above the chart."""

    @property
    def left(self) -> float:
        return 19 + self.y.room

    @property
    def right(self) -> float:
        return WIDTH - self.x.room / 2

    @property
    def head(self) -> float:
        return 22.0 if self.legend else 3.0

    foot = HEIGHT - 33.0

    def across(self, value: float) -> float:
        """Give the place of a number on the lower axis."""
        return self.left + (self.right - self.left) * value / self.x.top

    def up(self, value: float) -> float:
        """Give the place of a number on the left axis."""
        return self.foot - (self.foot - self.head) * value / self.y.top

    def line(self, heights: FloatArray, edges: FloatArray) -> str:
        """Give a line along steps, for the `d` of a path; shapes (steps,) and (steps + 1,)."""
        return f"M{self.across(edges[0]):.2f} {self.up(heights[0]):.2f}{self._along(heights, edges)}"

    def area(self, heights: FloatArray, edges: FloatArray) -> str:
        """Give everything under such a line."""
        return f"M{self.across(edges[0]):.2f} {self.foot}{self._along(heights, edges)}V{self.foot}Z"

    def bars(self, heights: FloatArray, edges: FloatArray) -> str:
        """Give bars a hair apart, for the `d` of a path; shapes as for a line."""
        sides = [self.across(edge) for edge in edges.tolist()]
        return "".join(
            f"M{low + HAIR:.2f} {self.foot}V{self.up(height):.2f}H{high - HAIR:.2f}V{self.foot}Z"
            for height, (low, high) in zip(heights.tolist(), pairwise(sides), strict=True)
            if height
        )

    def _along(self, heights: FloatArray, edges: FloatArray) -> str:
        """Go up or down to each step and across it."""
        pairs = zip(heights.tolist(), edges[1:].tolist(), strict=True)
        return "".join(f"V{self.up(height):.2f}H{self.across(end):.2f}" for height, end in pairs)

    def svg(self, name: str, title: str, description: str, drawn: Sequence[tuple[str, str]]) -> str:
        """Give the chart.

        Parameters
        ----------
        name
            A word that no other part of the page begins its names with.
        title, description
            Words for those who cannot see it.
        drawn
            Pairs (style, `d`) of the paths in it, from the lowest to the highest.
        """
        grid = "".join(f"M{self.left:.2f} {self.up(tick):.2f}H{self.right:.2f}" for tick in self.y.ticks)
        border = f"M{self.left:.2f} {self.head}V{self.foot}H{self.right:.2f}"
        paths = [("fill: none; stroke: var(--rule); stroke-width: .6", grid), *drawn]
        paths.append(("fill: none; stroke: var(--rule); stroke-width: .8", border))
        return (
            f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-labelledby="{name}-title" '
            f'aria-describedby="{name}-desc">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>\n'
            + "".join(f'<path style="{style}" d="{way}"/>\n' for style, way in paths)
            + f'<g style="fill: var(--ink); font-size: 10px">\n{self._words()}{self._legend()}</g></svg>'
        )

    def _words(self) -> str:
        """Write the numbers and what they count."""
        middle = (self.head + self.foot) / 2
        texts = [
            *(_text(self.across(tick), self.foot + 14, self.x.words(tick), "middle") for tick in self.x.ticks),
            *(_text(self.left - 5, self.up(tick) + 3.8, self.y.words(tick), "end") for tick in self.y.ticks),
            _text((self.left + self.right) / 2, self.foot + 28, self.x.label, "middle"),
            _text(0, 0, self.y.label, "middle", f' transform="translate(10 {middle:.2f}) rotate(-90)"'),
        ]
        return "".join(texts)

    def _legend(self) -> str:
        """Write the legend above the chart, where no curve can pass beneath it."""
        parts, at = [], self.left + 5
        for style, words in self.legend:
            parts.append(f'<path style="{style}" d="M{at:.2f} 9h20"/>\n')
            parts.append(_text(at + 27, 12.6, words, "start"))
            at += 42 + LETTER * len(words)
        return "".join(parts)


def round_up(number: float) -> float:
    """Give the next round number (1, 2 or 5 with noughts) that is not below a positive one."""
    power = float(10.0 ** np.floor(np.log10(number)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= number * (1 - 1e-9))


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"{more}>{escape(words)}</text>\n'
