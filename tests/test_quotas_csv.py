from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.errors import InputError
from sortition.model import Quotas
from sortition.reading import read_quotas

BROKEN = Path(__file__).parent / "broken"

SENTENCES = {
    "flex_out_of_order": [
        ":2: gender 'Female': min_flex 5 is above min 4. Lower it.",
        ":3: gender 'Male': max_flex 5 is below max 6. Raise it.",
        ":4: gender 'Other': min_flex: a number is missing here. Write a whole number.",
        ":4: gender 'Other': max_flex: a number is missing here. Write a whole number.",
    ],
    "four_bad_rows": [
        ":2: gender: a value has no name. Name it or delete it.",
        ":4: The category has no name here. Name it, or delete the row.",
        ":5: gender 'Male': min: a number is missing here. Write a whole number.",
        ":5: gender 'Male': max: 'burble' is not a whole number. Write one such as 5.",
        ":6: gender 'Other': lowest 10 is above highest 5. Lower the one or raise the other.",
    ],
    "header_ambiguous": [
        (
            ":1: The header can be read in more than one way. Name the columns category,feature,min,max or "
            "category,name,min,max or feature,value,min,max."
        ),
    ],
    "header_unknown": [
        (
            ":1: The header names no columns for the category and the value. Name the columns "
            "category,feature,min,max or category,name,min,max or feature,value,min,max."
        ),
    ],
    "min_missing": [
        (
            ":1: The column 'min' is missing. Name the columns category,feature,min,max or category,name,min,max "
            "or feature,value,min,max."
        ),
    ],
    "one_flex_column": [
        ":1: There is a column 'min_flex' but no 'max_flex'. Give both or neither.",
    ],
    "repeated_value": [
        ":4: GENDER 'female': this value is already on line 2. Delete one of them.",
    ],
    "sums": [
        (
            ":2: gender: the lowest numbers add up to 12, but the panel has 10 seats. Lower some of them, by 2 in"
            " all, or raise the panel size."
        ),
        (
            ":4: age: the highest numbers add up to 8, but the panel has 10 seats. Raise some of them, by 2 in "
            "all, or lower the panel size."
        ),
    ],
    "turned_into_dates": [
        ":2: age '09-May': this was probably '5-9' before a spreadsheet changed it. Correct it.",
        ":3: age '10-19': min: '11.0' was probably 11 before a spreadsheet changed it. Write 11.",
        ":3: age '10-19': max: 'Oct-19' was probably 10-19 before a spreadsheet changed it. Write one whole number.",
    ],
}


def quotas_of(tmp_path, text, panel_size=10):
    path = tmp_path / "targets.csv"
    path.write_text(text, encoding="utf-8")
    return read_quotas(path, panel_size)


def faults_of(path, panel_size=10):
    with pytest.raises(InputError) as caught:
        read_quotas(path, panel_size)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@pytest.mark.parametrize("defect", sorted(SENTENCES))
def test_broken_tables_end_in_sentences(defect):
    assert faults_of(BROKEN / f"quotas_{defect}.csv") == SENTENCES[defect]


@pytest.mark.parametrize("header", ["category,feature,min,max", "category,name,min,max", "feature,value,min,max"])
def test_the_dialects_say_the_same(tmp_path, header):
    quotas = quotas_of(tmp_path, f"{header}\ngender,Female,4,6\ngender,Male,4,6\nage,18-24,10,10\n")
    assert (quotas.name, quotas.panel_size, quotas.id_column) == ("targets", 10, "id")
    gender, age = quotas.categories
    assert (gender.name, gender.column, gender.values) == ("gender", "gender", ("Female", "Male"))
    assert (gender.low, gender.high, gender.lines) == ((4, 4), (6, 6), (2, 3))
    assert (age.name, age.values, age.low, age.high) == ("age", ("18-24",), (10,), (10,))
    assert gender.flex is age.flex is None


def test_rows_may_be_mixed_and_blank(tmp_path):
    text = " Max ;MIN; Feature;note;category\n6;4; Female ;x;gender\n;;;;\n10;10;18-24;;age\n6;4;Male;;GENDER\n"
    gender, age = quotas_of(tmp_path, text).categories
    assert (gender.name, gender.values, gender.lines) == ("gender", ("Female", "Male"), (2, 5))
    assert (age.name, age.lines) == ("age", (4,))


def test_flex_is_the_largest_distance_allowed(tmp_path):
    text = "feature,value,min,max,Min Flex,max_flex\ng,F,4,6,3,6\ng,M,4,6,4,9\na,x,10,10,10,10\n"
    assert [category.flex for category in quotas_of(tmp_path, text).categories] == [3, 0]


def test_a_table_needs_a_panel_size(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("category,feature,min,max\ng,F,4,x\n", encoding="utf-8")
    assert faults_of(path, None) == [
        ": A CSV file of quotas does not say how many people are to be drawn. Say so with --size K.",
        ":2: g 'F': max: 'x' is not a whole number. Write one such as 5.",
    ]
    assert faults_of(path, 0)[0] == ": The panel size is 0. Give a whole number above 0 with --size K."


def test_faults_of_the_table_itself_come_along(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("category,feature,min,max\ng,F,4\ng,M,-1,6\n", encoding="utf-8")
    assert faults_of(path) == [
        ":2: The row has 3 cells, but the header has 4. Add the missing ones.",
        ":3: g 'M': min: '-1' is negative. Write a whole number from 0.",
    ]


@given(st.text('feature,value,min,max\n;0123-Oct"x', max_size=60))
def test_any_table_is_quotas_or_an_input_error(tmp_path_factory, text):
    try:
        quotas = quotas_of(tmp_path_factory.getbasetemp(), "feature,value,min,max\n" + text)
        sound = isinstance(quotas, Quotas) and all(sum(c.low) <= 10 <= sum(c.high) for c in quotas.categories)
    except InputError as error:
        sound = all(fault.message.endswith(".") for fault in error.faults)
    assert sound
