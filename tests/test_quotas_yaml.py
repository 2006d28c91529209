import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.errors import InputError
from sortition.model import MISSING_VALUE, Bands, Exclusion, Quota, Quotas
from sortition.reading import read_quotas
from sortition.reading.bands import read_band

BROKEN = Path(__file__).parent / "broken"

SENTENCES = {
    "alias_bomb": [
        ":1: Aliases repeat parts of this file too often. Write the spec without aliases.",
    ],
    "alias_of_itself": [
        ":4: There are more than 20 levels within one another here. A quota spec needs about six.",
    ],
    "band_gap": [
        ":8: age: the bands '18-24' and '26-64' leave out age 25 between them. Extend one of them.",
        ":9: age: the bands '26-64' and '70+' leave out ages 65 to 69 between them. Extend one of them.",
    ],
    "band_overlap": [
        ":8: age: the bands '18-25' and '25-64' overlap at age 25. Give every age to one band only.",
        ":9: age: the bands '25-64' and '60+' overlap at age 60. Give every age to one band only.",
    ],
    "band_unreadable": [
        (
            ":5: age: '16/11/2019' is not a date. Write the day on which ages are counted as year-month-day, such"
            " as `on: 2019-11-16`."
        ),
        ":5: age 'young': this is not an age band. Write it as 18-24, 75+, under 25 or 65 and over.",
        ":5: age '90-65': the band starts at 90 and ends before it, at 65. Swap the two.",
    ],
    "band_without_seats": [
        ":5: age '65+': no seats are given for this value. Add it to `seats`.",
        ":6: age '65-74': this is none of the `values` of `bands`. Add it there or delete it here.",
    ],
    "bands_turned_into_dates": [
        ":6: age '09-May': this was probably '5-9' before a spreadsheet changed it. Correct it.",
        ":7: age 'Oct-19': this was probably '10-19' before a spreadsheet changed it. Correct it.",
        ":8: age '10.0': this was probably '10' before a spreadsheet changed it. Correct it.",
    ],
    "bands_without_day": [
        (
            ":5: age: `bands` needs `on`. Write the day on which ages are counted as year-month-day, such as `on:"
            " 2019-11-16`."
        ),
    ],
    "category_without_seats": [
        ":4: gender: no seats are given. Give `seats` for each value, or `share` and `tolerance`.",
    ],
    "control_character": [
        ":4: There is an invisible control character here. Delete it.",
    ],
    "cross_faulty_seats": [
        ":12: age '18-24' and gender 'Female': lowest 3 is above highest 1. Lower the one or raise the other.",
        ":13: cross: `seats` of age '25-64': a table is expected here. Write it as {name: …, name: …}.",
        ":14: age '65+' and gender 'Male': at least 11 are wanted, but the panel has 10 seats. Lower the number.",
        ":14: cross: 'male' is already on line 14. Delete one of them.",
        ":15: cross: no seats are given. Write `seats: {18-24: {Female: 2-4}}`.",
    ],
    "cross_names_unknown": [
        ":10: cross: there is no category 'gendr'. Did you mean 'gender'?",
        ":14: cross: age has no value '18-25'. Did you mean '18-24'?",
        ":15: cross: gender has no value 'Woman'. Known here: 'Female', 'Male'.",
        ":16: cross: `of` must name two or more different categories, as in `of: [age, gender]`.",
    ],
    "duplicate_category_but_for_case": [
        ":6: The category 'Gender' is already on line 4. Delete one of them.",
    ],
    "duplicate_key": [
        ":6: 'gender' is already on line 4. Delete or rename one of them.",
    ],
    "duplicate_value_but_for_dash": [
        ":7: age '18 – 24': this value is already on line 6. Delete one of them.",
    ],
    "exclude_incomplete": [
        ":7: `exclude`: 'colum' is not known here. Did you mean 'column'?",
        ":7: `exclude`: `column` is missing. Write {column: …, values: [...], reason: …}.",
        ":7: `exclude`: `values` is missing. Write {column: …, values: [...], reason: …}.",
        ":8: `exclude`: a table is expected here. Write it as {name: …, name: …}.",
    ],
    "flex_negative": [
        ":6: `flex`: gender: '-1' is negative. Write a whole number from 0.",
        ":6: `flex`: there is no category 'agee'. Known here: 'gender'.",
        ":6: `flex`: 'Gender' is already on line 6. Delete one of them.",
    ],
    "foreign_tag": [
        ":4: The tag !include means nothing in a quota spec. Delete it.",
        ":4: gender: a table is expected here. Write it as {name: …, name: …}.",
    ],
    "half_a_character": [
        ":5: There is half a character here (a lone surrogate). Write the character itself.",
    ],
    "highest_add_up_too_low": [
        (
            ":4: gender: the highest numbers add up to 8, but the panel has 10 seats. Raise some of them, by 2 in"
            " all, or lower the panel size."
        ),
    ],
    "impossible_escape": [
        ": This is not valid YAML. Check the indentation, the colons and the quotation marks here.",
    ],
    "list_instead_of_table": [
        ":1: A quota spec is a table of names and values. Start with the line `sortition: 1`.",
    ],
    "lowest_above_highest": [
        ":6: gender 'Female': lowest 6 is above highest 4. Lower the one or raise the other.",
        ":7: gender 'Male': lowest 5 is above highest 3. Lower the one or raise the other.",
    ],
    "lowest_add_up_too_high": [
        (
            ":4: gender: the lowest numbers add up to 12, but the panel has 10 seats. Lower some of them, by 2 in"
            " all, or raise the panel size."
        ),
    ],
    "many_faults": [
        ":7: age '18-24': lowest 5 is above highest 3. Lower the one or raise the other.",
        ":11: gender: 'synonym' is not known here. Did you mean 'synonyms'?",
        ":13: rule: there is no category 'etnicity'. Known here: 'age', 'gender'.",
        ":14: `flex`: age: 'one' is not a whole number. Write one such as 5.",
    ],
    "missing_policy_unknown": [
        ":7: `missing`: gender needs one of 'refuse', 'own-value', 'unconstrained'.",
        ":8: `missing`: there is no category 'gendre'. Did you mean 'gender'?",
    ],
    "negative_seats": [
        ":6: gender 'Female': '-4' is negative. Write a whole number from 0.",
        ":7: gender 'Male': '4.5' is not a number of seats. Write a range such as 4-6, or one number such as 5.",
        ":8: gender 'Other': 'none' is not a number of seats. Write a range such as 4-6, or one number such as 5.",
    ],
    "nested_too_deep": [
        ":4: There are more than 20 levels within one another here. A quota spec needs about six.",
    ],
    "no_quotas": [
        ":1: `quotas` is missing or empty. Name at least one category and its seats.",
    ],
    "not_yaml": [
        (
            ":5: This is not valid YAML: expected ',' or '}', but got ':'. Check the indentation, the colons and "
            "the quotation marks here."
        ),
    ],
    "panel_size_not_whole": [
        ":2: `panel_size`: '10.5' is not a whole number. Write one such as 5.",
    ],
    "panel_size_zero": [
        ":2: `panel_size` is 0. Say how many people are to be drawn.",
    ],
    "rule_names_unknown": [
        ":7: rule: there is no category 'gendre'. Did you mean 'gender'?",
        ":8: rule: gender has no value 'Femal'. Did you mean 'Female'?",
    ],
    "rule_out_of_order": [
        ":7: gender 'Female': lowest 5 is above highest 3. Lower the one or raise the other.",
        ":8: gender 'Female': at least 11 are wanted, but the panel has 10 seats. Lower the number.",
        ":9: rule: gender or one of its values is named twice. Name it once.",
    ],
    "rule_without_bounds": [
        ":7: rule: neither `at_least` nor `at_most` is given. Give one of them or both.",
        ":8: rule: `of` is missing. Say whom the rule counts, as in `of: {ethnicity: [Asian, Black]}`.",
    ],
    "seats_turned_into_dates": [
        ":6: gender 'Female': 'Oct-19' was probably 10-19 before a spreadsheet changed it. Write 10-19.",
        ":7: gender 'Male': '04-Jun' was probably 4-6 before a spreadsheet changed it. Write 4-6.",
        ":8: gender 'Other': '1.0' was probably 1 before a spreadsheet changed it. Write 1.",
        ":9: gender 'Unsaid': '2020-05-09' was probably 5-9 before a spreadsheet changed it. Write 5-9.",
        ":10: gender 'None': '2019-10-01 00:00:00' was probably 10-19 before a spreadsheet changed it. Write 10-19.",
    ],
    "share_not_a_number": [
        (
            ":6: ethnicity 'White': 'most' is not a share. Write a per cent such as 8.4, or a count of people "
            "such as 1,234."
        ),
    ],
    "shares_do_not_add_up": [
        (
            ":5: ethnicity: the shares add up to 93.3 per cent. Correct them so that they add up to 100, or give "
            "counts of people."
        ),
    ],
    "synonym_of_two_values": [
        ":8: gender: 'w' cannot be a synonym of 'Male', for it stands for 'Female' already. Delete one of them.",
        ":8: gender: 'female' cannot be a synonym of 'Male', for it stands for 'Female' already. Delete one of them.",
        ":9: gender: there is no value 'Mael' to give synonyms for. Did you mean 'Male'?",
    ],
    "tolerance_beside_seats": [
        ":6: gender: `tolerance` widens a `share`. Delete it, or delete `seats`.",
    ],
    "targets_that_cannot_be": [
        ":6: gender 'male': the target is 3, and the seats are 4 to 6. Correct one of them.",
        ":6: gender: there is no value 'Mael' to give a target for. Did you mean 'Male'?",
        ":6: gender: the targets add up to 11, but the panel has 10 seats. Correct them.",
    ],
    "two_documents": [
        ":6: A second document starts here. Keep one quota spec to a file.",
    ],
    "unknown_key": [
        ":1: `panel_size` is missing. Say how many people are to be drawn, as in `panel_size: 50`.",
        ":2: The spec: 'panelsize' is not known here. Did you mean 'panel_size'?",
    ],
    "value_without_seats": [
        ":7: gender 'Male': no seats are given. Write them as 4-6 or 5.",
    ],
    "version_missing": [
        ":1: The version of the format is missing. Start with the line `sortition: 1`.",
    ],
    "version_unknown": [
        ":1: This version of the format is not known. Write `sortition: 1`.",
    ],
}


