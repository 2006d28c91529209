"""Quota specs: `quotas list`, `quotas show`, `quotas convert`; and `sample-pool`, which makes up replies to one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortition.cli.console import showing, write_out
from sortition.cli.options import Json, Quiet, QuotasPath, Size

OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="New file to write, instead of the standard output.")
]


def list_(as_json: Json = False, quiet: Quiet = False) -> None:
    """List the quota specs that come with the program."""
    from rich.text import Text

    from sortition.reading.shipped import shipped_quotas

    with showing(as_json, quiet) as show:
        names = shipped_quotas()
        show.result(lambda: Text("\n".join(names)), {"quotas": list(names)})


def show(name: Annotated[str, typer.Argument(metavar="NAME", help="One of 'sortition quotas list'.")]) -> None:
    """Show a quota spec, to start your own from."""
    from sortition.reading.shipped import shipped_path

    write_out(shipped_path(name).read_text(encoding="utf-8"))


def convert(
    quotas: Annotated[Path, typer.Argument(metavar="FILE", help="Quotas in a CSV file.")],
    size: Size = None,
    out: OutFile = None,
) -> None:
    """Turn a CSV file of quotas into a YAML spec, which can say more.

    Reads the columns category, feature, min, max; or category, name, min, max; or feature, value, min, max.
    """
    from sortition.reading import convert_quotas

    write_out(convert_quotas(quotas, size), out)


def sample_pool(
    quotas: QuotasPath,
    people: Annotated[int, typer.Option("--people", metavar="N", help="How many replies to make up.")],
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="Any text; the same gives the same pool.")],
    size: Size = None,
    out: OutFile = None,
) -> None:
    """Make up a pool of replies, to try things out with.

    The people do not exist. Who replies more readily (older people, for one) is modelled on real pools.
    """
    from sortition.reading import read_quotas
    from sortition.stages.sample import sample_pool as make_up

    write_out(make_up(read_quotas(quotas, size), people, seed), out)
