"""The command line: parses, calls the library once, shows. Errors become one sentence and an exit code here."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sortition import messages
from sortition.cli import check, clean, compare, custody, lottery, monitor, quotas, verify
from sortition.cli.console import notes_on, say, showing, unusable_file, write_out
from sortition.cli.options import example
from sortition.errors import InputError, SortitionError, UsageError
from sortition.messages import phrase

_WrongCommand: Any = typer.BadParameter.__mro__[1]
"""What the parser raises for a command line that it cannot read; where Typer keeps it depends on its version."""
ORDER = (
    *("quotas", "sample-pool", "monitor", "check", "clean", "compare", "lottery", "draw", "select"),
    *("verify", "report", "sign", "redact", "attach"),
)
"""The commands in the order in which they are needed."""


class StoppedError(SortitionError):
    """Somebody pressed Ctrl-C."""

    exit_code = 130


class _Group(TyperGroup):
    """Commands in the order in which they are needed; Ctrl-C as a sentence, and a wrong command as JSON if wanted."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=ORDER.index)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise StoppedError(phrase("stopped by Ctrl-C; no half-written files were left behind.")) from None
        except _WrongCommand as error:
            if "--json" not in sys.argv:
                raise
            with showing(as_json=True, quiet=False):
                raise UsageError(error.format_message()) from None


def _version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from importlib import metadata

        try:
            write_out(f"sortition {metadata.version('sortition')}\n")
        except metadata.PackageNotFoundError:
            write_out("sortition (from a checkout, not installed)\n")
        raise typer.Exit


def _language(wanted: str | None) -> str | None:
    """Choose the language that was asked for."""
    if wanted is not None:
        found = messages.match(wanted)
        if found is None:
            there = ", ".join(messages.languages())
            raise UsageError(
                phrase("there is no language '{name}'; these are there: {there}.", name=wanted, there=there)
            )
        messages.use(found)
    return wanted


def _language_of_surroundings() -> None:
    """Choose the language that the environment asks for; a locale without a catalogue means English."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    messages.use(messages.match(locale) or messages.SOURCE)
    _language(os.environ.get("SORTITION_LANGUAGE") or None)


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="LANG",
            callback=_language,
            is_eager=True,
            help="Language of results, announcement and page, such as de; before the command. Left out: "
            "SORTITION_LANGUAGE, else the language of the terminal.",
        ),
    ] = None,
) -> None:
    """Draw a citizens' assembly: the fairest lottery over all panels that meet the quotas, drawn from a public seed.

    Start with 'check'; where the pool is at fault, 'clean' it. Then make a 'lottery', publish its announcement and,
    once the seed is known, 'draw'; or do both in one go with 'select'. Anyone can 'verify'.
    """


def _app() -> typer.Typer:
    """Put the commands together."""
    style: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "no_args_is_help": True}
    app = typer.Typer(cls=_Group, **style)
    app.callback(epilog=example('sortition select pool.csv quotas.yaml --seed "0917505934"'))(_top)

    def add(name: str, function: Any, *commands: str) -> None:
        app.command(name, epilog=example(*commands))(function)

    add("check", check.check, "sortition check pool.csv quotas.yaml")
    add(
        "clean",
        clean.clean,
        "sortition clean pool.csv quotas.yaml",
        "sortition clean pool.csv quotas.yaml --corrections pool-corrections.csv",
    )
    add(
        "monitor",
        monitor.monitor,
        "sortition monitor pool.csv quotas.yaml --expected 40",
        "sortition monitor pool.csv quotas.yaml --closing 2026-03-31 --replied day",
    )
    add("select", lottery.select, 'sortition select pool.csv quotas.yaml --seed "0917505934"')
    add("lottery", lottery.lottery, "sortition lottery pool.csv quotas.yaml --out my-panel")
    add("draw", lottery.draw, 'sortition draw my-panel --seed "0917505934"', "sortition draw my-panel --ticket 187")
    add("verify", verify.verify, "sortition verify my-panel", "sortition verify my-panel --announced DIGEST")
    add(
        "compare",
        compare.compare,
        "sortition compare pool.csv quotas.yaml",
        "sortition compare pool.csv quotas.yaml --objectives leximin,nash",
    )
    add("report", verify.report, "sortition report my-panel")
    add(
        "sign",
        custody.sign,
        "sortition sign my-panel --key clerk.pem --new",
        "sortition sign my-panel --key clerk.pem",
    )
    add("redact", custody.redact, 'sortition redact my-panel --id R-0815 --reason "asked to be erased"')
    add("attach", custody.attach, "sortition attach my-panel record.tsr")
    specs = typer.Typer(help="List, show, build and convert quota specs.", **style)
    specs.command("list", epilog=example("sortition quotas list"))(quotas.list_)
    specs.command("show", epilog=example("sortition quotas show dudley-2019 > quotas.yaml"))(quotas.show)
    specs.command(
        "build",
        epilog=example(
            "sortition quotas build dudley-2019.build.yaml --out quotas.yaml",
            "sortition quotas build census.csv --size 50 --area E08000027",
        ),
    )(quotas.build)
    specs.command("convert", epilog=example("sortition quotas convert categories.csv --size 60 --out quotas.yaml"))(
        quotas.convert
    )
    app.add_typer(specs, name="quotas")
    add("sample-pool", quotas.sample_pool, 'sortition sample-pool dudley-2019 --people 300 --seed "try" --out pool.csv')
    return app


def main() -> NoReturn:
    """Run the command line; ends with one of the exit codes of `sortition.errors`, and never with a traceback.

    The environment variable SORTITION_DEBUG=1 brings the traceback of unexpected errors back; SORTITION_LANGUAGE=de
    chooses a language, as `--language` does.
    """
    # numpy's routines wait for each other busily where others use the machine too: one thread is never much slower
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show must not stop a draw
    try:
        _language_of_surroundings()
        _app()(prog_name="sortition")
    except SortitionError as error:
        counted = isinstance(error, InputError) and len(error.faults) > 1
        to_do = phrase("{faults}\nError: {count} things have to be put right.", faults=error, count=len(error.faults))
        first = to_do if counted else phrase("Error: {fault}", fault=error)
        _end("\n".join([first, *notes_on(error)]), error.exit_code)
    except OSError as error:
        _end(phrase("Error: {fault}", fault=unusable_file(error)), 1)
    except Exception as error:
        if os.environ.get("SORTITION_DEBUG") == "1":
            raise
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"
        unexpected = phrase(
            "Error: this should not have happened ({where}). Please report it, with what SORTITION_DEBUG=1 shows.",
            where=where,
        )
        _end(unexpected, 1)
    sys.exit(0)


def _end(message: str, code: int) -> NoReturn:
    """Write a message to the standard error and end with a code."""
    say(message)
    sys.exit(code)