EXAMPLE = """\
sortition: 1
name: Dudley People's Panel 2019
panel_size: 50
pool: {id: id, household: [address, postcode]}      # at most one person from each
quotas:
  age:
    column: date_of_birth
    bands: {on: 2019-11-16, values: [18-24, 25-34, 35-44, 45-54, 55-64, 65-74, 75+]}
    seats: {18-24: 4-6, 25-34: 7-9, 35-44: 7-8, 45-54: 8-10, 55-64: 7-9, 65-74: 6-8, 75+: 5-7}
  gender:
    seats: {Female: 25-26, Male: 24–25, Non-binary or other: 0-1}
    synonyms: {Female: [F, woman], Male: [M, man]}
  ethnicity: {share: {White: 84.9, Asian: 8.4, Black: 2.5, Mixed: 2.8, Other: 1.4}, tolerance: 0}
rules:
  - {at_least: 3, of: {ethnicity: [Asian, Black, Mixed, Other]}, why: "few of each"}
cross: [{of: [age, gender], seats: {18-24: {Female: 2-4, Male: {min: 2, max: 4}}, 75+: {Female: 3}}}]
missing: {ethnicity: own-value}
exclude: [{column: councillor, values: [yes], reason: elected member}]
flex: {age: 1}
"""


def quotas_of(tmp_path, text, panel_size=None):
    path = tmp_path / "quotas.yaml"
    path.write_text(text, encoding="utf-8")
    return read_quotas(path, panel_size)


