"""What organisers do with a bundle that they keep: `sign`, `attach` and `redact`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortition.cli.console import ask, showing
from sortition.cli.options import Folder, Json, Now, Quiet, moment
from sortition.errors import UsageError
from sortition.messages import phrase

KeyFile = Annotated[
    Path, typer.Option("--key", metavar="PEM", help="An Ed25519 private key in a PEM file without a password.")
]
New = Annotated[bool, typer.Option("--new", help="Make the key first, in a new file. Keep it to yourself.")]
Stamp = Annotated[
    Path, typer.Argument(metavar="FILE", help="A time stamp of RFC 3161 (.tsr) or of OpenTimestamps (.ots).")
]


Id = Annotated[str, typer.Option("--id", metavar="ID", help="The person's id, as it stands in the pool.")]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the public record; without anything personal.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first, and erase a member of the drawn panel too.")]


def sign(folder: Folder, key: KeyFile, new: New = False, as_json: Json = False, quiet: Quiet = False) -> None:
    """Sign the record as it stands.

    The signature goes into the public folder, and 'verify' checks it. It holds for the lines that the record has now;
    later lines need another one. Publish the public key where people know that it is yours.
    """
    from rich.text import Text

    from sortition import workflow

    with showing(as_json, quiet) as show:
        path = workflow.sign(folder, key, new=new)
        show.result(lambda: Text(str(path), overflow="fold"), {"signature": str(path)})


def attach(folder: Folder, stamp: Stamp, as_json: Json = False, quiet: Quiet = False) -> None:
    """Put a time stamp into the public folder.

    It shows that something existed at a time, to those who trust whoever gave it. It is listed by 'verify', and not
    checked.
    """
    from rich.text import Text

    from sortition import workflow

    with showing(as_json, quiet) as show:
        path = workflow.attach(folder, stamp)
        show.result(lambda: Text(str(path), overflow="fold"), {"attached": str(path)})


def redact(
    folder: Folder,
    id_: Id,
    reason: Reason,
    yes: Yes = False,
    now: Now = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Erase one person from the private files.

    The bundle still verifies: in public as before, and in private for everybody else. The record tells that somebody
    was erased, and why. The key of the pseudonyms goes too. This cannot be undone.
    """
    from rich.text import Text

    from sortition import workflow

    with showing(as_json, quiet) as show:
        if not (yes or ask(_question(id_, folder))):
            raise UsageError(phrase("nothing was erased."))
        said = workflow.redact(folder, id_, reason, member=yes, now=moment(now))
        show.result(lambda: Text("\n".join(said)), {"redacted": 1, "notes": list(said)})


def _question(person: str, folder: Path) -> str:
    return phrase(
        "Erase {person} from the private files of {folder}? This cannot be undone.", person=person, folder=folder
    )
