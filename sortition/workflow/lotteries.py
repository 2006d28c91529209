"""From pool and quotas to a frozen lottery and its bundle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from sortition.audit import (
    Announcement,
    Bundle,
    ByHand,
    FreeText,
    Frozen,
    add_draw,
    declared,
    freeze,
    new_key,
    read_key,
    refuse_taken,
    write_lottery,
)
from sortition.checking import Match, disclosure, match, shortages
from sortition.errors import Fault, InfeasibleError, UsageError
from sortition.fairness.lottery import fair_lottery
from sortition.messages import phrase, phrases
from sortition.model import Draw, Pool, Progress, Quotas, no_progress
from sortition.reading import read_pool, read_quotas
from sortition.reports import Summary
from sortition.workflow.draws import draw_from
from sortition.workflow.options import DEFAULTS, PUBLIC, Options
from sortition.workflow.outcome import Outcome, clock, outcome_of, page_of, told_of


def make_lottery(
    pool: Pool,
    quotas: Quotas,
    objective: str = "leximin",
    panels: int = 1000,
    *,
    gamma: float = 1.0,
    time_limit: float | None = None,
    public: str = "answers",
    key: bytes | None = None,
    seed_sources: Sequence[str] = (),
    draw_at: dt.datetime | None = None,
    fallback: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress = no_progress,
) -> Frozen:
    """Find the fairest lottery over the panels that meet the quotas, and freeze it for publication.

    Parameters
    ----------
    pool, quotas
        As read.
    objective
        What fair means: `leximin`, `maximin`, `nash`, `goldilocks`, `minimax` or `legacy`.
    panels
        How many numbered panels the lottery has, all equally likely.
    gamma
        For `goldilocks`: how much the lowest chance counts beside the highest.
    time_limit
        Seconds after which the search for fairer chances stops; the certificate then says how far from
        the fairest they can be.
    public
        What the bundle will publish: `answers`, everybody's under a pseudonym; or `counts`, only how many gave each.
    key
        Secret key of 32 bytes behind the pseudonyms; None: a new random one.
    seed_sources
        Where the seed will come from, as the option `--seed-source` has it; none: free text.
    draw_at
        When the seed will come; it knows its time zone.
    fallback
        What is done if a source fails.
    now
        The time that `draw_at` must be after; None: the clock's.
    progress
        Told of each step.

    Returns
    -------
    Frozen
        With the `lottery` (panels, chances, fair chances, certificate) and its `digest`, to be announced before the
        seed exists.

    Raises
    ------
    InputError
        Pool and quotas do not fit; with every fault.
    UsageError
        An option makes no sense.
    InfeasibleError
        No panel meets the quotas; `sortition check` finds the smallest change that allows one.
    SolverError
        A solver failed.
    """
    _refuse_unrecorded(pool)
    said = declared(seed_sources, draw_at, fallback, now or clock())
    options = Options(objective=objective, panels=panels, gamma=gamma, time_limit=time_limit, public=public)
    return _frozen(match(pool, quotas), pool, quotas, options, said, key or new_key(), progress)


def write_bundle(out: Path | str, lottery: Frozen, drawn: Draw | None = None, now: dt.datetime | None = None) -> Path:
    """Write the folder that anyone can verify, of a lottery and, if there has been one, its draw.

    Raises
    ------
    UsageError
        Something lies at `out` already.
    InputError
        The disk refused.
    """
    return _written(Path(out), lottery, drawn, now or clock(), told_of(lottery, drawn)).out


def lottery(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    options: Options = DEFAULTS,
    *,
    progress: Progress = no_progress,
) -> Outcome:
    """Read the files, make the lottery and write its bundle, ready to be announced and drawn from.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    out
        A new folder, or an empty one.
    options
        What kind of lottery is wanted.
    progress
        Told of each step.

    Raises
    ------
    SortitionError
        As `make_lottery` and `write_bundle`; where no panel meets the quotas, with the smallest change that allows one.
    """
    now = options.now or clock()
    said = declared(options.seed_sources, options.draw_at, options.fallback, now)
    return _lottery_and_draw(pool_path, quotas_path, out, options, said, now, progress, None)


def select(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    options: Options = DEFAULTS,
    *,
    seed: str | None = None,
    ticket: int | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Make the lottery and draw from it in one go; the bundle says that the seed was not announced beforehand.

    Parameters
    ----------
    pool_path, quotas_path, out, options, progress
        As `lottery` takes them.
    seed, ticket
        The one or the other.

    Raises
    ------
    UsageError
        A seed source is declared, which would be no announcement here.
    SortitionError
        As `lottery`.
    """
    if options.seed_sources or options.draw_at or options.fallback:
        raise UsageError(phrase("a seed source is announced with 'sortition lottery'; 'select' draws at once."))
    said = Announcement((FreeText() if ticket is None else ByHand(),), announced=False)
    return _lottery_and_draw(
        pool_path, quotas_path, out, options, said, options.now or clock(), progress, (seed, ticket)
    )


