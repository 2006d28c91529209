"""What auditors and readers need: `verify` and `report`."""

from __future__ import annotations

from sortition.cli.console import showing
from sortition.cli.options import Announced, Folder, Json, Private, Quiet, Receipt
from sortition.errors import NothingVerifiedError, VerificationError
from sortition.messages import phrase, phrases


def verify(
    folder: Folder,
    announced: Announced = None,
    private: Private = None,
    receipt: Receipt = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check that a lottery and its draw are what they claim to be.

    Needs no solver and no names: it counts the panels again, checks the proof in exact fractions and follows the seed
    to the panel. Ends with code 6 if any step fails, and with code 7 if there was nothing to verify.
    """
    from sortition import workflow
    from sortition.reports import findings_view

    with showing(as_json, quiet) as show:
        findings = workflow.verify(folder, announced=announced, private=private, receipt=receipt)
        states = [finding.state for finding in findings]
        listed = [{"step": each.step, "state": each.state, "detail": each.detail} for each in findings]
        failed = states.count("failed")
        show.result(lambda: findings_view(findings), {"folder": str(folder), "passed": not failed, "findings": listed})
        if failed:
            said = phrases(
                "{folder} is not what it claims to be: 1 step of {all} failed.",
                "{folder} is not what it claims to be: {n} steps of {all} failed.",
                failed,
                folder=folder,
                all=len(states),
            )
            raise VerificationError(said)
        if not {"passed", "weaker"} & set(states):
            raise NothingVerifiedError(phrase("nothing in {folder} could be verified.", folder=folder))
        passed = states.count("passed")
        show.advice(phrase("Nothing failed: {passed} of {all} steps passed.", passed=passed, all=len(states)))


def report(folder: Folder, as_json: Json = False, quiet: Quiet = False) -> None:
    """Write the public page of a lottery or draw again.

    The page is one self-contained file, public/report.html, that needs no network. Its path is shown.
    """
    from rich.text import Text

    from sortition import workflow

    with showing(as_json, quiet) as show:
        path = workflow.report(folder)
        show.result(lambda: Text(str(path), overflow="fold"), {"report": str(path)})
