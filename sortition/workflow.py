"""The steps in their order; the only place that puts them in order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sortition.audit import (
    Announcement,
    Bundle,
    ByHand,
    FreeText,
    Frozen,
    add_draw,
    announcement_text,
    declared,
    freeze,
    new_key,
    new_signing_key,
    parts_of,
    physical_draw,
    read_bundle,
    read_key,
    refuse_second,
    refuse_taken,
    seed_of,
    seeded_draw,
    verify_bundle,
    write_lottery,
    write_report,
)
from sortition.audit import attach as attach_stamp
from sortition.audit import redact as redact_bundle
from sortition.audit import sign as sign_bundle
from sortition.checking import (
    Excluded,
    Match,
    QuotaCount,
    Relaxation,
    disclosure,
    flex_of,
    match,
    quota_table,
    reach_everyone,
    shortages,
    smallest_change,
)
from sortition.engine.types import classes_of
from sortition.errors import Fault, InfeasibleError, SolverError, UsageError
from sortition.fairness import OBJECTIVES
from sortition.fairness.lottery import fair_chances, fair_lottery, unreachable
from sortition.model import Draw, Finding, FloatArray, Pool, Problem, Progress, Quotas, Status, no_progress
from sortition.reading import read_pool, read_quotas
from sortition.reports import Comparison, Summary, compared, report_html, summarise

MOST_SINGLED_OUT = 2
"""How many quotas a person's inability to be drawn is put down to, at most."""


PUBLIC = ("answers", "counts")
"""What a bundle can publish: everybody's answers under a pseudonym, or only how many people gave each."""


STILL_TOLD = (
    "the answers stay private, but the published panels still tell something: who sits with whom how often betrays to "
    "a statistician much of who shares an answer with whom."
)


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What `check` found in a pool and its quotas."""

    name: str
    problem: Problem
    counts: tuple[QuotaCount, ...]
    households: tuple[tuple[str, ...], ...]
    """Groups of ids that share a household."""
    excluded: tuple[Excluded, ...]
    notes: tuple[Fault, ...]
    feasible: bool
    """Whether any valid panel exists."""
    unreachable: tuple[tuple[str, str], ...]
    """Pairs (id, why no valid panel can contain the person)."""
    change: Relaxation | None
    """If there is no valid panel: the smallest change to the quotas that allows one."""
    change_keeping_everyone: Relaxation | None
    """The smallest change after which everybody can be drawn, where somebody cannot be."""


@dataclass(frozen=True, slots=True)
class _Aim:
    """What kind of lottery is wanted."""

    objective: str
    panels: int
    gamma: float
    time_limit: float | None
    announcement: Announcement
    public: str = "answers"


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


def check(
    pool_path: Path | str,
    quotas_path: Path | str,
    *,
    panel_size: int | None = None,
    corrections: Path | None = None,
    solver: str = "HiGHS",
    progress: Progress = no_progress,
) -> CheckReport:
    """Check whether a pool fits its quotas; nothing is drawn or written.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    panel_size
        Seats, where the quotas are a CSV file.
    corrections
        Corrections to make first.
    solver
        A solver that PuLP knows, for the smallest change.
    progress
        Told of each step.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    progress("reading", "", None)
    return check_pool(
        read_pool(pool_path, corrections), read_quotas(quotas_path, panel_size), solver=solver, progress=progress
    )


def check_pool(pool: Pool, quotas: Quotas, *, solver: str = "HiGHS", progress: Progress = no_progress) -> CheckReport:
    """Check whether a pool as read fits its quotas (see `check`)."""
    matched = match(pool, quotas)
    problem = matched.problem
    short = shortages(problem, quotas.source)
    progress("is there a panel", "", None)
    try:
        never = () if short else unreachable(problem, progress)
        feasible = not short
    except InfeasibleError:
        never, feasible = (), False
    change = keeping = None
    if not feasible or never:
        progress("the smallest change to the quotas", "", None)
        classes, flex = classes_of(problem), flex_of(quotas)
        change = None if feasible else smallest_change(classes, problem, flex, solver=solver)
        keeping = reach_everyone(classes, problem, flex, solver=solver)
    return CheckReport(
        name=quotas.name,
        problem=problem,
        counts=quota_table(problem),
        households=matched.households,
        excluded=matched.excluded,
        notes=(*matched.notes, *short),
        feasible=feasible,
        unreachable=_why_unreachable(problem, never, flex_of(quotas), solver),
        change=change,
        change_keeping_everyone=keeping,
    )


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
    said = declared(seed_sources, draw_at, fallback, now or _clock())
    aim = _Aim(objective, panels, gamma, time_limit, said, public)
    return _frozen(match(pool, quotas), pool, quotas, aim, key or new_key(), progress)


