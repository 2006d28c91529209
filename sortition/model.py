"""The nouns that flow through the house, one way: Pool and Quotas -> Problem -> Lottery -> Draw; Finding.

All are frozen. Those that carry arrays compare by identity and hold read-only arrays; compare their digests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sortition.messages import marked, phrase, shown

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MissingPolicy = Literal["refuse", "own-value", "unconstrained"]
QuotaKind = Literal["quota", "rule", "cross"]
Status = Literal["proved", "attested by the solver", "heuristic"]
State = Literal["passed", "failed", "weaker", "not checked"]
Decision = Literal["yes", "no", "?"]

Progress = Callable[[str, str, float | None], None]
"""Told of long work: what is being done, how good the result already is, and how much is done (0..1) where known."""


def no_progress(step: str, detail: str, fraction: float | None) -> None:
    """Tell nobody."""


MISSING_VALUE = "(not given)"
"""The value that blank cells of a category get under the policy `own-value`."""
NO_VALUE = -1
"""Code of a person who counts towards no value of a category (policy `unconstrained`)."""


def _frozen(array: NDArray[Any]) -> None:
    array.setflags(write=False)


class Reason(StrEnum):
    """Why a correction of a pool is proposed; only these words, never free text, go into a record."""

    TITLE = marked("a title above the header")
    REPEATED_HEADER = marked("the header again")
    FOOTER = marked("a total or remark below the replies")
    TWIN_COLUMN = marked("two columns of one name")
    UNNAMED_COLUMN = marked("a column without a name")
    COLUMN_NAME = marked("a column name misspelt")
    ID_MARKS = marked("marks that a spreadsheet or a copy put into an id")
    ID_NOUGHTS = marked("noughts lost at the start of an id")
    ID_ROUNDED = marked("an id rounded by a spreadsheet")
    ID_MISSING = marked("no id")
    ID_TWICE = marked("one id on several rows")
    SAME_PERSON = marked("the same person twice")
    BAND_AS_DATE = marked("an answer turned into a date or a number by a spreadsheet")
    GARBLED = marked("letters garbled by a wrong encoding")
    MISSPELT = marked("an answer misspelt or shortened")
    UNKNOWN = marked("an answer that is not among the values")
    BLANK = marked("no answer")
    SERIAL = marked("a date turned into a serial number by a spreadsheet")
    TWO_DIGITS = marked("a two-digit year")
    DATE_WORDS = marked("a date in words")
    DAY_OR_MONTH = marked("a date whose day and month cannot be told apart")
    YEAR_ALONE = marked("a year alone")
    AGE = marked("an age instead of a date of birth")
    IMPOSSIBLE_DATE = marked("a date that cannot be right")
    TOO_YOUNG = marked("below every age band on the day")
    POSTCODE = marked("a letter and a digit of a postcode mixed up")
    SAME_ADDRESS = marked("one address written in two ways")
    SHARED_BUILDING = marked("a hall, a home or another house of many")
    MAY_BE_EXCLUDED = marked("an answer meant to exclude")
    BY_HAND = marked("another reason, written by hand")

    @property
    def shown(self) -> str:
        """The reason in the language chosen; records have it in English in every language."""
        return shown(self.value)


@dataclass(frozen=True, slots=True)
class Correction:
    """One change to the file of a pool, to which somebody has to agree."""

    row: int
    """Physical line of the file (row of the sheet), counted from 1."""
    column: str
    """Name of the column as it stands when the header has been corrected; `WHOLE_ROW`; or `(column 4)`, in the row of
    the header: that column's name."""
    before: str
    """What must stand there, or nothing is changed."""
    after: str
    """What is to stand there; `REMOVE` to leave out a row or a column."""
    reason: str
    apply: Decision = "?"


WHOLE_ROW = "(whole row)"
REMOVE = "(remove)"
LINK_COLUMN = "sortition_corrections"
"""The column that ties every row of a cleaned copy to the corrections it was made with."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was corrected in a pool before it was used, without personal data."""

    digest: str
    """SHA-256 of the corrections file."""
    counts: tuple[tuple[Reason, int], ...]
    """Pairs (reason, how many corrections were made for it), in the order of `Reason`."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of a pool file as they stand, header and all; cells stripped, no blank rows."""

    source: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """Physical line (row of the sheet) on which each row starts, counted from 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The replies as they stand in the file: a table of text."""

    source: str
    """File name as the user gave it, for messages."""
    columns: tuple[str, ...]
    """Column names, stripped, all different."""
    rows: tuple[tuple[str, ...], ...]
    """One tuple a person, as long as `columns`; cells stripped; no blank rows."""
    lines: tuple[int, ...]
    """Physical line in the file on which each row starts, counted from 1."""
    corrections: Corrections | None = None
    """What was corrected on the way from the file."""
    link: str = ""
    """What ties a cleaned copy to its corrections, where the file is one and they were not given with it."""


@dataclass(frozen=True, slots=True)
class Bands:
    """How dates of birth become age bands."""

    on: dt.date
    """Ages are counted on this day (the first meeting, as a rule)."""
    starts: tuple[int, ...]
    """Lowest age of each value, in the order of the category's values."""
    ends: tuple[int | None, ...]
    """Highest age of each value (inclusive); None for an open end such as 75+."""


