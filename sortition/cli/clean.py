"""`clean`: corrections for a person to agree to, and a copy of the pool with them made."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sortition.cli.console import Show, showing
from sortition.cli.options import Json, PoolPath, Quiet, QuotasPath, Size
from sortition.errors import InputError
from sortition.messages import phrase, phrases, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sortition.workflow import Cleaned, Proposal

WIDTH = 79
"""Columns for which lines are wrapped with an indent."""
Agreed = Annotated[
    Path | None,
    typer.Option("--corrections", metavar="FILE", help="The corrections file, with yes or no on every line."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="New file to write. Left out: POOL-corrections.csv or POOL-cleaned.csv."
    ),
]


def clean(
    pool: PoolPath,
    quotas: QuotasPath,
    corrections: Agreed = None,
    out: Out = None,
    size: Size = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Propose corrections of the pool; make them in a copy.

    First without --corrections: writes a file with a line for each correction (row, column, from, to, reason, apply).
    What leaves no doubt has 'yes' in the column 'apply', what has to be asked '?'. Look through it, change what you
    like, and write yes or no for every '?'. Then with --corrections: writes a cleaned copy. POOL itself never changes.
    Give the same file to 'select' or 'lottery', which record what was corrected, without personal data.
    """
    from sortition import workflow

    with showing(as_json, quiet) as show:
        if corrections is None:
            made = workflow.propose_corrections(pool, quotas, out or _beside(pool, "corrections"), panel_size=size)
            _show_proposal(show, made, f"sortition clean {shlex.quote(str(pool))} {shlex.quote(quotas)}")
        else:
            target = out or _beside(pool, "cleaned")
            done = workflow.apply_corrections(pool, quotas, corrections, target, panel_size=size)
            _show_cleaned(show, done, f"{shlex.quote(str(target))} {shlex.quote(quotas)}", corrections)


def _beside(pool: Path, word: str) -> Path:
    """Name a file after the pool, in the folder in which the command was given."""
    return Path(f"{Path(pool.name.partition('#')[0]).stem}-{word}.csv")


def _show_proposal(show: Show, made: Proposal, command: str) -> None:
    show.result(lambda: _proposal_view(made), _proposal_value(made))
    if made.by_hand:
        raise InputError(made.by_hand)
    if made.out is not None:
        asked = [line.apply for line in made.corrections].count("?")
        look = phrase("Look through {file}. Then:", file=made.out)
        if asked:
            look = phrases(
                "Look through {file}, and write yes or no in place of the '?'. Then:",
                "Look through {file}, and write yes or no in place of each of the {n} '?'. Then:",
                asked,
                file=made.out,
            )
        show.advice(f"\n{look}\n  {command} \\\n    --corrections {shlex.quote(str(made.out))}")


def _proposal_view(made: Proposal) -> RenderableType:
    """Count the corrections proposed by reason."""
    from rich.table import Table
    from rich.text import Text

    if made.out is None:
        return Text(phrase("There is nothing to correct."))
    table = Table(box=None, pad_edge=False)
    table.add_column(phrase("Reason"))
    for name in (phrase("Sure"), phrase("To ask")):
        table.add_column(name, justify="right")
    for reason, sure, asked in _by_reason(made):
        table.add_row(shown(reason), str(sure or ""), str(asked or ""))
    return table


def _by_reason(made: Proposal) -> list[tuple[str, int, int]]:
    """Count, for each reason in the order in which it first stands in the file, what is sure and what is asked."""
    sure = Counter(each.reason for each in made.corrections if each.apply == "yes")
    asked = Counter(each.reason for each in made.corrections if each.apply == "?")
    reasons = dict.fromkeys(str(each.reason) for each in made.corrections)
    return [(reason, sure[reason], asked[reason]) for reason in reasons]


def _proposal_value(made: Proposal) -> dict[str, Any]:
    """Give the proposal as an object for JSON: counts only."""
    return {
        "out": None if made.out is None else str(made.out),
        "corrections": [{"reason": reason, "sure": sure, "asked": asked} for reason, sure, asked in _by_reason(made)],
        "by_hand": [str(fault) for fault in made.by_hand],
    }


def _show_cleaned(show: Show, done: Cleaned, files: str, corrections: Path) -> None:
    from rich.text import Text

    counts = done.corrections.counts
    total = sum(count for _, count in counts)
    lines = [
        phrase(
            "{people:,} replies in {file}, {total} corrections made:", people=done.people, file=done.out, total=total
        ),
        *(textwrap.fill(f"  {count:>5}  {reason.shown}", WIDTH, subsequent_indent=" " * 9) for reason, count in counts),
        phrase("SHA-256 of the corrections, to write beside the signature:"),
        f"  {done.corrections.digest}",
    ]
    value = {
        "out": str(done.out),
        "people": done.people,
        "digest": done.corrections.digest,
        "corrections": [{"reason": reason.value, "count": count} for reason, count in counts],
        "faults": [str(fault) for fault in done.faults],
    }
    show.result(lambda: Text("\n".join(lines)), value)
    if done.faults:
        raise InputError(done.faults)
    way = f"sortition lottery {files} \\\n    --corrections {shlex.quote(str(corrections))}"
    right = phrase("Nothing is wrong with it any more. Draw from it with the same corrections, for the record:")
    show.advice(f"\n{right}\n  {way}")