def draw_from(
    lottery: Frozen, seed: str | Sequence[str] | None = None, ticket: int | None = None, *, fallback: str | None = None
) -> Draw:
    """Draw a ticket from a frozen lottery: by a public seed, or as drawn by hand.

    Parameters
    ----------
    lottery
        The lottery.
    seed
        What the announced seed source gave; of several sources, what each gave, in their order.
    ticket
        The ticket, where it was announced that it would be drawn by hand.
    fallback
        Why the seed, any text, or the ticket came by the announced fallback instead, where it did.

    Raises
    ------
    UsageError
        Seed and ticket are both given, or neither; they do not fit what was announced; there is no such ticket.
    """
    tickets, said = len(lottery.lottery.panels), lottery.announcement
    if (seed is None) == (ticket is None):
        raise UsageError("a draw needs either a seed or a ticket, not both")
    if fallback is not None and said.fallback is None:
        raise UsageError("no fallback was announced with this lottery, so there is none to draw by.")
    if ticket is not None:
        if fallback is None and said.sources != (ByHand(),):
            forms = "; ".join(source.form for source in said.sources)
            raise UsageError(f"a ticket drawn by hand does not fit the announcement. Announced: {forms}.")
        return physical_draw(lottery.digest, tickets, ticket, fallback)
    sources = said.sources if fallback is None else (FreeText(),)
    parts = parts_of(sources, [seed] if isinstance(seed, str) else seed or [])
    return seeded_draw(lottery.digest, tickets, seed_of(sources, parts), parts, fallback)


def write_bundle(out: Path | str, lottery: Frozen, drawn: Draw | None = None, now: dt.datetime | None = None) -> Path:
    """Write the folder that anyone can verify, of a lottery and, if there has been one, its draw.

    Raises
    ------
    UsageError
        Something lies at `out` already.
    InputError
        The disk refused.
    """
    return _written(Path(out), lottery, drawn, now or _clock()).out