def category_of(tmp_path, text, more=""):
    return quotas_of(tmp_path, f"sortition: 1\npanel_size: 10\nquotas:\n  {text}\n{more}").categories[0]


def faults_of(path, panel_size=None):
    with pytest.raises(InputError) as caught:
        read_quotas(path, panel_size)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@pytest.mark.parametrize("defect", sorted(SENTENCES))
def test_broken_specs_end_in_sentences(defect):
    assert faults_of(BROKEN / f"quotas_{defect}.yaml") == SENTENCES[defect]


def test_the_example_of_the_format(tmp_path):
    quotas = quotas_of(tmp_path, EXAMPLE)
    age, gender, ethnicity = quotas.categories
    assert (quotas.name, quotas.panel_size) == ("Dudley People's Panel 2019", 50)
    assert (quotas.id_column, quotas.household_columns) == ("id", ("address", "postcode"))
    assert quotas.exclude == (Exclusion("councillor", ("yes",), "elected member", 18),)
    assert (age.column, gender.column) == ("date_of_birth", "gender")
    assert age.bands == Bands(dt.date(2019, 11, 16), (18, 25, 35, 45, 55, 65, 75), (24, 34, 44, 54, 64, 74, None))
    assert (age.low, age.high) == ((4, 7, 7, 8, 7, 6, 5), (6, 9, 8, 10, 9, 8, 7))
    assert (age.flex, gender.flex) == (1, None)
    assert (gender.low, gender.high, gender.lines) == ((25, 24, 0), (26, 25, 1), (11, 11, 11))
    assert gender.synonyms == (("F", "Female"), ("woman", "Female"), ("M", "Male"), ("man", "Male"))
    assert ethnicity.values == ("White", "Asian", "Black", "Mixed", "Other", MISSING_VALUE)
    assert (ethnicity.low, ethnicity.high) == ((42, 4, 1, 1, 0, 0), (43, 5, 2, 2, 1, 50))
    assert ethnicity.shares == (84.9, 8.4, 2.5, 2.8, 1.4, None)
    assert ethnicity.missing == "own-value"
    assert ethnicity.lines[-1] is None
    assert quotas.rules == (
        Quota((("ethnicity", ("Asian", "Black", "Mixed", "Other")),), 3, 50, "rule", "few of each", 15),
        Quota((("age", ("18-24",)), ("gender", ("Female",))), 2, 4, "cross", "", 16),
        Quota((("age", ("18-24",)), ("gender", ("Male",))), 2, 4, "cross", "", 16),
        Quota((("age", ("75+",)), ("gender", ("Female",))), 3, 3, "cross", "", 16),
    )