@dataclass(frozen=True, slots=True)
class Category:
    """A question that the replies answer, its possible answers, and the seats for each."""

    name: str
    column: str
    """Column of the pool that holds the answers."""
    values: tuple[str, ...]
    low: tuple[int, ...]
    """Lowest number of seats, a value."""
    high: tuple[int, ...]
    """Highest number of seats, a value."""
    lines: tuple[int | None, ...]
    """Line of the quota file on which each value's seats stand."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """Pairs (as it may be written, value)."""
    bands: Bands | None = None
    missing: MissingPolicy = "refuse"
    flex: int | None = None
    """How many seats a suggested relaxation may move a bound of this category; None: as many as needed."""
    shares: tuple[float | None, ...] = ()
    """Per cent of the population that has each value; empty where the file gives none."""
    why: str = ""
    """Written reason for a target that departs from the population."""
    source: str = ""
    """Where the target comes from."""
    reference_date: str = ""
    """Day for which the source gives its figures."""
    base: str = ""
    """Population that the source counts."""
    caution: str = ""
    """What to be careful of: a base or a date that is not that of the panel."""
    people: tuple[int | None, ...] = ()
    """How many of the population have each value; empty where the file gives no counts."""
    targets: tuple[int | None, ...] = ()
    """Whole seats to show beside the lowest and highest; empty where the file gives none."""

    @property
    def quotas(self) -> Iterator[Quota]:
        """A quota a value."""
        blank = (None,) * len(self.values)
        columns = self.values, self.low, self.high, self.lines, self.shares or blank, self.targets or blank
        for value, low, high, line, share, target in zip(*columns, strict=True):
            rounded = None if share is None else round(share, 4)
            yield Quota(((self.name, (value,)),), low, high, "quota", self.why, line, rounded, target)


@dataclass(frozen=True, slots=True)
class Quota:
    """A lowest and highest number of seats for the people that a condition describes."""

    of: tuple[tuple[str, tuple[str, ...]], ...]
    """Pairs (category, values). A person counts who has one of the values in every category named."""
    low: int
    high: int
    kind: QuotaKind = "quota"
    """`quota`: one value of one category; `rule`: a group of values; `cross`: values of two or more categories."""
    why: str = ""
    line: int | None = None
    """Line of the quota file."""
    share: float | None = None
    """Per cent of the population that count, to four decimals, where the quota file tells."""
    target: int | None = None
    """Whole seats to show beside the lowest and highest, where the quota file gives them."""

    @property
    def key(self) -> str:
        """The quota's name for machines, the same in every language: its label in English."""
        return " and ".join(
            f"{category} " + " or ".join(f"'{value}'" for value in values) for category, values in self.of
        )

    @property
    def label(self) -> str:
        """The quota's name for people: `age '18-24'`, `ethnicity 'Asian' or 'Black'`, `age 'x' and gender 'y'`."""
        both, either = phrase(" and "), phrase(" or ")
        return both.join(
            f"{category} " + either.join(phrase("'{name}'", name=value) for value in values)
            for category, values in self.of
        )


@dataclass(frozen=True, slots=True)
class Exclusion:
    """People who may not be drawn: those with one of the values in the column."""

    column: str
    values: tuple[str, ...]
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """A quota spec: who is wanted, in what numbers."""

    source: str
    """File name as the user gave it, for messages."""
    name: str
    panel_size: int
    categories: tuple[Category, ...]
    rules: tuple[Quota, ...] = ()
    """Rules over groups of values and cross quotas, in the order of the file."""
    id_column: str = "id"
    household_columns: tuple[str, ...] = ()
    """Columns that together tell a household; empty: no household rule."""
    exclude: tuple[Exclusion, ...] = ()
    notes: str = ""
    """Remarks for readers of the file."""

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """All quotas: a row a value of a category, then the rules and cross quotas."""
        return (*(quota for category in self.categories for quota in category.quotas), *self.rules)


