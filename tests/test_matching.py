"""The pool doctor: what it finds in broken pools, word for word, and what it makes of sound ones."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.checking import Match, match
from sortition.checking.births import age_on
from sortition.checking.spelling import closest, spelling_key
from sortition.errors import InputError
from sortition.model import MISSING_VALUE, NO_VALUE, Bands, Category, Exclusion, Pool, Quotas
from sortition.reading import read_pool

BROKEN = Path(__file__).parent / "broken"
COLUMNS = ("id", "gender", "dob", "ward", "address", "postcode", "councillor")
BANDS = Bands(dt.date(2019, 11, 16), (18, 25, 65), (24, 64, None))


def category(name, values, **more):
    count = len(values)
    settings = {"column": name, "low": (0,) * count, "high": (9,) * count, "lines": (None,) * count} | more
    return Category(name=name, values=values, **settings)


def quotas(**more):
    age = {"column": "dob", "bands": BANDS} | more.pop("age", {})
    gender = {"synonyms": (("woman", "Female"), ("M", "Male"))} | more.pop("gender", {})
    settings = {"household_columns": ("address", "postcode"), "exclude": (Exclusion("councillor", ("yes",), "member"),)}
    return Quotas(
        source="quotas.yaml",
        name="test",
        panel_size=2,
        categories=(
            category("gender", ("Female", "Male"), **gender),
            category("age", ("18-24", "25-64", "65+"), **age),
            category("ward", ("North", "South", "St Mary's"), **more.pop("ward", {})),
        ),
        **(settings | more),
    )


def pool(*rows, columns=COLUMNS):
    return Pool("pool.csv", columns, tuple(rows), tuple(range(2, 2 + len(rows))))


def person(identity, gender="Female", dob="1987-04-23", ward="North", address="", postcode="", councillor="no"):
    return (identity, gender, dob, ward, address, postcode, councillor)


def faults(found, **more):
    with pytest.raises(InputError) as caught:
        match(found, quotas(**more))
    return [str(fault) for fault in caught.value.faults]


def notes(found: Match):
    return [str(note) for note in found.notes]


def ages(*cells, **more):
    """Match people with these dates of birth and give their bands."""
    found = match(pool(*(person(f"p{n}", dob=cell) for n, cell in enumerate(cells))), quotas(**more))
    return found.problem.codes[:, 1].tolist()


SENTENCES = {
    "column_is_another": [
        (
            ":2: ward: 9 different answers on lines 2, 3 and 7 more are nothing like 'North', 'South', 'St "
            "Mary's'. Is 'ward' the right column?"
        ),
    ],
    "columns_misspelt": [
        (
            ": there is no column 'gender' (category gender). Did you mean 'gendre'? Name one of these in the "
            "quota file, or rename one: 'id', 'gendre', 'dob', 'ward', 'adress', 'postcode', 'councillor'."
        ),
        (
            ": there is no column 'address' (households). Did you mean 'adress'? Name one of these in the quota "
            "file, or rename one: 'id', 'gendre', 'dob', 'ward', 'adress', 'postcode', 'councillor'."
        ),
    ],
    "columns_shifted": [
        ":2: an answer of gender on line 2 is not among 'Female', 'Male'. Correct the cells or add a synonym.",
        ":2: age on line 2 holds something that is not a date. Write dates of birth as YYYY-MM-DD.",
        (
            ":2: an answer of ward on line 2 is not among 'North', 'South', 'St Mary's'. Correct the cells or add"
            " a synonym."
        ),
    ],
    "date_age_instead": [
        ":3: age on line 3 holds an age instead of a date of birth. Write dates of birth as YYYY-MM-DD.",
    ],
    "date_in_the_future": [
        ":3: age on line 3 holds a date of birth after the day on which ages are counted. Correct the date.",
    ],
    "date_in_words": [
        ":3: age on line 3 holds something that is not a date. Write dates of birth as YYYY-MM-DD.",
    ],
    "date_not_in_calendar": [
        ":3: age on line 3 holds a day that the calendar does not have. Correct the date.",
    ],
    "date_serial_number": [
        (
            ":3: age on line 3 holds a spreadsheet's serial number instead of a date. Write dates of birth as "
            "YYYY-MM-DD."
        ),
    ],
    "date_too_old": [
        (":3: age on line 3 holds a date of birth or an age that makes the person older than 110. Correct the date."),
    ],
    "date_two_digit_year": [
        ":3: age on line 3 holds a date with a two-digit year. Write dates of birth as YYYY-MM-DD.",
    ],
    "date_under_age": [
        (
            ":3: age on line 3 holds a date of birth or an age that is below every band on 2019-11-16. Correct "
            "the date, add a band, or exclude the person."
        ),
    ],
    "date_year_alone": [
        ":3: age on line 3 holds a year alone instead of a date. Write dates of birth as YYYY-MM-DD.",
    ],
    "dates_ambiguous": [
        (
            ":3: age on line 3 holds a date whose day and month cannot be told apart. Write dates of birth as "
            "YYYY-MM-DD."
        ),
    ],
    "dates_in_both_orders": [
        (
            ":2: age on lines 2 and 3 holds a date in a column that puts now the day first, now the month. Write "
            "dates of birth as YYYY-MM-DD."
        ),
    ],
    "everybody_excluded": [
        (": there is nobody who may be drawn: the pool is empty, or everybody in it is excluded. Look at both files."),
    ],
    "id_blank": [
        ":4: there is no id on line 4. Give each person one of their own.",
    ],
    "id_column_missing": [
        (
            ": there is no column 'id' (ids). Name one of these in the quota file, or rename one: 'ref', "
            "'gender', 'dob', 'ward', 'address', 'postcode', 'councillor'."
        ),
    ],
    "id_in_scientific_notation": [
        (
            ":3: the id on line 3 is a number that a spreadsheet has rounded (as 1.2E+15). Export the ids again, "
            "as text."
        ),
    ],
    "id_with_invisible_character": [
        ":2: the id on line 2 holds characters that cannot be seen. Type it again.",
    ],
    "ids_rounded_to_15_digits": [
        (
            ":2: every id of 16 or more digits ends in noughts (lines 2 and 3), as if a spreadsheet had rounded "
            "it. Export the ids again, as text."
        ),
    ],
    "same_id_different_people": [
        (":2: the same id stands on lines 2 and 4 with different rows. Keep the right row, or give each person an id."),
    ],
    "same_person_id_in_other_case": [
        (
            ":2: the ids on lines 2 and 4 differ only in case, spacing or noughts, and the rows are "
            "otherwise the same. Keep one of them, or give different people ids that differ more."
        ),
    ],
    "value_blank": [
        (
            ":3: gender is blank on line 3. Fill the cells, or let the quota file say what blank cells mean "
            "(missing: gender: own-value or unconstrained)."
        ),
    ],
    "value_misspelt": [
        (
            ":2: value 'Femle' of gender on lines 2, 4 and 2 more is not among 'Female', 'Male'. Did you mean "
            "'Female'? Correct the cells or add a synonym."
        ),
    ],
    "value_turned_into_date": [
        (
            ":3: value 'Oct-19' of ward on line 3 is not among 'North', 'South', 'St Mary's'. It was probably '10-19' "
            "before a spreadsheet changed it. Correct the cells or add a synonym."
        ),
    ],
    "value_unknown": [
        (
            ":3: an answer of ward on line 3 is not among 'North', 'South', 'St Mary's'. Correct the cells or add"
            " a synonym."
        ),
    ],
}


@pytest.mark.parametrize("defect", sorted(SENTENCES))
def test_broken_pools_end_in_sentences(defect):
    path = BROKEN / f"pool_{defect}.csv"
    with pytest.raises(InputError) as caught:
        match(read_pool(path), quotas())
    assert [str(fault).removeprefix(str(path)) for fault in caught.value.faults] == SENTENCES[defect]


def test_a_pool_becomes_numbers():
    found = match(
        pool(
            person("b", "female ", "1987-04-03", "st  mary\u2019s", "14 High St.", "CB4 1AA"),
            person("a", "Woman", "1950-04-03T00:00", "NORTH", "14  high street", "cb41aa"),
            person("c", "\uff2d", "25\u201364", "South", "15 High Street", "cb41aa"),
            person("d", "", "", "", councillor=" YES"),
        ),
        quotas(),
    )
    assert found.problem.ids == ("a", "b", "c")
    assert found.rows == (1, 0, 2)
    assert found.problem.codes.tolist() == [[0, 2, 0], [0, 1, 2], [1, 1, 1]]
    assert found.problem.households.tolist() == [0, 0, -1]
    assert found.households == (("a", "b"),)
    assert [(one.id, one.line, one.reason) for one in found.excluded] == [("d", 5, "member")]
    assert found.problem.quotas == quotas().quotas
    assert notes(found) == [
        "pool.csv: column 'councillor': 1 person excluded (member); kept 'no' (3).",
        "pool.csv: gender: read 'Woman' as 'Female' (1), 'female' as 'Female' (1), '\uff2d' as 'Male' (1).",
        "pool.csv: age: read '25\u201364' as '25-64' (1).",
        "pool.csv: age: nobody who may be drawn has '18-24'.",
        "pool.csv: ward: read 'NORTH' as 'North' (1), 'st mary\u2019s' as 'St Mary's' (1).",
    ]


def test_columns_are_found_whatever_their_case_and_spacing():
    columns = ("ID", "Gender", "D\u00d3B", "ward", " Address", "Post\u00a0code", "Councillor")
    found = match(
        pool(person("a"), columns=columns),
        quotas(age={"column": "d\u00f3b"}, household_columns=("address", "post code")),
    )
    assert found.problem.ids == ("a",)


def test_two_columns_of_one_name_are_not_guessed_between():
    columns = ("id", "GENDER", "dob", "ward", "Gender", "postcode", "councillor")
    assert faults(pool(person("a"), columns=columns), household_columns=()) == [
        "pool.csv: column 'gender' (category gender) could be any of 'GENDER', 'Gender'. Write its name as in the pool."
    ]


def test_the_exact_column_goes_before_those_that_resemble_it():
    columns = ("id", "gender", "dob", "ward", "Gender", "postcode", "councillor")
    found = match(pool(person("a", address="x"), columns=columns), quotas(household_columns=()))
    assert found.problem.codes[0, 0] == 0


def test_ids_are_sorted_by_their_bytes():
    found = match(
        pool(
            *(
                person(identity, address=f"x{n}")
                for n, identity in enumerate(("b", "B", "10", "9", "é", "\U0001f600", "\uff5e"))
            )
        ),
        quotas(),
    )
    assert found.problem.ids == ("10", "9", "B", "b", "é", "\uff5e", "\U0001f600")


def test_identical_rows_are_one_person():
    found = match(pool(person("a"), person("b"), person("a")), quotas())
    assert found.problem.ids == ("a", "b")
    assert "pool.csv:2: the same id stands on lines 2 and 4 with the same row each time; it is counted once." in notes(
        found
    )


def test_ids_that_resemble_each_other_are_pointed_out():
    found = match(pool(person("007"), person("7", "Male"), person("7.0", ward="South")), quotas())
    assert len(found.problem.ids) == 3
    assert notes(found)[:2] == [
        "pool.csv:4: the id on line 4 ends in '.0', which a spreadsheet may have added.",
        (
            "pool.csv:2: the ids on lines 2, 3 and 4 differ only in case, spacing or noughts; "
            "look whether they are the same person."
        ),
    ]


def test_long_ids_are_believed_unless_all_end_in_noughts():
    sound = match(pool(person("1234567890123450"), person("1234567890123457")), quotas())
    assert not any("noughts" in note for note in notes(sound))
    alone = match(pool(person("1234567890123450"), person("b")), quotas())
    assert any("every id of 16 or more digits ends in noughts (line 2)" in note for note in notes(alone))


def test_all_faults_are_raised_together():
    found = faults(pool(person("a", "X", "34", ""), person("", "Femle"), person("b", dob="31870")))
    assert len(found) == 6
    assert all(fault.startswith("pool.csv:") for fault in found)


def test_faults_show_neither_addresses_nor_names_nor_dates():
    secret = ("Zoë Quartermain", "31 Feb 1987", "zoe@example.org", "12 Nutmeg Lane")
    text = "".join(faults(pool(person("a", *secret[:3], address=secret[3]), person("a", secret[3], "1/2/1933"))))
    assert not [word for word in (*secret, "Zoë", "1987", "1933", "zoe", "Nutmeg") if word in text]


def test_rare_strange_answers_are_shown_only_if_shared():
    assert "value 'Prefer not to say' of gender" in faults(pool(*(person(i, "Prefer not to say") for i in "abc")))[0]
    assert "an answer of gender" in faults(pool(*(person(i, "Prefer not to say") for i in "ab")))[0]


def test_exclusions_go_before_the_checks_and_the_first_reason_counts():
    exclude = (Exclusion("councillor", ("yes",), "member"), Exclusion("ward", ("elsewhere",), "lives elsewhere"))
    found = match(
        pool(person("a"), person("b", "?", "?", "Elsewhere", councillor="Yes"), person("c", ward="elsewhere")),
        quotas(exclude=exclude),
    )
    assert [(one.id, one.reason) for one in found.excluded] == [("b", "member"), ("c", "lives elsewhere")]
    assert found.problem.ids == ("a",)


def test_blank_answers_follow_the_policy():
    blank = pool(person("a", ""), person("b"))
    assert "gender is blank on line 2" in faults(blank)[0]
    own = match(blank, quotas(gender={"missing": "own-value"}))
    assert own.problem.values[0] == ("Female", "Male", MISSING_VALUE)
    assert own.problem.codes[:, 0].tolist() == [2, 0]
    assert "pool.csv: gender: 1 person without an answer counted as '(not given)'." in notes(own)
    free = match(blank, quotas(gender={"missing": "unconstrained"}))
    assert free.problem.values[0] == ("Female", "Male")
    assert free.problem.codes[:, 0].tolist() == [NO_VALUE, 0]
    assert "pool.csv: gender: 1 person without an answer counted towards no value." in notes(free)


def test_a_blank_date_of_birth_follows_the_policy_too():
    assert ages("", "1987-04-03", age={"missing": "unconstrained"}) == [NO_VALUE, 1]
    assert ages("", "1987-04-03", age={"missing": "own-value"}) == [3, 1]


def test_a_value_whose_highest_is_nought_is_pointed_out():
    found = match(pool(person("a")), quotas(gender={"high": (0, 9)}))
    sentence = "pool.csv: gender 'Female': highest 0 leaves 1 person no chance. If that is not meant, raise it."
    assert sentence in notes(found)


def test_an_address_shared_by_many_is_pointed_out():
    crowd = match(pool(*(person(f"p{n}", address="Hall", postcode="CB4 1AA") for n in range(7))), quotas())
    assert notes(crowd)[-1].startswith("pool.csv:2: 7 people give the same address as the one on this line")
    six = match(pool(*(person(f"p{n}", address="Hall", postcode="CB4 1AA") for n in range(6))), quotas())
    assert not any("same address" in note for note in notes(six))


@pytest.mark.parametrize(
    ("cells", "bands"),
    [
        (("1987-4-3", "2001-11-16 10:00", "1954/11/16", "'1954-11-17"), [1, 0, 2, 1]),
        (("23/04/1987", "03/04/1987", "16/11/1994", "17.11.1994"), [1, 1, 1, 0]),
        (("04/23/1987", "11/05/1994", "12-05-1994"), [1, 1, 0]),
        (("03/03/1987", "1950-01-01"), [1, 2]),
        (("65+", "18 - 24", "1987-04-03"), [2, 0, 1]),
    ],
)
def test_dates_of_birth_become_bands(cells, bands):
    assert ages(*cells) == bands


def test_bands_begin_on_the_birthday():
    assert ages("2001-11-16") == [0]
    assert "below every band on 2019-11-16" in faults(pool(person("a", dob="2001-11-17")))[0]


def test_the_first_part_decides_whether_a_birthday_has_been():
    # 12 May or 5 December 1994: on 16 November 2019 the one was 25, the other 24
    assert ages("12/05/1994", "23/04/1987") == [1, 1]
    assert ages("12/05/1994", "04/23/1987") == [0, 1]


def test_a_column_of_ages_is_taken_as_it_is():
    found = match(pool(person("a", dob="34"), person("b", dob="65.0")), quotas())
    assert found.problem.codes[:, 1].tolist() == [1, 2]
    assert notes(found)[2] == (
        "pool.csv: age: the column holds ages, not dates of birth; they are taken as they are, whatever the day on "
        "which ages are to be counted (2019-11-16)."
    )
    assert "below every band" in faults(pool(person("a", dob="34"), person("b", dob="17")))[0]
    assert "older than 110" in faults(pool(person("a", dob="34"), person("b", dob="170")))[0]


def test_an_age_in_a_gap_between_bands_is_a_fault():
    gap = Bands(BANDS.on, (18, 30, 65), (24, 64, None))
    assert "in none of the bands on 2019-11-16" in faults(pool(person("a", dob="27")), age={"bands": gap})[0]


@pytest.mark.parametrize(
    ("day", "age"), [((2017, 2, 28), 16), ((2017, 3, 1), 17), ((2020, 2, 28), 19), ((2020, 2, 29), 20)]
)
def test_leap_day_birthdays_fall_on_the_first_of_march_in_common_years(day, age):
    assert age_on(dt.date(2000, 2, 29), dt.date(*day)) == age


def test_a_shorter_or_misspelt_answer_suggests_the_only_value_it_can_mean():
    assert closest("F", ["Female", "Male"]) == "Female"
    assert closest("Mle", ["Female", "Male"]) == "Male"
    assert closest("N", ["North", "Northeast"]) is None
    assert closest("Quux", ["Female", "Male"]) is None
    assert closest("", ["Female"]) is None


@given(st.text())
def test_spelling_keys_ignore_case_and_space_around(text):
    assert spelling_key(f" \t{text}\u00a0") == spelling_key(text)
    assert spelling_key(text.casefold()) == spelling_key(text)
    assert spelling_key(text.replace("-", "\u2013")) == spelling_key(text)
    assert spelling_key(text.replace("'", "\u2019")) == spelling_key(text)


CELLS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(["", "a", "A", "1", "01", "Female", "male", "North", "1987-04-03", "13/01/1990", "34", "yes"]),
)


@given(
    st.lists(st.tuples(*[CELLS] * len(COLUMNS)), max_size=8), st.sampled_from(["refuse", "own-value", "unconstrained"])
)
def test_any_table_of_text_ends_in_a_problem_or_in_sentences(rows, policy):
    missing = {"missing": policy}
    try:
        found = match(pool(*rows), quotas(gender=missing, age=missing, ward=missing))
    except InputError as error:
        assert all(str(fault).startswith("pool.csv:") for fault in error.faults)  # noqa: PT017 (either is right)
        return
    problem = found.problem
    assert [rows[row][0] for row in found.rows] == list(problem.ids) == sorted(set(problem.ids), key=str.encode)
    limits = np.array([len(values) for values in problem.values])
    assert ((problem.codes >= NO_VALUE) & (problem.codes < limits)).all()
    assert policy == "unconstrained" or (problem.codes >= 0).all()


@given(st.permutations(range(6)))
def test_the_order_of_the_rows_changes_nothing(order):
    rows = [
        person("a", "F", "03/04/1987", address="1 High St"),
        person("b", "woman", "23/04/1987", address="2 High St"),
        person("c", "Male", "24/04/1987", address="1 High Street"),
        person("d", "Male", "25/04/1951", address="2 high st."),
        person("e", "Female", "26/04/1987", councillor="yes"),
        person("a", "F", "03/04/1987", address="1 High St"),
    ]
    synonyms = {"synonyms": (("F", "Female"), ("woman", "Female"))}
    found = match(pool(*(rows[n] for n in order)), quotas(gender=synonyms))
    assert found.problem.ids == ("a", "b", "c", "d")
    assert found.problem.codes.tolist() == [[0, 1, 0], [0, 1, 0], [1, 1, 0], [1, 2, 0]]
    assert found.problem.households.tolist() == [0, 1, 0, 1]
    assert found.households == (("a", "c"), ("b", "d"))
    assert [one.id for one in found.excluded] == ["e"]


def test_answers_are_checked_even_where_the_ids_are_missing():
    found = faults(pool(person("a", "Femle"), columns=("ref", *COLUMNS[1:])))
    assert ["no column 'id'" in found[0], "value 'Femle'" in found[1]] == [True, True]
