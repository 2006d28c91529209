"""The command line: parses, calls the library once, shows. Errors become one sentence and an exit code here."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from sortition import messages
from sortition.cli import check, clean, compare, custody, lottery, monitor, quotas, verify
from sortition.cli.console import notes_on, say, showing, unusable_file, write_out
from sortition.cli.help import Command, Group, complaint, said
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


class _Commands(Group):
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
                raise UsageError(said(error.format_message())) from None


def _version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from importlib import metadata

        try:
            write_out(f"sortition {metadata.version('sortition')}\n")
        except metadata.PackageNotFoundError:
            write_out(phrase("sortition (from a checkout, not installed)") + "\n")
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


def commands() -> Any:
    """Put the commands together, as what Typer runs."""
    style: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "no_args_is_help": True}
    app = typer.Typer(cls=_Commands, **style)
    app.callback(epilog=example('sortition select pool.csv quotas.yaml --seed "0917505934"'))(_top)
    specs = typer.Typer(cls=Group, help="List, show, build and convert quota specs.", **style)
    app.add_typer(specs, name="quotas")

    def add(function: Any, *examples: str) -> None:
        """Add a command, under the name that it has in the examples of its help."""
        words = examples[0].split()
        to, name = (specs, words[2]) if words[1] == "quotas" else (app, words[1])
        to.command(name, cls=Command, epilog=example(*examples))(function)

    add(check.check, "sortition check pool.csv quotas.yaml")
    cleaned = "sortition clean pool.csv quotas.yaml --corrections pool-corrections.csv"
    add(clean.clean, "sortition clean pool.csv quotas.yaml", cleaned)
    by_pace = "sortition monitor pool.csv quotas.yaml --closing 2026-03-31 --replied day"
    add(monitor.monitor, "sortition monitor pool.csv quotas.yaml --expected 40", by_pace)
    add(lottery.select, 'sortition select pool.csv quotas.yaml --seed "0917505934"')
    add(lottery.lottery, "sortition lottery pool.csv quotas.yaml --out my-panel")
    add(lottery.draw, 'sortition draw my-panel --seed "0917505934"', "sortition draw my-panel --ticket 187")
    add(verify.verify, "sortition verify my-panel", "sortition verify my-panel --announced DIGEST")
    two = "sortition compare pool.csv quotas.yaml --objectives leximin,nash"
    add(compare.compare, "sortition compare pool.csv quotas.yaml", two)
    add(verify.report, "sortition report my-panel")
    add(custody.sign, "sortition sign my-panel --key clerk.pem --new", "sortition sign my-panel --key clerk.pem")
    add(custody.redact, 'sortition redact my-panel --id R-0815 --reason "asked to be erased"')
    add(custody.attach, "sortition attach my-panel record.tsr")
    add(quotas.list_, "sortition quotas list")
    add(quotas.show, "sortition quotas show dudley-2019 > quotas.yaml")
    from_table = "sortition quotas build census.csv --size 50 --area E08000027"
    add(quotas.build, "sortition quotas build dudley-2019.build.yaml --out quotas.yaml", from_table)
    add(quotas.convert, "sortition quotas convert categories.csv --size 60 --out quotas.yaml")
    add(quotas.sample_pool, 'sortition sample-pool dudley-2019 --people 300 --seed "try" --out pool.csv')
    return typer.main.get_command(app)


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
        code = commands()(prog_name="sortition", standalone_mode=False)
    except _WrongCommand as error:
        _end(complaint(error), error.exit_code)
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
        unexpected = phrase(
            "Error: this should not have happened ({what} in {file}, line {line}). Please report it, with what "
            "SORTITION_DEBUG=1 shows.",
            what=type(error).__name__,
            file=Path(at.filename).name,
            line=at.lineno,
        )
        _end(unexpected, 1)
    sys.exit(code)


def _end(message: str, code: int) -> NoReturn:
    """Write a message, if there is one, to the standard error and end with a code."""
    if message:
        say(message)
    sys.exit(code)
