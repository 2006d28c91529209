"""The public page: one self-contained file that tells a resident what happened and how to check it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from sortition import messages
from sortition.messages import phrase, phrases
from sortition.model import FloatArray
from sortition.reports.charts import curve_svg, histogram_rows, histogram_svg, quantile_rows
from sortition.reports.explanations import aims, proofs, words_explained
from sortition.reports.summary import QuotaRow, Summary, percent, share_text, target_text, whole_number


def report_html(summary: Summary, chances: FloatArray, fair: FloatArray) -> str:
    """Write the public page of a lottery and, once there is one, its draw.

    Parameters
    ----------
    summary
        What there is to tell; its `files` are left out, since they may name private folders.
    chances
        Shape (people,): everybody's chance, between 0 and 1.
    fair
        Shape (people,): everybody's fair chance.

    Returns
    -------
    str
        A complete HTML page without scripts or anything to load; the same bytes for the same numbers.
    """
    template = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    drawn = summary.ticket is not None
    return template.substitute(
        language=messages.language().replace("_", "-"),
        title=escape(phrase("{name}: how the panel was drawn", name=summary.name)),
        name=escape(summary.name),
        kicker=phrase("Record of a public draw") if drawn else phrase("A lottery that is ready to be drawn"),
        lead=_lead(summary),
        facts=_facts(summary),
        story=_story(summary),
        what=phrase("What happened"),
        who=phrase("Who is on the panel") if drawn else phrase("Who has to be on the panel"),
        quotas=_quotas(summary),
        everybody=phrase("Everybody’s chance"),
        chances=_chances(summary, chances, fair),
        how_fair=phrase("How fair is it?"),
        fairness=_fairness(summary),
        the_digest=phrase("The digest of the lottery"),
        pinned=phrase(
            "These 64 characters are the fingerprint of the whole list of panels. Were a single seat on the list "
            "changed, the fingerprint would be another. It is meant to be announced before anybody can know the seed. "
            "Compare it with what was announced then: if the two are the same, the list was not changed afterwards."
        ),
        digest=escape(summary.digest),
        yourself=phrase("Check it yourself"),
        check=_check(summary),
        meaning=phrase("What the words mean"),
        words=_words(),
        footer=phrase(
            "This page holds no names, addresses or dates of birth. It loads nothing from the network and runs no "
            "script."
        ),
    )


def _lead(summary: Summary) -> str:
    """Say in one sentence what this is about."""
    people, pool = _people(summary.panel_size), summary.people
    if summary.ticket is None:
        return phrase(
            "{people} will be drawn by lot from a pool of {pool:,}, within quotas that were laid down beforehand. This "
            "page says how, and how anyone can check it.",
            people=people,
            pool=pool,
        )
    return phrase(
        "{people} were drawn by lot from a pool of {pool:,}, within quotas that were laid down beforehand. This page "
        "says how, and how anyone can check it.",
        people=people,
        pool=pool,
    )


def _facts(summary: Summary) -> str:
    """Show the four numbers that matter most."""
    ticket = phrase("not yet") if summary.ticket is None else str(summary.ticket)
    facts = [
        (phrase("people in the pool"), whole_number(summary.people)),
        (phrase("seats on the panel"), whole_number(summary.panel_size)),
        (phrase("numbered panels, all equally likely"), whole_number(summary.tickets)),
        (phrase("ticket, of 0 to {last}", last=summary.tickets - 1), ticket),
    ]
    cells = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(number)}</dd></div>\n" for label, number in facts)
    return f'<dl class="facts">\n{cells}</dl>'


def _story(summary: Summary) -> str:
    """Tell the steps of the draw in plain words."""
    invited = phrase("People were invited, and {people:,} of those who said yes could be drawn.", people=summary.people)
    made = phrase(
        "A computer made a list of {tickets:,} panels of {seats} people, numbered from 0 to {last}. Every panel on the "
        "list meets every quota.",
        tickets=summary.tickets,
        seats=summary.panel_size,
        last=summary.tickets - 1,
    )
    steps = [
        f"{invited} {_left_out(summary)}",
        phrase(
            "Before the draw it was laid down how many seats there are for people of each kind, so that the panel "
            "reflects the community and not only those who answer letters. These are the quotas."
        ),
        f"{made} {_households(summary)}",
        phrase(
            "The list was frozen, and its fingerprint (the digest below) taken, so that nobody can change it unnoticed."
        ),
        _draw_step(summary),
    ]
    return '<ol class="steps">\n' + "".join(f"<li>{escape(step.strip())}</li>\n" for step in steps) + "</ol>"


def _households(summary: Summary) -> str:
    """Say what the household rule did."""
    if not summary.households:
        return ""
    return phrases(
        "1 household has more than one person in the pool; no panel seats two people of one household.",
        "{n:,} households have more than one person in the pool; no panel seats two people of one household.",
        summary.households,
    )


def _left_out(summary: Summary) -> str:
    """Say who was left out of the pool, and why."""
    if not summary.excluded:
        return ""
    reasons = "; ".join(f"{_people(people)} ({reason})" for reason, people in summary.excluded)
    return phrase("Left out: {reasons}.", reasons=reasons)


def _draw_step(summary: Summary) -> str:
    """Say how the ticket was drawn."""
    if summary.ticket is None:
        return phrase("The draw has not happened yet. When it has, one number decides which panel is chosen.")
    ticket = summary.ticket
    how = phrase("Ticket {ticket} was drawn by hand. Panel number {ticket} got the seats.", ticket=ticket)
    if summary.seed is not None:
        how = phrase(
            "The public seed “{seed}” gave the ticket {ticket} by a published formula. Panel number {ticket} got the "
            "seats.",
            seed=summary.seed,
            ticket=ticket,
        )
    return _replaced(summary) + how


def _replaced(summary: Summary) -> str:
    """Tell of the draws that no longer stand."""
    told = ""
    for number, (ticket, reason) in enumerate(summary.replaced, start=1):
        first = phrase("The first draw gave ticket {ticket}, which no longer stands.", ticket=ticket)
        later = phrase(
            "Draw number {number} gave ticket {ticket}, which no longer stands.", number=number, ticket=ticket
        )
        why = phrase("Drawn again, because: “{reason}”.", reason=reason)
        told += f"{first if number == 1 else later} {why} "
    return told


def _quotas(summary: Summary) -> str:
    """Show the quota table, one group of rows a category, and the reasons under it."""
    drawn = summary.ticket is not None
    panel = [phrase("Panel")] if drawn else []
    known = [phrase("Population")] if _has(summary, "share") else []
    known += [phrase("Target")] if _has(summary, "target") else []
    heads = (phrase("Kind of people"), *known, phrase("Pool"), *panel, phrase("Lowest"), phrase("Highest"))
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    panel_key = '<br><span class="key panel"></span>' + phrase("share of panel") if drawn else ""
    cells += f'<th scope="col" class="bars"><span class="key"></span>{phrase("share of pool")}{panel_key}</th>'
    groups = "".join(_quota_group(summary, name, list(rows)) for name, rows in _by_category(summary.quotas))
    columns = phrase(
        "The pool column counts everybody who could be drawn. Lowest and highest are the fewest and the most seats "
        "that were allowed."
    )
    if _has(summary, "share"):
        columns += " " + phrase("The population column is how much of the population is of each kind.")
    if _has(summary, "target"):
        columns += " " + phrase("The target is the number of seats that was aimed at.")
    caption = phrase("Seats: what was asked for")
    if drawn:
        columns += " " + phrase("The panel column is what the draw gave.")
        caption = phrase("Seats: what was asked for and what was drawn")
    return (
        f"<p>{columns}</p>\n"
        f'<div class="wide"><table><caption>{caption}</caption>'
        f"<thead><tr>{cells}</tr></thead>\n{groups}</table></div>\n{_reasons(summary.quotas)}"
    )


def _by_category(rows: Iterable[QuotaRow]) -> Iterable[tuple[str, Iterable[QuotaRow]]]:
    """Group neighbouring rows: those of one category, and the rules over groups of values by themselves."""
    return groupby(rows, key=_heading)


def _heading(row: QuotaRow) -> str:
    """Give the heading of a group of rows."""
    return phrase("{category}, taken together", category=row.category) if row.kind == "rule" else row.category


def _quota_group(summary: Summary, name: str, rows: Sequence[QuotaRow]) -> str:
    """Show the rows of one category."""
    columns = 5 + sum([summary.ticket is not None, _has(summary, "share"), _has(summary, "target")])
    head = f'<tr><th colspan="{columns}" scope="rowgroup">{escape(name[:1].upper() + name[1:])}</th></tr>\n'
    return f"<tbody>{head}{''.join(_quota_row(summary, row) for row in rows)}</tbody>\n"


def _quota_row(summary: Summary, row: QuotaRow) -> str:
    """Show one quota, with bars for its share of the pool and of the panel."""
    bars = _bar("bar", row.pool, summary.people)
    seats = ""
    if row.panel is not None:
        bars += _bar("bar panel", row.panel, summary.panel_size)
        seats = f'<td class="seats">{whole_number(row.panel)}</td>'
    known = f"<td>{share_text(row)}</td>" if _has(summary, "share") else ""
    known += f"<td>{target_text(row)}</td>" if _has(summary, "target") else ""
    pool, low, high = (f"<td>{whole_number(count)}</td>" for count in (row.pool, row.low, row.high))
    return (
        f'<tr><th scope="row">{escape(row.value)}</th>{known}{pool}{seats}{low}{high}'
        f'<td class="bars" aria-hidden="true">{bars}</td></tr>\n'
    )


def _has(summary: Summary, name: str) -> bool:
    """Tell whether any quota has a share of the population, or a target."""
    return any(getattr(row, name) is not None for row in summary.quotas)


def _bar(kind: str, part: int, whole: int) -> str:
    """Draw a bar as long as a share."""
    return f'<span class="{kind}" style="width:{100 * part / max(whole, 1):.1f}%"></span>'


def _reasons(rows: Iterable[QuotaRow]) -> str:
    """List the written reasons of quotas, each once."""
    reasons = dict.fromkeys((row.category, row.why) for row in rows if row.why)
    if not reasons:
        return ""
    items = "".join(f"<li>{escape(category)}: {escape(why)}</li>\n" for category, why in reasons)
    return f"<h3>{phrase('Reasons given for these numbers')}</h3>\n<ul>{items}</ul>"


def _chances(summary: Summary, chances: FloatArray, fair: FloatArray) -> str:
    """Show the chances: in words, as two charts, and as the tables behind them."""
    curve = [(name, percent(chance), percent(goal)) for name, chance, goal in quantile_rows(chances, fair)]
    bars = [
        (phrase("{low} to {high}", low=percent(low), high=percent(high)), whole_number(count))
        for low, high, count in histogram_rows(chances)
    ]
    sorted_people = phrase("Everybody in the pool, from the least to the most likely to be drawn.")
    return (
        f"<p>{_chances_told(summary)}</p>\n"
        + _figure(curve_svg(chances, fair), sorted_people)
        + _table(phrase("The curve as a table"), (phrase("person"), phrase("chance"), phrase("fair chance")), curve)
        + _figure(histogram_svg(chances), phrase("How many people have about the same chance."))
        + _table(phrase("The bars as a table"), (phrase("chance from … to below"), phrase("people")), bars)
    )


def _chances_told(summary: Summary) -> str:
    """Tell the lowest, middle and highest chance beside what they would be without quotas."""
    equal = phrase(
        "If there were no quotas, everybody would have a chance of {equal} ({seats} seats, {people}). Quotas make some "
        "people likelier: whoever has an answer that few others gave is needed more often.",
        equal=percent(summary.panel_size / summary.people),
        seats=summary.panel_size,
        people=_people(summary.people),
    )
    three = {name: percent(getattr(summary.chance, name)) for name in ("lowest", "median", "highest")}
    if summary.ticket is None:
        spread = phrase(
            "Of those who can be drawn, the least likely has a chance of <strong>{lowest}</strong>, the one in the "
            "middle <strong>{median}</strong>, the most likely <strong>{highest}</strong>.",
            **three,
        )
    else:
        spread = phrase(
            "Of those who could be drawn, the least likely had a chance of <strong>{lowest}</strong>, the one in the "
            "middle <strong>{median}</strong>, the most likely <strong>{highest}</strong>.",
            **three,
        )
    return f"{equal} {spread}"


def _figure(svg: str, caption: str) -> str:
    """Set a chart with its caption."""
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>\n"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Set a table that opens on demand."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>\n'
        for first, *rest in rows
    )
    return (
        f'<details><summary>{escape(title)}</summary><div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>\n"
    )


def _fairness(summary: Summary) -> str:
    """Say how good the lottery is, how that is known, and whom it could not serve."""
    other = phrase("The aim was the objective called {objective}.", objective=summary.objective)
    lowest, exact = percent(summary.fair_chance.lowest), summary.lowest_fair_exact
    least = phrase("The lowest fair chance is {chance}.", chance=lowest)
    if exact:
        least = phrase("The lowest fair chance is {chance} (exactly {exact}).", chance=lowest, exact=exact)
    parts = [
        f"{aims().get(summary.objective, other)} {proofs()[summary.status]}",
        least,
        phrase(
            "Tickets have to round: nobody’s chance differs from their fair chance by more than {points:.2g} "
            "percentage points.",
            points=100 * summary.largest_deviation,
        ),
    ]
    if summary.unreachable:
        parts.append(
            phrases(
                "1 person in the pool cannot be drawn at all: no panel that meets every quota has room for them.",
                "{n:,} people in the pool cannot be drawn at all: no panel that meets every quota has room for them.",
                summary.unreachable,
            )
        )
    if summary.without_ticket:
        parts.append(
            phrases(
                "1 person has a fair chance smaller than one ticket, and got none.",
                "{n:,} people have a fair chance smaller than one ticket, and got none.",
                summary.without_ticket,
            )
        )
    blocked = "".join(f"<li>{escape(_people(people))}: {escape(reason)}</li>\n" for reason, people in summary.blocked)
    paragraphs = "".join(f"<p>{escape(part)}</p>\n" for part in parts)
    return paragraphs + (f"<ul>{blocked}</ul>" if blocked else "")


def _privacy(summary: Summary) -> str:
    """Say what the published files tell about people."""
    if not summary.answers_public:
        counts = phrase(
            "The files tell how many people gave each answer, but not who gave which. Anyone can check that nothing "
            "was changed, count everybody’s tickets and follow the draw; that the panels meet the quotas and that the "
            "lottery is the fairest can be checked only with the organisers’ private files."
        )
        return f"<p>{counts}</p>\n"
    sentences = [
        phrase(
            "The files hold no names and no addresses, but they show the answers that the quotas are about, under a "
            "pseudonym for each person."
        )
    ]
    if summary.among_few:
        sentences.append(
            phrase(
                "{alone} in the pool gave a combination of answers that nobody else gave, and {few} share theirs with "
                "fewer than five people, themselves counted.",
                alone=_people(summary.alone),
                few=_people(summary.among_few),
            )
        )
    return f"<p>{' '.join([*sentences, phrase('Please do not try to find out who is who.')])}</p>\n"


def _check(summary: Summary) -> str:
    """Give the commands that check the draw."""
    record = phrase(
        "The files beside this page are the whole record. To check all of it, open <code>verify.html</code> in a "
        "browser and drop the files onto it, or install Python (3.11 or newer), open a terminal in the folder and type:"
    )
    both = phrase(
        "Both count every panel on the list again, add up the chances, check the proof, and follow the seed to the "
        "panel."
    )
    steps = f"{_privacy(summary)}<p>{record}</p>\n<pre>python3 verify.py</pre>\n<p>{both}</p>\n"
    if summary.seed is None:
        return steps
    command = (
        "python3 -c \"import hashlib, sys; text = '\\n'.join(sys.argv[1:]); "
        f'print(int(hashlib.sha256(text.encode()).hexdigest(), 16) % {summary.tickets})" \\\n'
        f"  sortition-draw-1 {summary.digest} \\\n  {shlex.quote(summary.seed)}"
    )
    only = phrase(
        "To check only the draw: the ticket is the SHA-256 of three lines of text (the words "
        "<code>sortition-draw-1</code>, the digest, the seed, with no line break after the last), read as a number and "
        "divided by {tickets:,}; the remainder is the ticket. This command has to print <strong>{ticket}</strong>:",
        tickets=summary.tickets,
        ticket=summary.ticket,
    )
    return f"{steps}<p>{only}</p>\n<pre>{escape(command)}</pre>"


def _words() -> str:
    """Explain the words."""
    pairs = "".join(f"<dt>{word}</dt><dd>{text}</dd>\n" for word, text in words_explained().items())
    return f'<dl class="words">\n{pairs}</dl>'


def _people(number: int) -> str:
    """Write a number of people."""
    return phrases("1 person", "{n:,} people", number)
