"""Quota specs: `quotas list`, `show`, `build`, `convert`; and `sample-pool`, which makes up replies to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sortition.cli.console import Show, showing, write_out
from sortition.cli.options import Json, Quiet, QuotasPath, Size
from sortition.messages import phrase

if TYPE_CHECKING:
    from sortition.reading.population import Built

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


def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of 'sortition quotas list'.")], as_json: Json = False
) -> None:
    """Show a quota spec, to start your own from."""
    from sortition.reading.shipped import shipped_path

    with showing(as_json, quiet=False) as show:
        _write(show, "spec", shipped_path(name).read_text(encoding="utf-8"), None)


def _write(show: Show, what: str, text: str, out: Path | None) -> None:
    """Write a text to a new file or the standard output, or put it into the JSON object."""
    if out is not None:
        write_out(text, out)
    if show.as_json:
        show.result(str, {what: text, "out": None if out is None else str(out)})
    elif out is None:
        write_out(text)


def build(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A build file (.yaml), or a table of the population.")],
    size: Annotated[int | None, typer.Option("--size", metavar="K", help="Seats on the panel.")] = None,
    out: OutFile = None,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="Code or name of an area of the table; several add up."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="NAME=VALUE", help="Take one part of the table, such as date=2024."),
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option("--tolerance", metavar="T", help="Seats (1), or per cent of the panel (2%), to widen quotas by."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Name of the panel.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="First day of the panel, on which ages count.")
    ] = None,
    ages: Annotated[str | None, typer.Option("--ages", metavar="AGES", help="Who may be a member, as 16+.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="Where the table comes from.")] = None,
    reference_date: Annotated[
        str | None, typer.Option("--reference-date", metavar="DATE", help="The day that the table tells of.")
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="TEXT", help="Whom it counts, of which ages.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Work quotas out from population tables.

    The result is a spec, written to --out. Reads downloads of Nomis, the ONS, Eurostat, the US and Canadian censuses,
    and a plain sheet with the columns category, value, count (or percent). A build file says which tables make which
    category, and can be run again. A table alone makes a category of each of its dimensions; the options are for that.
    """
    from sortition.reading import build_quotas

    said = {"name": name, "tolerance": tolerance, "on": on, "ages": ages, "areas": area or None, "where": where or None}
    said |= {"source": source, "reference_date": reference_date, "base": base}
    with showing(as_json, quiet) as show:
        built = build_quotas(file, size, **{key: value for key, value in said.items() if value is not None})
        show.notes(note.message for note in built.notes)
        if out is not None:
            write_out(built.text, out)
        if out is None and not as_json:
            write_out(built.text)
        else:
            show.result(lambda: _targets(built, out), _value(built))


def _targets(built: Built, out: Path | None) -> Any:
    from rich.console import Group
    from rich.text import Text

    from sortition.reports import targets_table

    head = Text(built.quotas.name, style="bold")
    seats = Text(phrase("{seats} seats. The spec is in {file}.", seats=built.quotas.panel_size, file=out))
    return Group(head, seats, Text(), targets_table(built.quotas, built.expected))


def _value(built: Built) -> dict[str, Any]:
    """Give what was worked out as an object for JSON."""
    return {
        "name": built.quotas.name,
        "panel_size": built.quotas.panel_size,
        "spec": built.text,
        "categories": [
            {
                "category": category.name,
                "values": list(category.values),
                "share": list(category.shares),
                "target": list(category.targets),
                "low": list(category.low),
                "high": list(category.high),
                "caution": category.caution,
            }
            for category in built.quotas.categories
        ],
        "joint": [
            {"of": list(joint.of), "seats": [[*values, round(seats, 6)] for values, seats in joint.cells()]}
            for joint in built.joints
        ],
        "notes": [note.message for note in built.notes],
    }


def convert(
    quotas: Annotated[Path, typer.Argument(metavar="FILE", help="Quotas in a CSV file.")],
    size: Size = None,
    out: OutFile = None,
    as_json: Json = False,
) -> None:
    """Turn a CSV file of quotas into a YAML spec, which can say more.

    Reads the columns category, feature, min, max; or category, name, min, max; or feature, value, min, max.
    """
    from sortition.reading import convert_quotas

    with showing(as_json, quiet=False) as show:
        _write(show, "spec", convert_quotas(quotas, size), out)


def sample_pool(
    quotas: QuotasPath,
    people: Annotated[int, typer.Option("--people", metavar="N", help="How many replies to make up.")],
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="Any text; the same gives the same pool.")],
    size: Size = None,
    out: OutFile = None,
    as_json: Json = False,
) -> None:
    """Make up a pool of replies, to try things out with.

    The people do not exist. Who replies more readily (older people, for one) is modelled on real pools.
    """
    from sortition.reading import read_quotas
    from sortition.stages.sample import sample_pool as make_up

    with showing(as_json, quiet=False) as show:
        _write(show, "pool", make_up(read_quotas(quotas, size), people, seed), out)
