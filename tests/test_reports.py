"""What people look at: numbers right, everything escaped, nothing loaded, the same bytes every time."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from sortition.model import Certificate, Draw, Finding, Lottery, Problem, Quota
from sortition.reports import findings_view, percent, report_html, summarise, summary_view
from sortition.reports.charts import bins, histogram_rows

DIGEST = hashlib.sha256(b"a lottery").hexdigest()
SEED = "0917 O'Neil & <dice>"
NASTY = "<script>alert('x')</script>"
WARD = "St. Thomas's, Ward & Co"


def draw_from(digest: str, seed: str, tickets: int) -> Draw:
    number = hashlib.sha256(f"sortition-draw-1\n{digest}\n{seed}".encode()).hexdigest()
    return Draw("sortition-draw-1", digest, seed, int(number, 16) % tickets, tickets)


def small_lottery() -> Lottery:
    """Six people, three seats: two for women (0 to 3; 3 never), one for men (4 and 5, who share a household)."""
    problem = Problem(
        ids=tuple(f"secret-id-{number}" for number in range(6)),
        categories=("gender", "ward"),
        values=(("Female", "Male"), (NASTY, WARD)),
        codes=np.array([[0, 0], [0, 0], [0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int16),
        households=np.array([-1, -1, -1, -1, 0, 0], dtype=np.int32),
        panel_size=3,
        quotas=(
            Quota((("gender", ("Female",)),), 2, 2),
            Quota((("gender", ("Male",)),), 1, 1),
            Quota((("ward", (NASTY,)),), 2, 3, why="Asked for <b>by the council</b>."),
            Quota((("ward", (WARD,)),), 0, 1),
            Quota((("gender", ("Female", "Male")), ("ward", (NASTY,))), 2, 3, kind="cross"),
        ),
    )
    panels = np.array([[0, 1, 4], [0, 2, 5], [1, 2, 4], [0, 1, 4]], dtype=np.int32)
    fair = (*[Fraction(2, 3)] * 3, Fraction(0), Fraction(1, 2), Fraction(1, 2))
    return Lottery(
        problem, "leximin", panels, np.array([float(f) for f in fair]), fair, Certificate("leximin", "proved", ())
    )


def many_people(people: int = 300) -> Lottery:
    rng = np.random.default_rng(4)
    small = small_lottery().problem
    problem = replace(
        small,
        ids=tuple(f"{number:04}" for number in range(people)),
        codes=np.stack([rng.integers(0, 2, people), rng.integers(0, 2, people)], axis=1).astype(np.int16),
        households=np.full(people, -1, dtype=np.int32),
        panel_size=40,
    )
    panels = np.array([np.sort(rng.choice(people, 40, replace=False)) for _ in range(1000)], dtype=np.int32)
    fair = np.full(people, 40 / people)
    return Lottery(problem, "leximin", panels, fair, (None,) * people, Certificate("leximin", "heuristic", ()))


def page(lottery: Lottery, seed: str | None = SEED) -> str:
    draw = None if seed is None else draw_from(DIGEST, seed, len(lottery.panels))
    summary = summarise(
        lottery, DIGEST, draw, f"The Panel {NASTY}", [(f"elected {NASTY}", 2)], [(f"ward '{NASTY}'", 1)],
        [("private", "/home/officer/secret-folder")],
    )  # fmt: skip
    return report_html(summary, lottery.chances, lottery.fair)


class Tags(HTMLParser):
    """Checks that every element that is opened is closed in its turn; collects attributes and text."""

    VOID = frozenset({"meta", "br", "link", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def shown(renderable: object, width: int = 80) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


# --- summary ---------------------------------------------------------------------------------------------------------


def test_summary_counts_pool_panel_and_chances():
    draw = Draw("physical", DIGEST, None, 1, 4)
    summary = summarise(small_lottery(), DIGEST, draw, "P")
    assert [(row.category, row.value, row.pool, row.panel) for row in summary.quotas] == [
        ("gender", "Female", 4, 2),
        ("gender", "Male", 2, 1),
        ("ward", NASTY, 4, 2),
        ("ward", WARD, 2, 1),
        ("gender and ward", f"'Female' or 'Male' and {NASTY}", 4, 2),
    ]
    assert (summary.people, summary.panel_size, summary.tickets, summary.distinct_panels) == (6, 3, 4, 3)
    assert (summary.households, summary.unreachable, summary.without_ticket) == (1, 1, 0)
    assert (summary.chance.lowest, summary.chance.median, summary.chance.highest) == (0.25, 0.75, 0.75)
    assert summary.fair_chance.lowest == 0.5
    assert summary.lowest_fair_exact == "1/2"
    assert summary.largest_deviation == pytest.approx(0.25)


def test_summary_before_the_draw_knows_no_panel():
    summary = summarise(small_lottery(), DIGEST, None, "P")
    assert {row.panel for row in summary.quotas} == {None}
    assert (summary.ticket, summary.seed, summary.method) == (None, None, None)


def test_summary_counts_people_without_a_ticket_apart_from_those_who_cannot_be_drawn():
    lottery = small_lottery()
    few = replace(lottery, panels=lottery.panels[:1])
    summary = summarise(few, DIGEST, None, "P")
    assert (summary.unreachable, summary.without_ticket) == (1, 2)
    assert summary.chance.lowest == 0


def test_json_has_plain_values_only():
    summary = summarise(
        small_lottery(), DIGEST, draw_from(DIGEST, SEED, 4), "P", [("elected", 2)], files=[("out", "x")]
    )
    again = json.loads(json.dumps(summary.to_json()))
    assert again["excluded"] == [{"reason": "elected", "people": 2}]
    assert again["chance"] == {"lowest": 0.25, "median": 0.75, "highest": 0.75}
    assert again["files"] == {"out": "x"}


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0, "0%"), (1, "100%"), (0.28436, "28.4%"), (0.0041, "0.41%"), (0.9999, "over 99.9%"), (0.000123, "0.012%")],
)
def test_percent(chance, text):
    assert percent(chance) == text


# --- terminal --------------------------------------------------------------------------------------------------------


def test_terminal_fits_80_columns_and_keeps_the_digest_on_one_line():
    summary = summarise(small_lottery(), DIGEST, draw_from(DIGEST, SEED, 4), "P", files=[("Panel", "/a/long/path" * 9)])
    lines = shown(summary_view(summary)).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(DIGEST in line for line in lines) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_terminal_wraps_long_values_instead_of_cutting_them(width):
    text = shown(summary_view(summarise(small_lottery(), DIGEST, None, "P")), width)
    assert "…" not in text
    assert "not drawn yet" in text


def test_terminal_writes_markup_in_values_as_it_is():
    lottery = small_lottery()
    odd = replace(lottery.problem, values=(("[red]F[/red]", "Male"), lottery.problem.values[1]),
                  quotas=(Quota((("gender", ("[red]F[/red]",)),), 0, 3),))  # fmt: skip
    assert "[red]F[/red]" in shown(summary_view(summarise(replace(lottery, problem=odd), DIGEST, None, "[b]P")))


def test_terminal_writes_out_the_state_of_every_finding():
    text = shown(
        findings_view([Finding("1 chain", "passed", "Good."), Finding("2 digests", "not checked", "No file.")])
    )
    assert "passed" in text
    assert "not checked" in text
    assert "\x1b" not in shown(findings_view([Finding("11 receipt", "passed", "\x1b]0;title\x07 name: Zoë")]))


# --- page ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, SEED])
def test_page_is_well_formed_and_escapes_everything(seed):
    text = page(small_lottery(), seed)
    tags = parsed(text)
    assert "script" not in {tag for tag, _ in tags.seen}
    assert NASTY in tags.text
    assert WARD in tags.text
    assert "<b>by the council</b>" in tags.text


def test_page_loads_nothing():
    tags = parsed(page(small_lottery()))
    for _, attributes in tags.seen:
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
        assert "http" not in (attributes.get("style") or "")
    assert not re.search(r"@import|url\((?!#)", page(small_lottery()))


def test_page_names_nobody_and_no_private_place():
    text = page(small_lottery())
    assert "secret" not in text


def test_page_ids_are_different_and_references_lead_somewhere():
    text = page(small_lottery())
    attributes = [attributes for _, attributes in parsed(text).seen]
    ids = [each["id"] for each in attributes if "id" in each]
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r"url\(#([^)]*)\)", text)) | {
        each[name].lstrip("#")
        for each in attributes
        for name in ("aria-labelledby", "aria-describedby", "xlink:href")
        if each.get(name)
    }
    assert wanted <= set(ids)


def test_page_headings_go_down_one_level_at_a_time():
    levels = [int(tag[1]) for tag, _ in parsed(page(small_lottery())).seen if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(levels, islice(levels, 1, None), strict=False))


def test_charts_have_words_and_tables_and_the_colours_of_the_page():
    text = page(many_people())
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title id=[^>]*>\S.*</title><desc id=[^>]*>\S.*</desc>", chart)
        assert "var(--ink)" in chart
        assert ".0 people" not in chart
        assert not re.search("#[0-9a-f]{6}", chart)
    assert text.count("<details>") == 2


def test_page_gives_the_numbers():
    text = parsed(page(small_lottery(), "x")).text
    for words in ("25.0%", "75.0%", "exactly 1/2", "1 person in the pool cannot be drawn", "25 percentage points"):
        assert words in text
    assert DIGEST in text


def test_page_says_so_where_nothing_was_proved():
    assert "There is no proof" in page(many_people())
    assert "This was proved" in page(small_lottery())


@pytest.mark.parametrize("seed", [SEED, "09175059342981586505", "Zoë's “dice” $HOME `id` \\n"])
def test_command_on_the_page_prints_the_ticket(seed):
    lottery = many_people()
    text = page(lottery, seed)
    command = html.unescape(re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL)[-1])
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert int(done.stdout) == draw_from(DIGEST, seed, len(lottery.panels)).ticket


def test_page_before_the_draw_gives_no_panel():
    text = page(small_lottery(), None)
    assert "The draw has not happened yet" in text
    assert ">Panel</th>" not in text


def test_histogram_counts_everybody_once():
    chances = np.array([0.0, 0.05, 0.1, 0.1, 0.15, 0.999, 1.0])
    rows = histogram_rows(chances)
    assert sum(count for *_, count in rows) == 7
    assert rows[2] == pytest.approx((0.1, 0.15, 2))
    assert rows[-1][1] == pytest.approx(1.0)
    assert rows[-1][2] == 2


@pytest.mark.parametrize("top", [0.0, 0.001, 0.07, 0.3, 0.35, 1.0])
def test_histogram_has_a_handful_of_bars(top):
    counts, edges = bins(np.array([0.0, top]))
    assert 8 <= len(counts) <= 21
    assert edges[-1] >= top


def test_curve_stays_small_however_many_people():
    assert len(page(many_people(20_000))) < 200_000


def test_page_is_the_same_under_any_hash_seed_and_needs_no_matplotlib():
    code = """
import hashlib, sys
sys.modules["matplotlib"] = None
from test_reports import many_people, page
print(hashlib.sha256(page(many_people()).encode()).hexdigest())
"""
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=Path(__file__).parent,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert digests == {hashlib.sha256(page(many_people()).encode()).hexdigest() + "\n"}