def test_text_stays_as_it_is_written(tmp_path):
    seats = "{yes: 2-4, No: 1, ~: 2, 1: 3, 2019-11-16: 0-9, 12:30:45: 0, 1e3: 1, 0x1F: 0, 5 March: 0}"
    category = category_of(tmp_path, f"on: {{seats: {seats}}}")
    assert category.name == category.column == "on"
    assert category.values == ("yes", "No", "~", "1", "2019-11-16", "12:30:45", "1e3", "0x1F", "5 March")


@pytest.mark.parametrize(
    ("written", "bounds"),
    [
        ("4-6", (4, 6)),
        ("4–6", (4, 6)),
        ("4 — 6", (4, 6)),
        ("4 to 6", (4, 6)),
        ("5", (5, 5)),
        ("'5'", (5, 5)),
        ("{min: 4, max: '6'}", (4, 6)),
    ],
)
def test_ways_to_write_seats(tmp_path, written, bounds):
    category = category_of(tmp_path, f"gender: {{seats: {{Female: {written}, Male: 0-10}}}}")
    assert (category.low[0], category.high[0]) == bounds


@pytest.mark.parametrize(
    ("written", "ages"),
    [
        ("18-24", (18, 24)),
        ("18 – 24", (18, 24)),
        ("18 to 24", (18, 24)),
        ("18", (18, 18)),
        ("75+", (75, None)),
        ("75 plus", (75, None)),
        ("65 and over", (65, None)),
        ("65 or older", (65, None)),
        ("over 65", (66, None)),
        (">65", (66, None)),
        ("under 25", (0, 24)),
        ("Under 25", (0, 24)),
        ("< 25", (0, 24)),
        ("up to 24", (0, 24)),
        ("24 and under", (0, 24)),
    ],
)
def test_ways_to_write_bands(written, ages):
    assert read_band(written) == ages