@dataclass(frozen=True, eq=False)
class Problem:
    """A pool matched with its quotas: numbers only, people in a fixed order."""

    ids: tuple[str, ...]
    """The people who may be drawn, sorted by the UTF-8 bytes of their id, all different."""
    categories: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    """The values of each category, in the order of the quota spec."""
    codes: NDArray[np.int16]
    """Shape (people, categories): number of the person's value, or `NO_VALUE`."""
    households: IntArray
    """Shape (people,): number of the person's household, or -1 for people who share theirs with nobody.
    Households are numbered from 0 in the order of their first member."""
    panel_size: int
    quotas: tuple[Quota, ...]
    """In the order of the quota spec: values of categories, then rules and cross quotas."""

    def __post_init__(self) -> None:
        _frozen(self.codes)
        _frozen(self.households)

    @cached_property
    def membership(self) -> BoolArray:
        """Shape (people, quotas): whether the person counts towards the quota."""
        table = np.ones((len(self.ids), len(self.quotas)), dtype=bool)
        number = {name: index for index, name in enumerate(self.categories)}
        for column, quota in enumerate(self.quotas):
            for category, values in quota.of:
                at = number[category]
                wanted = [self.values[at].index(value) for value in values]
                table[:, column] &= np.isin(self.codes[:, at], wanted)
        _frozen(table)
        return table

    @property
    def low(self) -> IntArray:
        """Shape (quotas,): lowest number of seats."""
        return np.array([quota.low for quota in self.quotas], dtype=np.int32)

    @property
    def high(self) -> IntArray:
        """Shape (quotas,): highest number of seats."""
        return np.array([quota.high for quota in self.quotas], dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Classes:
    """Interchangeable people, and the rows that the make-up of a panel must meet.

    A composition is an integer vector c over the classes with 0 <= c <= `caps`, sum c = `panel_size` and
    `low` <= `matrix` c <= `high`. Every panel has one, and every composition is that of some panel.
    """

    members: tuple[tuple[int, ...], ...]
    """Positions in `Problem.ids`, ascending, class by class; classes in the order of their first member."""
    caps: IntArray
    """Shape (classes,): how many people of the class one panel can hold at most."""
    matrix: NDArray[np.int8]
    """Shape (rows, classes): the quotas in the order of `Problem.quotas`, then a row for each kind of household."""
    low: IntArray
    high: IntArray
    panel_size: int
    quota_rows: int
    """How many of the rows are quotas; the rest are households."""

    def __post_init__(self) -> None:
        for array in (self.caps, self.matrix, self.low, self.high):
            _frozen(array)

    @cached_property
    def sizes(self) -> IntArray:
        """Shape (classes,): number of people."""
        return np.array([len(members) for members in self.members], dtype=np.int32)

    def valid(self, compositions: NDArray[np.integer[Any]]) -> BoolArray:
        """Tell, in whole numbers, which compositions (shape (any, classes)) are those of valid panels."""
        c = np.asarray(compositions, dtype=np.int64)
        rows = c @ self.matrix.T.astype(np.int64)
        inside = ((c >= 0) & (c <= self.caps)).all(axis=1) & (c.sum(axis=1) == self.panel_size)
        met: BoolArray = inside & ((rows >= self.low) & (rows <= self.high)).all(axis=1)
        return met


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a proof: no lottery that keeps the earlier steps gives `people` more than `bound`, weighted.

    Theorem in docs/engine.md (weak duality). `weights` go by class of interchangeable people.
    """

    value: Fraction
    """The chance that the people of this level have."""
    members: tuple[int, ...]
    """The classes whose chance is settled here."""
    weights: tuple[tuple[int, Fraction], ...]
    """Pairs (class, weight y of each of its people); classes not named have weight 0."""
    bound: Fraction
    """A proven upper bound of the sum of weights over any valid panel."""
    status: Status


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is known of how good a lottery can be, and how it is known."""

    objective: str
    status: Status
    """The weakest status of all parts."""
    classes: tuple[tuple[int, ...], ...]
    """Interchangeable people: positions in `Problem.ids`, class by class."""
    levels: tuple[Level, ...] = ()
    unreachable: tuple[int, ...] = ()
    """Classes that no valid panel can contain."""
    details: dict[str, Any] = field(default_factory=dict)
    """Proof material for the certificate file: text, whole numbers, lists and objects only."""


@dataclass(frozen=True, eq=False)
class Lottery:
    """Numbered panels, every number (ticket) equally likely."""

    problem: Problem
    objective: str
    panels: IntArray
    """Shape (tickets, panel size): positions in `problem.ids`, each row ascending; the row's index is its ticket."""
    fair: FloatArray
    """Shape (people,): fair chance, the optimum before rounding to tickets."""
    fair_exact: tuple[Fraction | None, ...]
    """The same as exact fractions where they are known, else None."""
    certificate: Certificate

    def __post_init__(self) -> None:
        _frozen(self.panels)
        _frozen(self.fair)

    @cached_property
    def tickets(self) -> IntArray:
        """Shape (people,): number of tickets that contain the person."""
        return np.bincount(self.panels.ravel(), minlength=len(self.problem.ids)).astype(np.int32)

    @property
    def chances(self) -> FloatArray:
        """Shape (people,): tickets containing the person / all tickets."""
        return self.tickets / len(self.panels)

    @property
    def largest_deviation(self) -> float:
        """The largest difference between a chance and the fair chance."""
        return float(np.abs(self.chances - self.fair).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw from a lottery."""

    method: str
    """`sortition-draw-1`, or `physical` where the ticket was drawn by hand."""
    lottery_digest: str
    seed: str | None
    """The seed exactly as announced; None for a physical draw."""
    ticket: int
    tickets: int
    """How many tickets the lottery has."""
    parts: tuple[str, ...] = ()
    """What the announced sources gave, one a source; the seed follows from them."""
    fallback: str | None = None
    """Why the seed came by the announced fallback, where it did."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step of a check or verification found."""

    step: str
    """Number and name of the step: `4 panels`."""
    state: State
    detail: str
    """One sentence for people, in English; `messages.translated` says it and the step in the language chosen."""
