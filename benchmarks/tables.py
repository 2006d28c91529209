"""Markdown tables, and the line that tells what machine they come from."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from fractions import Fraction
from importlib import metadata
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
MOST_DIGITS = 7
"""Longest denominator that a table shows; a longer fraction is shown as a decimal only."""


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a Markdown table; the first column is text and the others are numbers, set to the right."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in table)) for column in range(len(header))]
    rule = ["-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    table = [[_set(cell, at, widths) for at, cell in enumerate(row)] for row in table]
    return "".join(f"| {' | '.join(row)} |\n" for row in (table[0], rule, *table[1:]))


def _set(cell: str, column: int, widths: Sequence[int]) -> str:
    return cell.ljust(widths[column]) if column == 0 else cell.rjust(widths[column])


def chance_text(chance: Fraction | float | None) -> str:
    """Write a chance as a decimal, and as a fraction too where it is a short one."""
    if chance is None:
        return "–"
    exact = isinstance(chance, Fraction) and len(str(chance.denominator)) <= MOST_DIGITS
    return f"{float(chance):.6f}" + (f" = {chance}" if exact else "")


def ratio_text(ratio: float, at_least: bool = False) -> str:
    """Write how many times as long something took."""
    return ("> " if at_least else "") + (f"{ratio:.1f}×" if ratio < 10 else f"{ratio:,.0f}×")


def machine() -> str:
    """Say what machine and what versions the figures come from."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "highspy"))
    threads = ", ".join(f"{name}={os.environ.get(name, 'not set')}" for name in THREADS)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cores} core{'' if cores == 1 else 's'} ({_processor()}), {sys.platform}, {python}, {packages}, {threads}."


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def deliver(text: str, out: Path | None) -> None:
    """Print a report, and write it to a file where one is named."""
    print(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")
