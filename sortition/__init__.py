"""Draw a citizens' assembly by the fairest lottery, with a record that anyone can verify.

>>> from sortition import draw, make_lottery, read_pool, read_quotas, write_bundle
>>> lottery = make_lottery(read_pool("pool.csv"), read_quotas("quotas.yaml"))  # doctest: +SKIP
>>> write_bundle("out", lottery, draw(lottery, "the public seed"))  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sortition.audit.frozen import Frozen
    from sortition.errors import (
        Fault,
        InfeasibleError,
        InputError,
        NothingVerifiedError,
        SolverError,
        SortitionError,
        UsageError,
        VerificationError,
    )
    from sortition.model import Draw, Finding, Lottery, Pool, Problem, Quota, Quotas
    from sortition.reading import read_pool, read_quotas
    from sortition.workflow import check_pool as check
    from sortition.workflow import draw_from as draw
    from sortition.workflow import make_lottery, verify, write_bundle

__version__ = "0.1.0"

_HOMES = {
    "check": "sortition.workflow:check_pool",
    "draw": "sortition.workflow:draw_from",
    "make_lottery": "sortition.workflow:make_lottery",
    "verify": "sortition.workflow:verify",
    "write_bundle": "sortition.workflow:write_bundle",
    "read_pool": "sortition.reading:read_pool",
    "read_quotas": "sortition.reading:read_quotas",
    "Frozen": "sortition.audit.frozen:Frozen",
    **{
        name: f"sortition.errors:{name}"
        for name in (
            "Fault",
            "InfeasibleError",
            "InputError",
            "NothingVerifiedError",
            "SolverError",
            "SortitionError",
            "UsageError",
            "VerificationError",
        )
    },
    **{
        name: f"sortition.model:{name}" for name in ("Draw", "Finding", "Lottery", "Pool", "Problem", "Quota", "Quotas")
    },
}

__all__ = [
    "Draw",
    "Fault",
    "Finding",
    "Frozen",
    "InfeasibleError",
    "InputError",
    "Lottery",
    "NothingVerifiedError",
    "Pool",
    "Problem",
    "Quota",
    "Quotas",
    "SolverError",
    "SortitionError",
    "UsageError",
    "VerificationError",
    "check",
    "draw",
    "make_lottery",
    "read_pool",
    "read_quotas",
    "verify",
    "write_bundle",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sortition' has no attribute '{name}'")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute)
