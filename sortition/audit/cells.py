"""How the rows and chances of the bundle's tables are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from sortition.canonical import pieces

DECIMALS = 10
"""Decimal places of every chance that is written as a decimal."""


def csv_pieces(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    r"""Write rows as CSV, piece by piece: UTF-8, commas, lines that end in \n, quotes only where they are needed.

    The csv module of Python before 3.13 leaves a lone carriage return unquoted and then reads it as an end of line.
    """
    for piece in pieces(map(_line, rows)):
        yield "".join(piece).encode("utf-8")


@lru_cache(maxsize=10_000)  # many people have the same chance
def decimal_text(chance: Fraction | float) -> str:
    """Write a chance with ten decimals, rounded half to even from its exact value."""
    scaled = max(0, round(Fraction(chance) * 10**DECIMALS))  # a solver's zero may lie a hair below zero
    return f"{scaled // 10**DECIMALS}.{scaled % 10**DECIMALS:0{DECIMALS}d}"


exact_text = lru_cache(maxsize=10_000)(str)
"""Write a fraction exactly."""


def _line(row: Sequence[str]) -> str:
    return ",".join(map(_cell, row) if _needs_quotes("".join(row)) else row) + "\n"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text


def _needs_quotes(text: str) -> bool:
    return '"' in text or "," in text or "\n" in text or "\r" in text  # on long text ten times as fast as a pattern
