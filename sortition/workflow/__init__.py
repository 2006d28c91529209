"""The steps in their order; the only room that puts them in order."""

from sortition.audit import read_bundle
from sortition.reading import read_pool, read_quotas
from sortition.workflow.checks import CheckReport, check, check_pool, monitor
from sortition.workflow.cleaning import Cleaned, Proposal, apply_corrections, propose_corrections
from sortition.workflow.comparisons import compare
from sortition.workflow.draws import draw, draw_from
from sortition.workflow.folders import attach, redact, report, sign, verify
from sortition.workflow.lotteries import lottery, make_lottery, select, write_bundle
from sortition.workflow.options import PUBLIC, Options
from sortition.workflow.outcome import Outcome

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