@pytest.mark.parametrize("written", ["", "young", "under 0", "18-24-30", "1000+", "24-18", "Oct-19"])
def test_what_is_no_band(written):
    with pytest.raises(ValueError, match=r"\.$"):
        read_band(written)


def test_bands_may_be_named_by_their_seats_in_any_order(tmp_path):
    category = category_of(tmp_path, "age: {bands: {on: 2019-11-16}, seats: {65+: 3, 18–24: 3, 25-64: 4}}")
    assert category.bands == Bands(dt.date(2019, 11, 16), (65, 18, 25), (None, 24, 64))
    assert category.values == ("65+", "18–24", "25-64")


def test_the_order_of_bands_is_that_of_their_values(tmp_path):
    text = "age: {bands: {on: 2019-11-16, values: [18-24, 25+]}, seats: {25+: 6, 18–24: 4, (Not given): 0-2}}"
    category = category_of(tmp_path, text, "missing: {Age: own-value}")
    assert category.values == ("18-24", "25+", MISSING_VALUE)
    assert (category.low, category.high) == ((4, 6, 0), (4, 6, 2))
    assert category.bands is not None
    assert category.bands.starts == (18, 25)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        ("{a: 50, b: 30, c: 20}", (5, 3, 2), (5, 3, 2)),
        ("{a: 50.4 %, b: 29.6%, c: 20}", (5, 2, 2), (6, 3, 2)),
        ("{a: 33.3, b: 33.3, c: 33.3}", (3, 3, 3), (4, 4, 4)),  # adds up to 99.9: normalised
        ("{a: '12,345', b: 1000, c: 0}", (9, 0, 0), (10, 1, 0)),
        ("{a: 50.0000000000000000001, b: 30, c: 19.9999999999999999999}", (5, 3, 1), (6, 3, 2)),
    ],
)
def test_shares_become_seats_exactly(tmp_path, share, low, high):
    category = category_of(tmp_path, f"x: {{share: {share}}}")
    assert (category.low, category.high) == (low, high)


def test_tolerance_widens_within_the_panel(tmp_path):
    category = category_of(tmp_path, "x: {share: {a: 90, b: 10, c: 0}, tolerance: 2}")
    assert (category.low, category.high) == ((7, 0, 0), (10, 3, 2))


def test_shares_beside_seats_are_kept_for_the_reader(tmp_path):
    category = category_of(tmp_path, "x: {share: {A: 3000, B: 1000}, seats: {a: 5, b: 4, c: 1}, why: because}")
    assert category.low == (5, 4, 1)
    assert category.shares == (75.0, 25.0, None)
    assert category.why == "because"


def test_where_a_target_comes_from(tmp_path):
    text = "x: {share: {a: 100}, source: Census, reference_date: 2021-03-21, base: adults, caution: of one sex}"
    category = category_of(tmp_path, text)
    found = category.source, category.reference_date, category.base, category.caution
    assert found == ("Census", "2021-03-21", "adults", "of one sex")


def test_targets_and_counts_are_kept_for_the_reader(tmp_path):
    category = category_of(tmp_path, "x: {share: {A: 300, B: 100}, target: {b: 2, a: 8}}", "missing: {x: own-value}")
    assert (category.targets, category.people) == ((8, 2, None), (300, 100, None))


def test_notes_are_kept(tmp_path):
    spec = "sortition: 1\nnotes: 2019, the\n  second\npanel_size: 1\nquotas: {x: {seats: {a: 1}}}\n"
    assert quotas_of(tmp_path, spec).notes == "2019, the second"


