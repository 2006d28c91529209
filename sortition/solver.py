"""The only door to the solvers: arrays in; values, duals and proven bounds out.

PuLP builds the one-shot models, so that any solver that it knows can be named; highspy is called directly, with
models that stay in memory, where the engine solves thousands of related programs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortition.errors import OutOfTimeError, SolverError, UsageError
from sortition.messages import phrase
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

    def with_row(self, weights: NDArray[Any], least: float) -> Program:
        """Ask besides that weights·x >= least."""
        return replace(
            self,
            matrix=np.vstack([self.matrix, weights.astype(np.float64)]),
            row_low=np.append(self.row_low, float(least)),
            row_high=np.append(self.row_high, INFINITY),
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver answered to a `Program`."""

    feasible: bool
    """False only where the solver proved that no solution exists."""
    x: FloatArray
    """Shape (variables,); integer variables are exact whole numbers; empty where infeasible."""
    objective: float


def solve_once(program: Program, solver: str = "HiGHS", seconds: float | None = None) -> Solution:
    """Solve a program to proven optimality with a solver that PuLP knows.

    Parameters
    ----------
    program
        What to solve.
    solver
        The solver's name.
    seconds
        Time that the solver may take; None: as long as it needs.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        The solver ended with neither a proven optimum nor a proof that there is no solution, or its answer
        does not meet the rows when checked.
    OutOfTimeError
        It had no proven answer within `seconds`.
    """
    import pulp

    backend = _backend(pulp, solver, seconds)
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
        error = SolverError if seconds is None else OutOfTimeError
        raise error(_unproved(solver, pulp.LpStatus[model.status]))
    x = np.array([variable.value() or 0.0 for variable in variables])
    x[program.integer] = np.rint(x[program.integer])
    _assert_meets(program, x, solver)
    return Solution(True, x, float(program.cost @ x))


def _unproved(solver: str, status: str) -> str:
    return phrase("solver {solver} ended with '{status}' and no proven answer", solver=solver, status=status)


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _backend(pulp: object, solver: str, seconds: float | None) -> object:
    listed = pulp.listSolvers()  # type: ignore[attr-defined]
    names = {name.lower(): name for name in listed} | {"cbc": "PULP_CBC_CMD"}
    name = names.get(solver.lower())
    if name is None:
        known = ", ".join(sorted(listed))
        raise UsageError(phrase("there is no solver '{solver}'; known are {known}", solver=solver, known=known))
    options: dict[str, Any] = {"msg": False} | (
        {"threads": 1, "gapRel": 0.0} if name in {"HiGHS", "PULP_CBC_CMD"} else {}
    )
    if seconds is not None:
        options["timeLimit"] = seconds
    backend = pulp.getSolver(name, **options)  # type: ignore[attr-defined]
    if not backend.available():
        raise UsageError(phrase("solver '{solver}' is not installed on this machine", solver=solver))
    return backend


def _assert_meets(program: Program, x: FloatArray, solver: str) -> None:
    activity = program.matrix @ x
    slack = 1e-6 * np.maximum(1.0, np.abs(program.matrix).sum(axis=1))
    outside = (activity < program.row_low - slack) | (activity > program.row_high + slack)
    if outside.any() or (x < program.low - 1e-6).any() or (x > program.high + 1e-6).any():
        raise SolverError(phrase("solver {solver} gave an answer that does not meet the constraints", solver=solver))


