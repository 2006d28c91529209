"""The steps in their order; the only room that puts them in order."""

from typing import TYPE_CHECKING

from sortition.audit import read_bundle
from sortition.late import late
from sortition.reading import read_pool, read_quotas

if TYPE_CHECKING:
    from sortition.workflow.checks import CheckReport, check, check_pool, monitor
    from sortition.workflow.cleaning import Cleaned, Proposal, apply_corrections, propose_corrections
    from sortition.workflow.comparisons import compare
    from sortition.workflow.draws import draw, draw_from
    from sortition.workflow.folders import attach, redact, report, sign, verify
    from sortition.workflow.lotteries import lottery, make_lottery, select, write_bundle
    from sortition.workflow.options import PUBLIC, Options
    from sortition.workflow.outcome import Outcome
else:
    __getattr__ = late(
        __name__,
        checks="CheckReport check check_pool monitor",
        cleaning="Cleaned Proposal apply_corrections propose_corrections",
        comparisons="compare",
        draws="draw draw_from",
        folders="attach redact report sign verify",
        lotteries="lottery make_lottery select write_bundle",
        options="PUBLIC Options",
        outcome="Outcome",
    )

__all__ = [
    "PUBLIC",
    "CheckReport",
    "Cleaned",
    "Options",
    "Outcome",
    "Proposal",
    "apply_corrections",
    "attach",
    "check",
    "check_pool",
    "compare",
    "draw",
    "draw_from",
    "lottery",
    "make_lottery",
    "monitor",
    "propose_corrections",
    "read_bundle",
    "read_pool",
    "read_quotas",
    "redact",
    "report",
    "select",
    "sign",
    "verify",
    "write_bundle",
]
