"""What organisers do with a bundle that they keep: `sign` and `attach`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortition.cli.console import showing
from sortition.cli.options import Folder, Json, Quiet

KeyFile = Annotated[
    Path, typer.Option("--key", metavar="PEM", help="An Ed25519 private key in a PEM file without a password.")
]
New = Annotated[bool, typer.Option("--new", help="Make the key first, in a new file. Keep it to yourself.")]
Stamp = Annotated[
    Path, typer.Argument(metavar="FILE", help="A time stamp of RFC 3161 (.tsr) or of OpenTimestamps (.ots).")
]


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