class LinearModel:
    """A linear or integer program that stays in memory, so that the next one starts from the last one's basis.

    Minimises cost·x with row_low <= matrix x <= row_high, low <= x <= high.

    Parameters
    ----------
    program
        The first of them.
    plain
        Whether, of a linear program, the rows are few and the numbers alike: then neither scaling nor weighing edges
        exactly is worth its time.
    """

    def __init__(self, program: Program, plain: bool = False) -> None:
        import highspy

        self.columns = len(program.cost)
        self.rows = len(program.row_low)
        self.integer = bool(program.integer.any())
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options = _MIP_OPTIONS if self.integer else _LP_OPTIONS | (_PLAIN_OPTIONS if plain else {})
        for option, value in options.items():
            self._highs.setOptionValue(option, value)
        self._all = np.arange(self.columns, dtype=np.int32)
        _require(self._highs.passModel(_highs_lp(highspy, program)))

    def set_costs(self, cost: FloatArray) -> None:
        """Replace the objective."""
        _require(self._highs.changeColsCost(self.columns, self._all, np.asarray(cost, dtype=np.float64)))

    def set_bounds(self, low: NDArray[Any], high: NDArray[Any]) -> None:
        """Replace the bounds of all variables."""
        low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        _require(self._highs.changeColsBounds(self.columns, self._all, low, high))

    def set_variable(self, at: int, low: float, high: float) -> None:
        """Replace the bounds of one variable."""
        _require(self._highs.changeColBounds(int(at), float(low), float(high)))

    def set_row(self, row: int, low: float, high: float) -> None:
        """Replace the bounds of one row."""
        _require(self._highs.changeRowBounds(int(row), float(low), float(high)))

    def set_coefficient(self, row: int, column: int, value: float) -> None:
        """Replace one coefficient of the matrix."""
        _require(self._highs.changeCoeff(int(row), int(column), float(value)))

    def add_row(self, weights: NDArray[Any]) -> int:
        """Add a row without bounds, shape (variables,); give its number."""
        at = np.flatnonzero(weights)
        values = np.asarray(weights, dtype=np.float64)[at]
        _require(self._highs.addRow(-INFINITY, INFINITY, len(at), at.astype(np.int32), values))
        self.rows += 1
        return self.rows - 1

    def add_columns(self, matrix: NDArray[np.float64], cost: FloatArray) -> None:
        """Add variables with bounds 0 and infinity; matrix has shape (rows, new variables)."""
        new = matrix.shape[1]
        at, row = np.nonzero(matrix.T)
        starts = np.searchsorted(at, np.arange(new)).astype(np.int32)
        bounds = np.zeros(new), np.full(new, INFINITY)
        values = matrix.T[at, row].astype(np.float64)
        _require(self._highs.addCols(new, cost, *bounds, len(at), starts, row.astype(np.int32), values))
        self.columns += new
        self._all = np.arange(self.columns, dtype=np.int32)

    def solve(self, nodes: int | None = None) -> LinearSolution:
        """Solve, from the last basis where there is one.

        Parameters
        ----------
        nodes
            Nodes of the search tree after which an integer program is given up; the bound then says how good it is.

        Returns
        -------
        LinearSolution
            With `feasible` False where the solver proved that there is no solution, or found none before it gave up.

        Raises
        ------
        SolverError
            The solver ended in any other way than with an optimum or that proof.
        """
        import highspy

        self._highs.setOptionValue("mip_max_nodes", 2**31 - 1 if nodes is None else nodes)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kUnknown:  # the last basis may be a bad start for numbers so far apart
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
        if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
            return LinearSolution(False, np.empty(0), np.empty(0), INFINITY, INFINITY)
        stopped = status == highspy.HighsModelStatus.kSolutionLimit
        if status != highspy.HighsModelStatus.kOptimal and not stopped:
            ended = self._highs.modelStatusToString(status)
            raise SolverError(phrase("HiGHS ended with '{status}' and no proven answer", status=ended))
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        if stopped and not solution.value_valid:
            return LinearSolution(False, np.empty(0), np.empty(0), INFINITY, info.mip_dual_bound)
        bound = info.mip_dual_bound if self.integer else info.objective_function_value
        return LinearSolution(
            True, np.array(solution.col_value), np.array(solution.row_dual), info.objective_function_value, bound
        )

    def contradiction(self) -> FloatArray | None:
        """Give multipliers of the rows which show that the last program, a linear one, has no solution.

        Shape (rows,): positive ones use a row's upper bound. With them, the least that the rows' combination can be
        within the variables' bounds is more than the combination of the rows' bounds. None if the solver has none.
        """
        _, there, ray = self._highs.getDualRay()  # type: ignore[attr-defined]
        return -np.array(ray) if there else None

    def solve_for_any(self) -> LinearSolution:
        """Solve an integer program only until its first solution; its bound says nothing."""
        self._highs.setOptionValue("mip_max_improving_sols", 1)
        try:
            return self.solve()
        finally:
            self._highs.setOptionValue("mip_max_improving_sols", 2**31 - 1)


@dataclass(frozen=True, eq=False)
class LinearSolution:
    """What HiGHS answered to a `LinearModel`."""

    feasible: bool
    x: FloatArray
    duals: FloatArray
    """Shape (rows,): change of the minimum per unit of the row's bound; empty for integer programs."""
    objective: float
    bound: float
    """Proven lower bound of the minimum (the dual bound, never the incumbent)."""


_LP_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "presolve": "off",
    "simplex_strategy": 1,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
_PLAIN_OPTIONS: dict[str, Any] = {"simplex_scale_strategy": 0, "simplex_dual_edge_weight_strategy": 1}
_MIP_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
}


def _highs_lp(highspy: Any, program: Program) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    row, column = np.nonzero(program.matrix)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(row, np.arange(lp.num_row_ + 1)).astype(np.int32)
    lp.a_matrix_.index_ = column.astype(np.int32)
    lp.a_matrix_.value_ = program.matrix[row, column].astype(np.float64)
    if program.integer.any():
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [kinds[int(whole)] for whole in program.integer]
    return lp


def _require(status: Any) -> None:
    if int(status) < 0:  # kError; a warning is above 0
        raise SolverError(phrase("HiGHS refused a model that it was given"))
