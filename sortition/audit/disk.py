"""Writing so that nothing is ever half-written and nothing of anybody else's is overwritten."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sortition.errors import Fault, InputError, UsageError
from sortition.messages import phrase, translated

_CHANGES = ".changes"
Content = bytes | Iterable[bytes]
"""What a file will hold: its bytes, or the pieces of a long one, made one after the other as they are written."""
_TAKES_THE_PLACE_OF = {"private/panel.csv": "private/pool.csv"}


def refuse_taken(out: Path) -> None:
    """Refuse a place where something lies already, so that no run overwrites another or one of its own inputs.

    Raises
    ------
    UsageError
        There is a file there, or a folder that is not empty.
    """
    with as_sentence(out):
        if out.is_dir() and not any(out.iterdir()):
            return
        if out.exists() or out.is_symlink():
            message = phrase("there is a file here already. Name a new folder with --out.")
            if out.is_dir():
                message = phrase("there is a folder that is not empty here already. Name a new folder with --out.")
            raise UsageError(Fault(message, str(out)))


def write_folder(out: Path, files: Mapping[str, Content]) -> None:
    """Write a whole new folder, which appears at once or not at all.

    Parameters
    ----------
    out
        The folder; parents are made where they are missing.
    files
        What they hold by name, such as `public/problem.json`. A subfolder `private` is closed to other users.

    Raises
    ------
    UsageError
        Something lies there already.
    InputError
        The disk refused.
    """
    refuse_taken(out)
    with as_sentence(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = out.parent / f".{out.name}.{secrets.token_hex(4)}"
        try:
            for name, content in files.items():
                path = fresh / name
                path.parent.parent.mkdir(exist_ok=True)
                path.parent.mkdir(exist_ok=True, mode=0o700 if path.parent.name == "private" else 0o777)
                _write(path, content)
            if out.is_dir():
                out.rmdir()  # it is empty; not every system renames onto a folder
            fresh.rename(out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, whole or not at all.

    Raises
    ------
    UsageError
        Something lies there already.
    InputError
        The disk refused.
    """
    with as_sentence(path, is_file=True):
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            message = phrase("this exists already and is left as it is. Give another name.")
            raise UsageError(Fault(message, str(path))) from None
        except OSError:
            path.unlink(missing_ok=True)
            raise


def change_folder(out: Path, files: Mapping[str, Content]) -> None:
    """Add files to a folder or replace them, all or none, even if the machine stops in between.

    All are written aside, into a folder that gets its name `.changes` when it is whole. From then on whoever opens
    the bundle next finishes what was begun (`finish_change`).

    Parameters
    ----------
    out
        The folder, which exists.
    files
        What they hold by name.

    Raises
    ------
    InputError
        The disk refused.
    """
    finish_change(out)
    aside = out / f"{_CHANGES}.{secrets.token_hex(4)}.part"
    with as_sentence(out):
        try:
            aside.mkdir(mode=0o700)
            for name, content in files.items():
                (aside / name).parent.mkdir(exist_ok=True)
                _write(aside / name, content)
            aside.rename(out / _CHANGES)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    finish_change(out)


def _write(path: Path, content: Content) -> None:
    with path.open("wb") as file:
        file.writelines([content] if isinstance(content, bytes) else content)


def finish_change(out: Path) -> None:
    """Put in place what an interrupted change left aside, if there is anything.

    Raises
    ------
    InputError
        The disk refused.
    """
    with as_sentence(out):
        if not change_pending(out):
            return
        for path in sorted((out / _CHANGES).glob("*/*")):
            path.replace(out / path.relative_to(out / _CHANGES))
        for new, old in _TAKES_THE_PLACE_OF.items():
            if (out / new).is_file():
                (out / old).unlink(missing_ok=True)
        shutil.rmtree(out / _CHANGES)


def change_pending(out: Path) -> bool:
    """Tell whether a change of the folder was interrupted."""
    return (out / _CHANGES).is_dir()


@contextmanager
def as_sentence(path: Path, is_file: bool = False) -> Iterator[None]:
    """Turn what the operating system says into a sentence with the name of the folder or file.

    Raises
    ------
    InputError
        The operating system refused something.
    """
    try:
        yield
    except OSError as error:
        why = translated(error.strerror or str(error))
        message = phrase("the folder cannot be read or written: {why}.", why=why)
        if is_file:
            message = phrase("the file cannot be read or written: {why}.", why=why)
        raise InputError(Fault(message, str(path))) from error
