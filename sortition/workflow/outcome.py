"""What a lottery or draw left, for people: its summary, its page and the text to announce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def told_of(frozen: Frozen, drawn: Draw | None, replaced: Replaced = ()) -> Summary:
    """Sum up a lottery or draw."""
    return summarise(
        frozen.lottery,
        frozen.digest,
        drawn,
        frozen.name,
        excluded=frozen.excluded,
        answers_public=frozen.document_salt is None,
        replaced=replaced,
    )


def page_of(frozen: Frozen, summary: Summary) -> str:
    return report_html(summary, frozen.lottery.chances, frozen.lottery.fair)


def outcome_of(frozen: Frozen, summary: Summary, out: Path, notes: tuple[Fault, ...] = ()) -> Outcome:
    """Say what a lottery or draw left, and where."""
    files = [("to publish", str(out / "public")), ("to keep private", str(out / "private"))]
    if summary.ticket is not None:
        files.append(("the panel", str(out / "private" / "panel.csv")))
    files.append(("report", str(out / "public" / "report.html")))
    summary = replace(summary, files=tuple(files))
    return Outcome(summary, out, notes, announcement_text(frozen), frozen.announcement.to_type)


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