def test_people_who_count_towards_no_value_may_fill_the_panel(tmp_path):
    text = "gender: {seats: {Female: 2-4, Male: 2-4}}"
    assert category_of(tmp_path, text, "missing: {gender: unconstrained}").high == (4, 4)
    assert category_of(tmp_path, text, "missing: {gender: own-value}").high == (4, 4, 10)


def test_names_may_differ_in_case_and_dashes(tmp_path):
    quotas = quotas_of(
        tmp_path,
        "sortition: 1\npanel_size: 10\nquotas: {Age Group: {seats: {18–24: 5, 25+: 5}, synonyms: {18-24: young}}}\n"
        "rules: [{at_most: 3, of: {age group: 18 - 24}}]\nflex: {AGE GROUP: 2}\n",
    )
    assert quotas.rules == (Quota((("Age Group", ("18–24",)),), 0, 3, "rule", "", 4),)
    assert quotas.categories[0].synonyms == (("young", "18–24"),)
    assert quotas.categories[0].flex == 2


def test_crosses_of_three_categories(tmp_path):
    quotas = quotas_of(
        tmp_path,
        "sortition: 1\npanel_size: 2\n"
        "quotas: {a: {seats: {x: 1, y: 1}}, b: {seats: {x: 1, y: 1}}, c: {seats: {z: 2}}}\n"
        "cross: [{of: [a, b, c], why: w, seats: {x: {y: {z: 0-1}}}}]\n",
    )
    assert quotas.rules == (Quota((("a", ("x",)), ("b", ("y",)), ("c", ("z",))), 0, 1, "cross", "w", 4),)


def test_anchors_are_fine(tmp_path):
    quotas = quotas_of(tmp_path, "sortition: 1\npanel_size: 4\nquotas: {a: {seats: &s {x: 2, y: 2}}, b: {seats: *s}}\n")
    assert quotas.categories[0].values == quotas.categories[1].values == ("x", "y")


def test_what_may_be_left_out(tmp_path):
    quotas = quotas_of(tmp_path, "sortition: 1\npanel_size: 4\nquotas: {a: {seats: {x: 2, y: 2}}}\n")
    assert (quotas.name, quotas.id_column, quotas.household_columns) == ("quotas", "id", ())
    assert (quotas.rules, quotas.exclude) == ((), ())


def test_the_panel_size_asked_for_must_be_that_of_the_file(tmp_path):
    assert quotas_of(tmp_path, EXAMPLE, 50).panel_size == 50
    assert faults_of(tmp_path / "quotas.yaml", 60) == [
        ":3: `panel_size` is 50, but 60 was asked for. Leave the option out, or change the file and its quotas."
    ]


def test_a_file_far_too_long(tmp_path):
    path = tmp_path / "quotas.yaml"
    path.write_text("# " + "x" * 1_000_000, encoding="utf-8")
    assert faults_of(path) == [": The file has more than 1,000,000 characters, far too many for a quota spec."]


def test_a_file_of_comments_only(tmp_path):
    path = tmp_path / "quotas.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert faults_of(path) == [": There is no quota spec in this file. Start with the line `sortition: 1`."]


def is_quotas_or_an_input_error(folder, text):
    path = folder / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        return isinstance(read_quotas(path), Quotas)
    except InputError as error:
        return all(fault.message.endswith((".", "?")) for fault in error.faults)


@given(st.text(st.sampled_from("sortition: 1\n-[]{}&*!|>'\"%@`,?#\té"), max_size=80))
def test_any_text_is_quotas_or_an_input_error(tmp_path_factory, text):
    assert is_quotas_or_an_input_error(tmp_path_factory.getbasetemp(), text)


@given(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.text("0-9a:{}[], \n\"'&*~–", max_size=6))
def test_a_damaged_spec_is_quotas_or_an_input_error(tmp_path_factory, start, length, text):
    damaged = EXAMPLE[:start] + text + EXAMPLE[start + length :]
    assert is_quotas_or_an_input_error(tmp_path_factory.getbasetemp(), damaged)
