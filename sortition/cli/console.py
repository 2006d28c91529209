"""Where a command's words go: the result to the standard output, everything else to the standard error.

Rich is imported when something is shown, to keep `--help` fast.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sortition.errors import SortitionError, UsageError
from sortition.messages import phrase, translated

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sortition.model import Progress

_COMMAND = re.compile(" +(sortition |--)")


@dataclass
class Show:
    """What one command shows, and how."""

    as_json: bool = False
    quiet: bool = False
    shown: bool = field(default=False, init=False)
    """Whether a result has been written."""

    def result(self, view: Callable[[], RenderableType], value: dict[str, Any]) -> None:
        """Write the result, as one JSON object or as `view()` gives it."""
        self.shown = True
        if self.as_json:
            write_out(json.dumps(value, indent=2, allow_nan=False) + "\n")
        elif not self.quiet:
            _console(sys.stdout).print(view())
            sys.stdout.flush()

    def error(self, error: SortitionError) -> None:
        """Write an error as the JSON object, if one is wanted and no result has been written."""
        if self.as_json and not self.shown:
            faults = [{"source": fault.source, "line": fault.line, "message": fault.message} for fault in error.faults]
            value = {"error": type(error).__name__, "exit_code": error.exit_code, "faults": faults}
            self.result(str, value | {"notes": notes_on(error)})

    def notes(self, notes: Iterable[object]) -> None:
        """Write what is worth knowing to the standard error."""
        for note in () if self.quiet else notes:
            say(phrase("Note: {note}", note=note))

    def advice(self, text: str) -> None:
        """Write what to do next to the standard error, for people only."""
        if not (self.quiet or self.as_json):
            say(text)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show how far the work is while it lasts, if somebody is looking at the standard error."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda *_: None
            return
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[detail]}"))
        with Bars(*columns, TimeElapsedColumn(), console=_console(sys.stderr), transient=True) as bars:
            task = bars.add_task(phrase("starting"), detail="", total=None)

            def tell(step: str, detail: str, fraction: float | None) -> None:
                total = None if fraction is None else 1.0
                bars.update(task, description=_plain(step), detail=_plain(detail), total=total, completed=fraction or 0)

            yield tell


@contextmanager
def showing(as_json: bool, quiet: bool) -> Iterator[Show]:
    """Run a command; under `--json` an error becomes the JSON object, unless a result has been written."""
    show = Show(as_json, quiet)
    try:
        yield show
    except BrokenPipeError:
        raise  # nobody reads any more
    except OSError as error:
        unusable = SortitionError(unusable_file(error))
        show.error(unusable)
        raise unusable from error
    except SortitionError as error:
        show.error(error)
        raise
    except Exception as error:
        show.error(SortitionError(phrase("this should not have happened ({what}).", what=type(error).__name__)))
        raise


def unusable_file(error: OSError) -> str:
    """Say which file could not be used, and why."""
    name, why = error.filename or phrase("a file"), translated(error.strerror or type(error).__name__)
    return phrase("{name} could not be used: {why}.", name=name, why=why)


def notes_on(error: BaseException) -> list[str]:
    """Give what was added to an error on its way."""
    return list(getattr(error, "__notes__", ()))


def ask(question: str) -> bool:
    """Ask a question if somebody sits at a terminal; where nobody does, nothing is asked and the answer is yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    say(phrase("{question} Type yes or no:", question=question))
    return sys.stdin.readline().strip().lower() in ("y", "yes", phrase("yes"))


def say(text: str) -> None:
    """Write text to the standard error; on a terminal it wraps between words, but for commands, which are indented."""
    lines = text.split("\n")
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = [line if _COMMAND.match(line) else _wrapped(line, width) for line in lines]
    sys.stderr.write("\n".join(lines) + "\n")


def write_out(text: str, path: Path | None = None) -> None:
    """Write text as it is: to a file that must not exist yet, or to the standard output.

    Raises
    ------
    UsageError
        Something lies at `path` already.
    """
    if path is None:
        sys.stdout.write(text)
        sys.stdout.flush()  # a reader that has gone away is noticed here and not at the end of the program
        return
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(phrase("{path} exists already and is left as it is; give another name.", path=path)) from None


def _wrapped(line: str, width: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    then = indent and indent + "  "
    return textwrap.fill(line, width, subsequent_indent=then, break_long_words=False, break_on_hyphens=False)


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