def _lottery_and_draw(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    options: Options,
    said: Announcement,
    now: dt.datetime,
    progress: Progress,
    how: tuple[str | None, int | None] | None,
) -> Outcome:
    refuse_taken(out)
    key = new_key() if options.key_path is None else read_key(options.key_path)
    progress(phrase("reading"), "", None)
    pool, quotas = read_pool(pool_path, options.corrections), read_quotas(quotas_path, options.panel_size)
    _refuse_unrecorded(pool)
    matched = match(pool, quotas)
    try:
        frozen = _frozen(matched, pool, quotas, options, said, key, progress)
    except InfeasibleError:
        from sortition.workflow.checks import with_advice

        raise with_advice(matched.problem, quotas, options.solver) from None
    drawn = None if how is None else draw_from(frozen, *how)
    progress(phrase("writing"), "", None)
    summary = told_of(frozen, drawn)
    bundle = _written(out, frozen, drawn, now, summary)
    notes = (*matched.notes, *_notes_on(frozen))
    return outcome_of(frozen, summary, bundle.out, notes)


def _refuse_unrecorded(pool: Pool) -> None:
    """Refuse a cleaned copy without its corrections, which could then not go into the record."""
    if pool.link:
        needed = phrase(
            "this pool is a cleaned copy; give the corrections file that it was made with (--corrections FILE), for "
            "the record."
        )
        raise UsageError(Fault(needed, pool.source))


def _notes_on(frozen: Frozen) -> tuple[Fault, ...]:
    """Say what a time limit left undone, how many people no panel can contain, and whom publishing singles out."""
    made, notes = frozen.lottery, []
    left = made.certificate.details.get("open")
    if left:
        least, bound = float(left["reached"]), float(Fraction(left["bound"]))
        proved = len(made.certificate.levels)
        text = phrase(
            "stopped at the time limit with {levels} levels proved: all other chances are at least {least:.6f}, where "
            "the fairest lottery could have at most {most:.6f}.",
            levels=proved,
            least=least,
            most=bound,
        )
        notes.append(Fault(text))
    never = sum(chance == 0 for chance in made.fair_exact)
    if never:
        text = phrases(
            "no panel that meets the quotas can contain 1 person. 'sortition check' names them and the quotas.",
            "no panel that meets the quotas can contain {n} people. 'sortition check' names them and the quotas.",
            never,
        )
        notes.append(Fault(text))
    singled = disclosure(made.problem).note
    if singled and frozen.document_salt is None:
        notes.append(singled)
    if frozen.document_salt is not None:
        still_told = phrase(
            "the answers stay private, but the published panels still tell something: who sits with whom how often "
            "betrays to a statistician much of who shares an answer with whom."
        )
        notes.append(Fault(still_told))
    return tuple(notes)


def _frozen(
    matched: Match,
    pool: Pool,
    quotas: Quotas,
    options: Options,
    said: Announcement,
    key: bytes,
    progress: Progress,
) -> Frozen:
    short = shortages(matched.problem, quotas.source)
    if short:
        raise InfeasibleError(short)
    _refuse_unknown(options.public)
    made = fair_lottery(matched.problem, options.objective, options.panels, progress, options.gamma, options.time_limit)
    reasons = Counter(person.reason for person in matched.excluded)
    return freeze(
        made,
        pool,
        matched.rows,
        name=quotas.name,
        id_column=matched.id_column,
        key=key,
        excluded=sorted(reasons.items()),
        counts_only=options.public == "counts",
        announcement=said,
    )


def _refuse_unknown(public: str) -> None:
    if public not in PUBLIC:
        known = ", ".join(PUBLIC)
        raise UsageError(phrase("'{what}' cannot be published; choose from {known}.", what=public, known=known))


def _written(out: Path, frozen: Frozen, drawn: Draw | None, now: dt.datetime, summary: Summary) -> Bundle:
    page = page_of(frozen, summary)
    bundle = write_lottery(out, frozen, now, page if drawn is None else None)
    return bundle if drawn is None else add_draw(bundle, drawn, now, page)
