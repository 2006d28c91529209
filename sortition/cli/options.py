"""Arguments and options that several commands share, with the words that their help shows."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated

import typer

from sortition.errors import UsageError
from sortition.messages import phrase

PoolPath = Annotated[
    Path,
    typer.Argument(
        metavar="POOL",
        help="The replies, one row a person: a CSV file, or a workbook (.xlsx, .ods; 'pool.xlsx#Replies' names the "
        "sheet).",
    ),
]
QuotasPath = Annotated[
    str,
    typer.Argument(
        metavar="QUOTAS",
        help="The quotas: a YAML spec, a CSV file (give --size with it), or the name of a spec that comes with the "
        "program ('sortition quotas list').",
    ),
]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that 'lottery' or 'select' left.")]
Size = Annotated[
    int | None, typer.Option("--size", metavar="K", help="Seats on the panel, where QUOTAS is a CSV file.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="New folder for the results. Left out: the name of the quota file and '-draw'."
    ),
]
Seed = Annotated[
    str | None,
    typer.Option("--seed", metavar="TEXT", help="The public seed, exactly as announced, in quotation marks."),
]
Seeds = Annotated[
    list[str] | None,
    typer.Option(
        "--seed",
        metavar="TEXT",
        help="What the announced source gave, in quotation marks; once for each source, in the order announced.",
    ),
]
SeedSource = Annotated[
    list[str] | None,
    typer.Option(
        "--seed-source",
        metavar="SOURCE",
        help="Where the seed will come from: 'text:WHAT IT WILL BE', 'dice' (20 ten-sided ones), 'numbers:6 of 1-49, "
        "NAME OF THE LOTTERY', 'drand' (the round at --draw-at) or 'drand:ROUND', 'nist:CHAIN/PULSE', or 'ticket' "
        "(drawn by hand). Give it more than once to combine sources. Left out: text announced at the draw.",
    ),
]
DrawAt = Annotated[
    str | None,
    typer.Option("--draw-at", metavar="TIME", help="When the seed will come, such as 2026-12-01T18:00+00:00."),
]
Fallback = Annotated[
    str | None,
    typer.Option("--fallback", metavar="TEXT", help="What is done if the seed source fails; it is announced too."),
]
ByFallback = Annotated[
    str | None,
    typer.Option("--by-fallback", metavar="REASON", help="Draw by the announced fallback, and record why."),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Draw once more from a lottery that has been drawn; the record shows both for ever."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="With --again: why. It is published.")]
Ticket = Annotated[
    int | None,
    typer.Option("--ticket", metavar="N", help="Instead of a seed: the ticket that was drawn by hand."),
]
Objective = Annotated[
    str,
    typer.Option(
        "--objective",
        metavar="NAME",
        help="What 'fair' means: 'leximin' makes the lowest chance as high as possible, then the next lowest, and so "
        "on; 'maximin' only the lowest; 'nash' makes the product of all chances as large as possible; 'minimax' the "
        "highest chance as low as possible; 'goldilocks' weighs the highest against the lowest (see --gamma); 'legacy' "
        "is the greedy method of old, for comparison, and guarantees nothing.",
        show_default=True,
    ),
]
Gamma = Annotated[
    float,
    typer.Option(
        "--gamma",
        metavar="G",
        help="For 'goldilocks': how much the lowest chance counts beside the highest.",
        show_default=True,
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        help="Stop looking for fairer chances after so long (leximin, maximin), and say how far from fairest they can "
        "be. Left out: as long as it takes.",
    ),
]
Panels = Annotated[
    int, typer.Option("--panels", metavar="M", help="How many numbered panels the lottery has.", show_default=True)
]
Public = Annotated[
    str,
    typer.Option(
        "--public",
        metavar="WHAT",
        help="What of people's answers is published: 'answers', everybody's under a pseudonym; or 'counts', only how "
        "many people gave each, and who lacks the private folder can check less.",
        show_default=True,
    ),
]
Solver = Annotated[
    str, typer.Option("--solver", metavar="NAME", help="A solver that PuLP knows, such as CBC.", show_default=True)
]
Key = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="Use the pseudonyms' key of an earlier run (its private/key.json)."),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="FILE",
        help="Corrections of the pool that somebody has agreed to ('sortition clean' proposes them). POOL is the file "
        "as it came, or the copy cleaned with them.",
    ),
]
Now = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="TIME", help="Time to record, such as 2026-03-01T18:30+00:00, instead of the clock's."
    ),
]
Announced = Annotated[
    str | None,
    typer.Option("--announced", metavar="DIGEST", help="The digest as it was announced before the seed was known."),
]
Private = Annotated[
    Path | None,
    typer.Option("--private", metavar="FOLDER", help="Where the private files are, if not beside the folder 'public'."),
]
Receipt = Annotated[
    Path | None,
    typer.Option(
        "--receipt",
        metavar="FILE",
        help="Check also the code that one person was given (from private/receipts.csv), saved in a file.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON object to the standard output instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Write nothing but errors (and the JSON object, with --json).")]


def moment(text: str | None, option: str = "--now") -> dt.datetime | None:
    """Read a time in ISO 8601; one without a time zone is taken as UTC.

    Raises
    ------
    UsageError
        The text is no such time.
    """
    if text is None:
        return None
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            phrase("{option} '{text}' is not a time; write it like 2026-03-01T18:30+00:00.", option=option, text=text)
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def day(text: str, option: str) -> dt.date:
    """Read a date in ISO 8601.

    Raises
    ------
    UsageError
        The text is no such date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            phrase("{option} '{text}' is not a date; write it like 2026-03-31.", option=option, text=text)
        ) from None


def one_of(seed: object, ticket: int | None) -> None:
    """Make sure that there is a seed or a ticket, not both, before any long work begins.

    Raises
    ------
    UsageError
        There are both, or neither.
    """
    if (seed is None) == (ticket is None):
        neither = phrase("a draw needs either --seed or --ticket; neither was given.")
        raise UsageError(
            neither if seed is None else phrase("a draw needs either --seed or --ticket; both were given.")
        )


def reason_again(again: bool, reason: str | None) -> str | None:
    """Give the reason for drawing again, if it is to be done.

    Raises
    ------
    UsageError
        One of the two is given without the other, or the reason is blank.
    """
    if again != bool((reason or "").strip()):
        raise UsageError(
            phrase("--again needs --reason TEXT, which says why the lottery is drawn again, and the other way round.")
        )
    return reason if again else None


def folder_for(out: Path | None, quotas: str) -> Path:
    """Give the folder for the results: the one asked for, else one named after the quota file."""
    if out is not None:
        return out
    slug = re.sub(r"[\W_]+", "-", Path(quotas).stem).strip("-").lower()
    return Path(f"{slug or 'sortition'}-draw")


def example(*commands: str) -> str:
    """Give the example that ends a command's help, with its lines left as they are."""
    lines = "".join(f"  {command}\n" for command in commands)
    return f"\b\nExample{'s' if len(commands) > 1 else ''}:\n{lines}"
