"""The only door to the solvers: arrays in; values, duals and proven bounds out.

PuLP builds the one-shot models, so that any solver that it knows can be named; highspy is called directly, with
models that stay in memory, where the engine solves thousands of related programs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortition.errors import SolverError, UsageError
from sortition.model import FloatArray

INFINITY = float("inf")


@dataclass(frozen=True, eq=False)
class Program:
    """A mixed-integer linear program: minimise cost·x with row_low <= matrix x <= row_high, low <= x <= high."""

    cost: FloatArray
    matrix: NDArray[np.float64]
    """Shape (rows, variables)."""
    row_low: FloatArray
    row_high: FloatArray
    low: FloatArray
    high: FloatArray
    integer: NDArray[np.bool_]
    """Shape (variables,)."""


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver answered to a `Program`."""

    feasible: bool
    """False only where the solver proved that no solution exists."""
    x: FloatArray
    """Shape (variables,); integer variables are exact whole numbers; empty where infeasible."""
    objective: float


def solve_once(program: Program, solver: str = "HiGHS") -> Solution:
    """Solve a program to proven optimality with a solver that PuLP knows.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        The solver ended with neither a proven optimum nor a proof that there is no solution, or its answer
        does not meet the rows when checked.
    """
    import pulp

    backend = _backend(pulp, solver)
    model = pulp.LpProblem("sortition", pulp.LpMinimize)
    variables = [
        model.add_variable(f"x{index}", *(_finite(low), _finite(high)), cat="Integer" if whole else "Continuous")
        for index, (low, high, whole) in enumerate(zip(program.low, program.high, program.integer, strict=True))
    ]
    model += pulp.LpAffineExpression(zip(variables, program.cost.tolist(), strict=True))
    for row, low, high in zip(program.matrix, program.row_low, program.row_high, strict=True):
        terms = [(variables[column], float(row[column])) for column in np.flatnonzero(row)]
        if not terms:
            if low > 0 or high < 0:
                return Solution(False, np.empty(0), INFINITY)
            continue
        for bound, sense in ((low, 1), (high, -1)) if low != high else ((low, 0),):
            if np.isfinite(bound):
                model += pulp.LpConstraint(pulp.LpAffineExpression(terms), sense=sense, rhs=float(bound))
    model.solve(backend)
    if model.status == pulp.LpStatusInfeasible:
        return Solution(False, np.empty(0), INFINITY)
    if model.status != pulp.LpStatusOptimal or model.sol_status != pulp.LpSolutionOptimal:
        raise SolverError(f"solver {solver} ended with '{pulp.LpStatus[model.status]}' and no proven answer")
    x = np.array([variable.value() or 0.0 for variable in variables])
    x[program.integer] = np.rint(x[program.integer])
    _assert_meets(program, x, solver)
    return Solution(True, x, float(program.cost @ x))


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _backend(pulp: object, solver: str) -> object:
    listed = pulp.listSolvers()  # type: ignore[attr-defined]
    names = {name.lower(): name for name in listed} | {"cbc": "PULP_CBC_CMD"}
    name = names.get(solver.lower())
    if name is None:
        raise UsageError(f"there is no solver '{solver}'; known are {', '.join(sorted(listed))}")
    options = {"msg": False} | ({"threads": 1, "gapRel": 0.0} if name in {"HiGHS", "PULP_CBC_CMD"} else {})
    backend = pulp.getSolver(name, **options)  # type: ignore[attr-defined]
    if not backend.available():
        raise UsageError(f"solver '{solver}' is not installed on this machine")
    return backend


def _assert_meets(program: Program, x: FloatArray, solver: str) -> None:
    activity = program.matrix @ x
    slack = 1e-6 * np.maximum(1.0, np.abs(program.matrix).sum(axis=1))
    outside = (activity < program.row_low - slack) | (activity > program.row_high + slack)
    if outside.any() or (x < program.low - 1e-6).any() or (x > program.high + 1e-6).any():
        raise SolverError(f"solver {solver} gave an answer that does not meet the constraints")
