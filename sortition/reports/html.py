"""The public page: one self-contained file that tells a resident what happened and how to check it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from string import Template

from sortition.model import FloatArray
from sortition.reports.charts import curve_svg, histogram_rows, histogram_svg, quantile_rows
from sortition.reports.summary import QuotaRow, Summary, percent

AIMS = {
    "leximin": "The aim was to give the least likely person the highest chance that the quotas allow; then the next "
    "least likely, and so on up to the most likely (this is called leximin).",
    "maximin": "The aim was to give the least likely person the highest chance that the quotas allow (this is called "
    "maximin).",
    "nash": "The aim was to make the product of everybody’s chances as large as the quotas allow, which balances the "
    "chances of the less likely against those of the more likely (this is called Nash welfare).",
    "goldilocks": "The aim was to keep the highest chance low and the lowest chance high, both measured against what "
    "everybody would have if all chances were equal (this is called Goldilocks).",
    "minimax": "The aim was to make the chance of the most likely person as low as the quotas allow, so that nobody "
    "gains much by giving wrong answers (this is called minimax).",
    "legacy": "There was no aim for people’s chances: panels were put together person by person, each time from the "
    "group that was hardest to fill. This method guarantees nothing, and what it calls fair chances was only counted "
    "from the panels drawn (this is called the legacy method).",
}
PROOFS = {
    "proved": "This was proved: the file certificate.json holds the proof, and anyone can check it with exact "
    "fractions, without trusting the program that made the lottery.",
    "attested by the solver": "Part of this rests on the word of the program that solved the equations and is not "
    "proved step by step; the file certificate.json says which part.",
    "heuristic": "There is no proof that this was reached: the lottery was made by a method that does not give one.",
}
BEFOREHAND = (
    "Before the draw it was laid down how many seats there are for people of each kind, so that the panel reflects the "
    "community and not only those who answer letters. These are the quotas."
)
WORDS = {
    "Sortition": "Choosing people by lot, as juries are.",
    "Pool": "The people who said yes to the invitation and may be drawn.",
    "Quota": "The lowest and highest number of seats for people who have something in common, such as an age band.",
    "Panel": "A set of people who fill all seats. Only panels that meet every quota are on the list.",
    "Lottery": "The numbered list of panels. Every number is equally likely.",
    "Ticket": "A number on that list. Drawing a ticket draws the panel that has its number.",
    "Chance": "How likely a person is to get a seat: the tickets whose panel they are on, out of all tickets.",
    "Fair chance": "The chance before rounding to whole tickets, as if the list could be endlessly long.",
    "Seed": "A public text that nobody could know or choose beforehand, such as dice thrown in a meeting.",
    "Digest": "A fingerprint of a file or list. The same content always has the same one.",
}


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
    template = Template(files("sortition.reports").joinpath("report.html").read_text(encoding="utf-8"))
    drawn = summary.ticket is not None
    return template.substitute(
        name=escape(summary.name),
        kicker="Record of a public draw" if drawn else "A lottery that is ready to be drawn",
        lead=_lead(summary),
        facts=_facts(summary),
        story=_story(summary),
        who="Who is on the panel" if drawn else "Who has to be on the panel",
        quotas=_quotas(summary),
        chances=_chances(summary, chances, fair),
        fairness=_fairness(summary),
        digest=escape(summary.digest),
        check=_check(summary),
        words=_words(),
    )


def _lead(summary: Summary) -> str:
    """Say in one sentence what this is about."""
    will_be = "were" if summary.ticket is not None else "will be"
    return (
        f"{_people(summary.panel_size)} {will_be} drawn by lot from a pool of {summary.people:,}, within quotas that "
        "were laid down beforehand. This page says how, and how anyone can check it."
    )


def _facts(summary: Summary) -> str:
    """Show the four numbers that matter most."""
    ticket = "not yet" if summary.ticket is None else str(summary.ticket)
    facts = [
        ("people in the pool", f"{summary.people:,}"),
        ("seats on the panel", f"{summary.panel_size:,}"),
        ("numbered panels, all equally likely", f"{summary.tickets:,}"),
        (f"ticket, of 0 to {summary.tickets - 1}", ticket),
    ]
    cells = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(number)}</dd></div>\n" for label, number in facts)
    return f'<dl class="facts">\n{cells}</dl>'


def _story(summary: Summary) -> str:
    """Tell the steps of the draw in plain words."""
    panels = f"{summary.tickets:,} panels of {summary.panel_size} people, numbered from 0 to {summary.tickets - 1}"
    steps = [
        f"People were invited, and {summary.people:,} of those who said yes could be drawn. {_left_out(summary)}",
        BEFOREHAND,
        f"A computer made a list of {panels}. Every panel on the list meets every quota. {_households(summary)}",
        "The list was frozen, and its fingerprint (the digest below) taken, so that nobody can change it unnoticed.",
        _draw_step(summary),
    ]
    return '<ol class="steps">\n' + "".join(f"<li>{escape(step.strip())}</li>\n" for step in steps) + "</ol>"


def _households(summary: Summary) -> str:
    """Say what the household rule did."""
    if not summary.households:
        return ""
    some = "1 household has" if summary.households == 1 else f"{summary.households:,} households have"
    return f"{some} more than one person in the pool; no panel seats two people of one household."


def _left_out(summary: Summary) -> str:
    """Say who was left out of the pool, and why."""
    if not summary.excluded:
        return ""
    return "Left out: " + "; ".join(f"{_people(people)} ({reason})" for reason, people in summary.excluded) + "."


def _draw_step(summary: Summary) -> str:
    """Say how the ticket was drawn."""
    if summary.ticket is None:
        return "The draw has not happened yet. When it has, one number decides which panel is chosen."
    how = f"The public seed “{summary.seed}” gave the ticket {summary.ticket} by a published formula."
    if summary.seed is None:
        how = f"Ticket {summary.ticket} was drawn by hand."
    return f"{_replaced(summary)}{how} Panel number {summary.ticket} got the seats."


def _replaced(summary: Summary) -> str:
    """Tell of the draws that no longer stand."""
    told = ""
    for number, (ticket, reason) in enumerate(summary.replaced, start=1):
        which = "The first draw" if number == 1 else f"Draw number {number}"
        told += f"{which} gave ticket {ticket}, which no longer stands. Drawn again, because: “{reason}”. "
    return told


def _quotas(summary: Summary) -> str:
    """Show the quota table, one group of rows a category, and the reasons under it."""
    drawn = summary.ticket is not None
    heads = ("Kind of people", "Pool", *(["Panel"] if drawn else []), "Lowest", "Highest")
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    panel_key = '<br><span class="key panel"></span>share of panel' if drawn else ""
    cells += f'<th scope="col" class="bars"><span class="key"></span>share of pool{panel_key}</th>'
    groups = "".join(_quota_group(summary, name, list(rows)) for name, rows in _by_category(summary.quotas))
    return (
        "<p>The pool column counts everybody who could be drawn. Lowest and highest are the fewest and the most seats "
        f"that were allowed{'; the panel column is what the draw gave' if drawn else ''}.</p>\n"
        f'<div class="wide"><table><caption>Seats: what was asked for{" and what was drawn" if drawn else ""}</caption>'
        f"<thead><tr>{cells}</tr></thead>\n{groups}</table></div>\n{_reasons(summary.quotas)}"
    )


def _by_category(rows: Iterable[QuotaRow]) -> Iterable[tuple[str, Iterable[QuotaRow]]]:
    """Group neighbouring rows: those of one category, and the rules over groups of values by themselves."""
    kinds = {"quota": "", "rule": ", taken together", "cross": ""}
    return groupby(rows, key=lambda row: row.category + kinds[row.kind])


def _quota_group(summary: Summary, name: str, rows: Sequence[QuotaRow]) -> str:
    """Show the rows of one category."""
    columns = 6 if summary.ticket is not None else 5
    head = f'<tr><th colspan="{columns}" scope="rowgroup">{escape(name[:1].upper() + name[1:])}</th></tr>\n'
    return f"<tbody>{head}{''.join(_quota_row(summary, row) for row in rows)}</tbody>\n"


def _quota_row(summary: Summary, row: QuotaRow) -> str:
    """Show one quota, with bars for its share of the pool and of the panel."""
    bars = _bar("bar", row.pool, summary.people)
    seats = ""
    if row.panel is not None:
        bars += _bar("bar panel", row.panel, summary.panel_size)
        seats = f'<td class="seats">{row.panel:,}</td>'
    return (
        f'<tr><th scope="row">{escape(row.value)}</th><td>{row.pool:,}</td>{seats}<td>{row.low:,}</td>'
        f'<td>{row.high:,}</td><td class="bars" aria-hidden="true">{bars}</td></tr>\n'
    )


def _bar(kind: str, part: int, whole: int) -> str:
    """Draw a bar as long as a share."""
    return f'<span class="{kind}" style="width:{100 * part / max(whole, 1):.1f}%"></span>'


def _reasons(rows: Iterable[QuotaRow]) -> str:
    """List the written reasons of quotas, each once."""
    reasons = dict.fromkeys((row.category, row.why) for row in rows if row.why)
    if not reasons:
        return ""
    items = "".join(f"<li>{escape(category)}: {escape(why)}</li>\n" for category, why in reasons)
    return f"<h3>Reasons given for these numbers</h3>\n<ul>{items}</ul>"


def _chances(summary: Summary, chances: FloatArray, fair: FloatArray) -> str:
    """Show the chances: in words, as two charts, and as the tables behind them."""
    curve = [(name, percent(chance), percent(goal)) for name, chance, goal in quantile_rows(chances, fair)]
    bars = [(f"{percent(low)} to {percent(high)}", f"{count:,}") for low, high, count in histogram_rows(chances)]
    equal = summary.panel_size / summary.people
    could, had = ("could", "had") if summary.ticket is not None else ("can", "has")
    return (
        f"<p>If there were no quotas, everybody would have a chance of {percent(equal)} ({summary.panel_size} seats, "
        f"{_people(summary.people)}). Quotas make some people likelier: whoever has an answer that few others gave is "
        f"needed more often. Of those who {could} be drawn, the least likely {had} a chance of "
        f"<strong>{percent(summary.chance.lowest)}</strong>, the one in the middle "
        f"<strong>{percent(summary.chance.median)}</strong>, the most likely "
        f"<strong>{percent(summary.chance.highest)}</strong>.</p>\n"
        + _figure(curve_svg(chances, fair), "Everybody in the pool, from the least to the most likely to be drawn.")
        + _table("The curve as a table", ("person", "chance", "fair chance"), curve)
        + _figure(histogram_svg(chances), "How many people have about the same chance.")
        + _table("The bars as a table", ("chance from … to below", "people"), bars)
    )


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
    exact = f" (exactly {summary.lowest_fair_exact})" if summary.lowest_fair_exact else ""
    aim = AIMS.get(summary.objective, f"The aim was the objective called {summary.objective}.")
    rounding = f"{100 * summary.largest_deviation:.2g} percentage points"
    parts = [
        f"{aim} {PROOFS[summary.status]}",
        f"The lowest fair chance is {percent(summary.fair_chance.lowest)}{exact}.",
        f"Tickets have to round: nobody’s chance differs from their fair chance by more than {rounding}.",
    ]
    if summary.unreachable:
        parts.append(
            f"{_people(summary.unreachable)} in the pool cannot be drawn at all: no panel that meets every quota "
            "has room for them."
        )
    if summary.without_ticket:
        parts.append(f"{_people(summary.without_ticket)} have a fair chance smaller than one ticket, and got none.")
    blocked = "".join(f"<li>{escape(_people(people))}: {escape(reason)}</li>\n" for reason, people in summary.blocked)
    paragraphs = "".join(f"<p>{escape(part)}</p>\n" for part in parts)
    return paragraphs + (f"<ul>{blocked}</ul>" if blocked else "")


def _privacy(summary: Summary) -> str:
    """Say what the published files tell about people."""
    if not summary.answers_public:
        return (
            "<p>The files tell how many people gave each answer, but not who gave which. Anyone can check that nothing "
            "was changed, count everybody’s tickets and follow the draw; that the panels meet the quotas and that the "
            "lottery is the fairest can be checked only with the organisers’ private files.</p>\n"
        )
    shared = ""
    if summary.among_few:
        shared = (
            f"{_people(summary.alone)} in the pool gave a combination of answers that nobody else gave, and "
            f"{_people(summary.among_few)} share theirs with fewer than five people, themselves counted. "
        )
    return (
        "<p>The files hold no names and no addresses, but they show the answers that the quotas are about, under a "
        f"pseudonym for each person. {shared}Please do not try to find out who is who.</p>\n"
    )


def _check(summary: Summary) -> str:
    """Give the commands that check the draw."""
    steps = _privacy(summary) + (
        "<p>The files beside this page are the whole record. To check all of it, open <code>verify.html</code> in a "
        "browser and drop the files onto it, or install Python (3.11 or newer), open a terminal in the folder and "
        "type:</p>\n<pre>python3 verify.py</pre>\n"
        "<p>Both count every panel on the list again, add up the chances, check the proof, and follow the seed to the "
        "panel.</p>\n"
    )
    if summary.seed is None:
        return steps
    command = (
        "python3 -c \"import hashlib, sys; text = '\\n'.join(sys.argv[1:]); "
        f'print(int(hashlib.sha256(text.encode()).hexdigest(), 16) % {summary.tickets})" \\\n'
        f"  sortition-draw-1 {summary.digest} \\\n  {shlex.quote(summary.seed)}"
    )
    return (
        f"{steps}<p>To check only the draw: the ticket is the SHA-256 of three lines of text (the words "
        "<code>sortition-draw-1</code>, the digest, the seed, with no line break after the last), read as a number and "
        f"divided by {summary.tickets:,}; the remainder is the ticket. This command has to print "
        f"<strong>{summary.ticket}</strong>:</p>\n<pre>{escape(command)}</pre>"
    )


def _words() -> str:
    """Explain the words."""
    return (
        '<dl class="words">\n' + "".join(f"<dt>{word}</dt><dd>{text}</dd>\n" for word, text in WORDS.items()) + "</dl>"
    )


def _people(number: int) -> str:
    """Write a number of people."""
    return "1 person" if number == 1 else f"{number:,} people"