def lottery(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    *,
    panel_size: int | None = None,
    objective: str = "leximin",
    panels: int = 1000,
    gamma: float = 1.0,
    time_limit: float | None = None,
    public: str = "answers",
    solver: str = "HiGHS",
    key_path: Path | None = None,
    corrections: Path | None = None,
    seed_sources: Sequence[str] = (),
    draw_at: dt.datetime | None = None,
    fallback: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Read the files, make the lottery and write its bundle, ready to be announced and drawn from."""
    now = now or _clock()
    said = declared(seed_sources, draw_at, fallback, now)
    return _lottery_and_draw(
        pool_path,
        quotas_path,
        out,
        panel_size,
        _Aim(objective, panels, gamma, time_limit, said, public),
        solver,
        key_path,
        corrections,
        now,
        progress,
        None,
    )


def select(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    *,
    seed: str | None = None,
    ticket: int | None = None,
    panel_size: int | None = None,
    objective: str = "leximin",
    panels: int = 1000,
    gamma: float = 1.0,
    time_limit: float | None = None,
    public: str = "answers",
    solver: str = "HiGHS",
    key_path: Path | None = None,
    corrections: Path | None = None,
    now: dt.datetime | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Make the lottery and draw from it in one go; the bundle says that the seed was not announced beforehand."""
    said = Announcement((FreeText() if ticket is None else ByHand(),), announced=False)
    return _lottery_and_draw(
        pool_path,
        quotas_path,
        out,
        panel_size,
        _Aim(objective, panels, gamma, time_limit, said, public),
        solver,
        key_path,
        corrections,
        now or _clock(),
        progress,
        (seed, ticket),
    )


def draw(
    out: Path,
    *,
    seed: str | Sequence[str] | None = None,
    ticket: int | None = None,
    fallback: str | None = None,
    again: str | None = None,
    now: dt.datetime | None = None,
) -> Outcome:
    """Draw from the bundle of a lottery and record it there.

    Parameters
    ----------
    out
        The folder of the bundle.
    seed, ticket, fallback
        As `draw_from` takes them.
    again
        Why the lottery is drawn from once more, where it is; the record shows all draws, and the last one stands.
    now
        The time to record; None: the clock's.

    Raises
    ------
    UsageError
        Seed or ticket do not fit what was announced; or the lottery has been drawn and no reason is given.
    VerificationError
        The bundle is not what it claims to be.
    """
    bundle = read_bundle(out)
    refuse_second(bundle.draw, again)
    drawn = draw_from(bundle.frozen, seed, ticket, fallback=fallback)
    bundle = add_draw(bundle, drawn, now or _clock(), _page(bundle.frozen, drawn), again)
    gone = sum(not bundle.frozen.pool.rows[person] for person in bundle.frozen.panel(drawn.ticket))
    notes = (Fault(f"{gone} of the people drawn were redacted: their rows are not in panel.csv."),) if gone else ()
    return _outcome(bundle.frozen, drawn, bundle.out, notes)


def verify(folder: Path, *, announced: str | None = None, receipt: Path | None = None) -> tuple[Finding, ...]:
    """Check a bundle, step by step; needs no solver and no names, and checks the private files if they are there.

    Parameters
    ----------
    folder
        The bundle, or its folder `public`.
    announced
        The digest as it was announced before the seed was known.
    receipt
        A file with the code that one person was given.

    Raises
    ------
    NothingVerifiedError
        There is no bundle.
    """
    return verify_bundle(Path(folder), announced, receipt=receipt)


def sign(folder: Path, key_path: Path, *, new: bool = False) -> Path:
    """Sign the head of a bundle's record with an Ed25519 key, which is made first if it is to be new."""
    if new:
        new_signing_key(key_path)
    return sign_bundle(folder, key_path)


def redact(
    folder: Path, person_id: str, reason: str, *, member: bool = False, now: dt.datetime | None = None
) -> tuple[str, ...]:
    """Erase one person from the private files of a bundle, and say in sentences what was erased and what remains.

    Parameters
    ----------
    folder
        The folder of the bundle.
    person_id
        The person's id.
    reason
        Why, for the public record, without anything personal.
    member
        Whether it is meant even if the person is on the drawn panel.
    now
        The time to record; None: the clock's.
    """
    bundle = redact_bundle(read_bundle(folder), person_id, reason, now or _clock(), member=member)
    answers = "" if bundle.frozen.document_salt else ", the answers that the quotas are about"
    erased = "Erased: the person's row, chance, salt and code, and key.json, which could have made the salt anew."
    others = "The pseudonyms and salts of all others live on in private/receipts.csv."
    remains = f"What remains in public: a pseudonym{answers}, and the tickets that it is on."
    untied = "Nothing in this folder ties it to the person any more."
    copies = "Copies elsewhere were not touched: the pool file, backups, and codes that were sent out."
    return f"{erased} {others}", f"{remains} {untied}", copies


def attach(folder: Path, stamp: Path) -> Path:
    """Put a time stamp that somebody else gave into the public folder."""
    return attach_stamp(folder, stamp)


def report(folder: Path) -> Path:
    """Write the public page of a bundle again and give its path."""
    bundle = read_bundle(folder)
    return write_report(bundle, _page(bundle.frozen, bundle.draw))


def compare(
    pool_path: Path | str,
    quotas_path: Path | str,
    *,
    objectives: Sequence[str] | None = None,
    panel_size: int | None = None,
    panels: int = 1000,
    gamma: float = 1.0,
    solver: str = "HiGHS",
    progress: Progress = no_progress,
) -> tuple[Comparison, tuple[Fault, ...]]:
    """Find everybody's fair chance under several objectives; nothing is drawn or written.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    objectives
        Which; None: all of them.
    panel_size
        Seats, where the quotas are a CSV file.
    panels
        From how many draws the chances of `legacy` are estimated.
    gamma
        For `goldilocks`: how much the lowest chance counts beside the highest.
    solver
        A solver that PuLP knows, for the smallest change where there is no panel.
    progress
        Told of each step.

    Returns
    -------
    tuple
        The comparison, and what is worth knowing about the pool.

    Raises
    ------
    InputError
        With every fault of the files.
    InfeasibleError
        No panel meets the quotas; with the smallest change that allows one.
    UsageError
        There is no such objective.
    """
    names = tuple(OBJECTIVES) if objectives is None else tuple(dict.fromkeys(objectives))
    unknown = [name for name in names if name not in OBJECTIVES]
    if unknown:
        raise UsageError(f"there is no objective '{unknown[0]}'; choose from {', '.join(OBJECTIVES)}")
    progress("reading", "", None)
    pool, quotas = read_pool(pool_path), read_quotas(quotas_path, panel_size)
    matched = match(pool, quotas)
    short = shortages(matched.problem, quotas.source)
    if short:
        raise InfeasibleError(short)
    try:
        leximin, certificate = fair_chances(matched.problem, progress=progress)
    except InfeasibleError:
        raise _with_advice(matched.problem, quotas, solver) from None
    reachable = [True] * len(matched.problem.ids)
    for at in certificate.unreachable:
        for person in certificate.classes[at]:
            reachable[person] = False
    made = [
        ("leximin", leximin, certificate.status)
        if name == "leximin"
        else _chances_under(name, matched.problem, panels, gamma, progress)
        for name in names
    ]
    return compared(quotas.name, quotas.panel_size, reachable, made, leximin), matched.notes


def _chances_under(
    objective: str, problem: Problem, panels: int, gamma: float, progress: Progress
) -> tuple[str, FloatArray, Status] | tuple[str, str]:
    """Give an objective's name, chances and status; or, of the method that may find no panels, why it failed."""
    try:
        chances, certificate = fair_chances(problem, objective, panels, progress, gamma)
    except SolverError as error:
        if objective != "legacy":
            raise
        return objective, str(error)
    return objective, chances, certificate.status


def _lottery_and_draw(
    pool_path: Path | str,
    quotas_path: Path | str,
    out: Path,
    panel_size: int | None,
    aim: _Aim,
    solver: str,
    key_path: Path | None,
    corrections: Path | None,
    now: dt.datetime,
    progress: Progress,
    how: tuple[str | None, int | None] | None,
) -> Outcome:
    refuse_taken(out)
    key = new_key() if key_path is None else read_key(key_path)
    progress("reading", "", None)
    pool, quotas = read_pool(pool_path, corrections), read_quotas(quotas_path, panel_size)
    _refuse_unrecorded(pool)
    matched = match(pool, quotas)
    try:
        frozen = _frozen(matched, pool, quotas, aim, key, progress)
    except InfeasibleError:
        raise _with_advice(matched.problem, quotas, solver) from None
    drawn = None if how is None else draw_from(frozen, *how)
    progress("writing", "", None)
    bundle = _written(out, frozen, drawn, now)
    notes = (*matched.notes, *_notes_on(frozen))
    return _outcome(frozen, drawn, bundle.out, notes)


def _refuse_unrecorded(pool: Pool) -> None:
    """Refuse a cleaned copy without its corrections, which could then not go into the record."""
    if pool.link:
        advice = "give the corrections file that it was made with (--corrections FILE), for the record"
        raise UsageError(Fault(f"this pool is a cleaned copy; {advice}.", pool.source))


def _notes_on(frozen: Frozen) -> tuple[Fault, ...]:
    """Say what a time limit left undone, how many people no panel can contain, and whom publishing singles out."""
    made, notes = frozen.lottery, []
    left = made.certificate.details.get("open")
    if left:
        least, bound = float(left["reached"]), float(Fraction(left["bound"]))
        proved = len(made.certificate.levels)
        text = f"stopped at the time limit with {proved} levels proved: all other chances are at least {least:.6f}"
        notes.append(Fault(f"{text}, where the fairest lottery could have at most {bound:.6f}."))
    never = sum(chance == 0 for chance in made.fair_exact)
    if never:
        people = "1 person" if never == 1 else f"{never} people"
        names = "'sortition check' names them and the quotas"
        notes.append(Fault(f"no panel that meets the quotas can contain {people}. {names}."))
    singled = disclosure(made.problem).note
    if singled and frozen.document_salt is None:
        notes.append(singled)
    if frozen.document_salt is not None:
        notes.append(Fault(STILL_TOLD))
    return tuple(notes)


def _frozen(
    matched: Match,
    pool: Pool,
    quotas: Quotas,
    aim: _Aim,
    key: bytes,
    progress: Progress,
) -> Frozen:
    short = shortages(matched.problem, quotas.source)
    if short:
        raise InfeasibleError(short)
    _refuse_unknown(aim.public)
    made = fair_lottery(matched.problem, aim.objective, aim.panels, progress, aim.gamma, aim.time_limit)
    reasons = Counter(person.reason for person in matched.excluded)
    return freeze(
        made,
        pool,
        matched.rows,
        name=quotas.name,
        id_column=matched.id_column,
        key=key,
        excluded=sorted(reasons.items()),
        counts_only=aim.public == "counts",
        announcement=aim.announcement,
    )


def _refuse_unknown(public: str) -> None:
    if public not in PUBLIC:
        raise UsageError(f"'{public}' cannot be published; choose from {', '.join(PUBLIC)}.")


def _with_advice(problem: Problem, quotas: Quotas, solver: str) -> InfeasibleError:
    """Say that no panel exists, and the smallest change to the quotas that allows one."""
    faults = list(shortages(problem, quotas.source)) or [Fault("no panel meets all quotas together.", quotas.source)]
    change = smallest_change(classes_of(problem), problem, flex_of(quotas), solver=solver)
    if change is None:
        faults.append(Fault("no change of the quotas within the limits of 'flex' allows a panel either."))
    else:
        faults.append(Fault("the smallest change to the quotas that allows a panel:"))
        faults.extend(Fault("  " + each.sentence) for each in change.changes)
    return InfeasibleError(faults)


def _why_unreachable(
    problem: Problem, never: Sequence[int], flex: Sequence[int | None], solver: str
) -> tuple[tuple[str, str], ...]:
    """Name for each person the quotas that block them: those of the smallest change that would let them in."""
    if not never:
        return ()
    classes = classes_of(problem)
    why = {}
    for at, members in enumerate(classes.members):
        if members[0] in never:
            change = smallest_change(classes, problem, flex, include=(at,), solver=solver)
            sentences = "no change within 'flex' would" if change is None else _joined(change)
            why.update(dict.fromkeys(members, f"could be drawn only after: {sentences}" if change else sentences))
    return tuple((problem.ids[person], why[person]) for person in never)


def _joined(change: Relaxation) -> str:
    return "; ".join(each.sentence for each in change.changes)


def _written(out: Path, frozen: Frozen, drawn: Draw | None, now: dt.datetime) -> Bundle:
    bundle = write_lottery(out, frozen, now, _page(frozen, None) if drawn is None else None)
    return bundle if drawn is None else add_draw(bundle, drawn, now, _page(frozen, drawn))


def _page(frozen: Frozen, drawn: Draw | None) -> str:
    made = frozen.lottery
    return report_html(_summary(frozen, drawn, None), made.chances, made.fair)


def _outcome(frozen: Frozen, drawn: Draw | None, out: Path, notes: tuple[Fault, ...] = ()) -> Outcome:
    """Say what a lottery or draw left."""
    summary = _summary(frozen, drawn, out)
    return Outcome(summary, out, notes, announcement_text(frozen), frozen.announcement.to_type)


def _summary(frozen: Frozen, drawn: Draw | None, out: Path | None) -> Summary:
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
    )


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
