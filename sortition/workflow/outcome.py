"""What a lottery or draw left, for people: its summary, its page and the text to announce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sortition.audit import Frozen, announcement_text
from sortition.errors import Fault
from sortition.model import Draw
from sortition.reports import Summary, report_html, summarise

Replaced = Sequence[tuple[int, str]]
"""Of each draw that no longer stands its ticket, and why the lottery was drawn again."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a lottery or draw left."""

    summary: Summary
    out: Path
    notes: tuple[Fault, ...]
    announcement: str
    """The text for a press release, as it stands in `public/announcement.txt`."""
    to_type: str
    """What has to be typed at the draw."""


def outcome_of(
    frozen: Frozen, drawn: Draw | None, out: Path, notes: tuple[Fault, ...] = (), replaced: Replaced = ()
) -> Outcome:
    """Say what a lottery or draw left."""
    summary = _summary(frozen, drawn, out, replaced)
    return Outcome(summary, out, notes, announcement_text(frozen), frozen.announcement.to_type)


def page_of(frozen: Frozen, drawn: Draw | None, replaced: Replaced = ()) -> str:
    made = frozen.lottery
    return report_html(_summary(frozen, drawn, None, replaced), made.chances, made.fair)


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _summary(frozen: Frozen, drawn: Draw | None, out: Path | None, replaced: Replaced) -> Summary:
    files: Sequence[tuple[str, str]] = ()
    if out is not None:
        files = [("to publish", str(out / "public")), ("to keep private", str(out / "private"))]
        if drawn is not None:
            files.append(("the panel", str(out / "private" / "panel.csv")))
        files.append(("report", str(out / "public" / "report.html")))
    return summarise(
        frozen.lottery,
        frozen.digest,
        drawn,
        frozen.name,
        excluded=frozen.excluded,
        files=files,
        answers_public=frozen.document_salt is None,
        replaced=replaced,
    )
