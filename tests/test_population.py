"""Tables of the population: every layout, and what would be counted twice."""

import datetime as dt
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.errors import InputError
from sortition.reading.faults import Faults
from sortition.reading.population.ages import nested, read_ages, tells_ages
from sortition.reading.population.bases import base_cautions, lowest_age, read_date, stale_caution
from sortition.reading.population.cells import tabulate
from sortition.reading.population.layouts import Columns, read_population
from sortition.reading.population.mapping import Wanted, map_categories
from sortition.reading.population.totals import does_not_apply, is_total, likely_sums
from sortition.reading.yaml_tree import Text

TABLES = Path(__file__).parent / "data" / "population"
PLAIN = Columns()
AGES = "Total - Age groups of the population - 100% data"
DEGREES = "Total - Highest certificate, diploma or degree for the population aged 15 years and over - 25% sample data"


def population_of(path, columns=PLAIN):
    faults = Faults(path.name)
    population = read_population(path, path.name, faults, columns)
    faults.raise_if_any()
    return population


def counted(file, by, areas=(), where=None, values=()):
    """Give what is counted for each category of a table, without totals and the like."""
    population = population_of(TABLES / file)
    faults = Faults(file)
    margin = tabulate(population, [by], areas, where or {}, faults)
    faults.raise_if_any()
    numbers = {label: margin.numbers[label,] for label in margin.labels()}
    wanted = Wanted(tuple(Text(value, 1) for value in values))
    mapped = map_categories(numbers, wanted, Text(by, 1), by, faults, file)
    faults.raise_if_any()
    found = {}
    for label, value in mapped.value_of.items():
        found[value] = found.get(value, 0) + int(numbers[label])
    return found, mapped.ignored


def table(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path, columns=PLAIN):
    faults = Faults(path.name)
    with suppress(InputError):  # its faults are those looked for
        read_population(path, path.name, faults, columns)
    return [str(fault) for fault in faults.found]


# --- layouts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "layout"),
    [
        ("nomis_ts009_bulk.csv", "Nomis bulk"),
        ("nomis_ts038_bulk.csv", "Nomis bulk"),
        ("nomis_ts007a_api.csv", "Nomis API"),
        ("ons_custom.csv", "ONS custom dataset"),
        ("eurostat_demo_pjan.csv", "Eurostat SDMX-CSV"),
        ("acs.json", "American Community Survey"),
        ("acs_labelled.csv", "American Community Survey"),
        ("statcan_profile.csv", "Statistics Canada profile"),
        ("plain_counts.csv", "plain sheet"),
        ("plain_percent.csv", "plain sheet"),
    ],
)
def test_the_header_tells_the_layout(file, layout):
    assert population_of(TABLES / file).layout == layout


def test_nomis_bulk_with_two_dimensions_counts_nobody_twice():
    both = ["Northam", "E07000902"]
    found, ignored = counted("nomis_ts009_bulk.csv", "Age", both)
    assert found == {
        "Aged 4 years and under": 170,
        "Aged 5 to 17 years": 460,
        "Aged 18 to 24 years": 250,
        "Aged 25 to 84 years": 2020,
        "Aged 85 years and over": 100,
    }
    assert sum(found.values()) == 3000
    assert ignored == {
        "Total": "a total",
        "Aged under 1 year": "'Aged 4 years and under' counts these people already",
        "Aged 90 years and over": "'Aged 85 years and over' counts these people already",
    }


def test_part_of_a_table_by_another_dimension():
    found, _ = counted("nomis_ts009_bulk.csv", "Sex", ["Northam"], {"Age": ("18 and over",)})
    assert found == {"Female": 50 + 340 + 20, "Male": 50 + 320 + 10}
    found, _ = counted(
        "nomis_ts009_bulk.csv", "Age", ["Northam"], {"Sex": ("Female",)}, values=["0-17", "18-84", "85+"]
    )
    assert found == {"0-17": 100, "18-84": 390, "85+": 20}


def test_parents_beside_their_parts_are_not_counted():
    found, ignored = counted("nomis_ts038_bulk.csv", "Disability", ["Northam"])
    assert list(found.values()) == [80, 100, 70, 750]
    assert ignored == {
        "Total: All usual residents": "a total",
        "Disabled under the Equality Act": "the sum of its parts",
        "Not disabled under the Equality Act": "the sum of its parts",
    }


def test_nomis_service_leaves_out_per_cents_and_the_total():
    found, ignored = counted("nomis_ts007a_api.csv", "c2021_age_4", values=["16-34", "35-64", "65+"])
    assert found == {"16-34": 270, "35-64": 360, "65+": 180}
    assert list(ignored) == ["Total"]
    assert [note.text for note in population_of(TABLES / "nomis_ts007a_api.csv").notes] == [
        "5 rows of per cents were left out; add `&measures=20100` to the download."
    ]


def test_ons_custom_dataset_leaves_out_whom_the_question_does_not_apply_to():
    found, ignored = counted("ons_custom.csv", "Highest level of qualification (4 categories)")
    assert found == {"No qualifications": 135, "Below degree level": 415, "Degree level or above": 260}
    assert ignored == {"Does not apply": "not asked or not known"}


def test_eurostat_takes_totals_of_other_dimensions_and_one_year():
    found, ignored = counted("eurostat_demo_pjan.csv", "age", where={"date": ("2024",)}, values=["16-64", "65+"])
    assert found == {"16-64": 161 + 12 + 455, "65+": 200}
    assert ignored["Y_GE80"] == "'Y_GE65' counts these people already"
    assert ignored["UNK"] == "not asked or not known"
    found, _ = counted("eurostat_demo_pjan.csv", "sex", where={"date": ("2024",)})
    assert found == {"F": 512, "M": 488}
    with pytest.raises(InputError, match=r"more than one date: '2023', '2024'. Choose one under `where`"):
        counted("eurostat_demo_pjan.csv", "sex")


def test_american_community_survey_as_a_list():
    found, ignored = counted("acs.json", "B25003", ["Franklin County, Ohio", "0500000US39041"])
    assert found == {"B25003_002E": 344000, "B25003_003E": 264000}
    assert list(ignored) == ["B25003_001E"]


def test_american_community_survey_with_labels():
    found, _ = counted("acs_labelled.csv", "B01001", values=["18-19", "20+"])
    assert found == {"18-19": 40, "20+": 730}


def test_statistics_canada_reads_the_tree_from_spaces():
    found, ignored = counted("statcan_profile.csv", AGES, values=["15-19", "20-64", "65+"])
    assert found == {"15-19": 60, "20-64": 580, "65+": 200}
    assert ignored == {"Total": "a total", "15 to 64 years": "the sum of its parts"}
    found, _ = counted("statcan_profile.csv", "gender")
    assert found == {"Men+": 485, "Women+": 515}
    assert population_of(TABLES / "statcan_profile.csv").cells[0].area == "Montréal-Sud"


def test_parts_that_are_not_all_of_their_parent_do_not_replace_it():
    found, ignored = counted("statcan_profile.csv", DEGREES)
    assert list(found.values()) == [120, 230, 490]
    assert list(ignored.values()) == ["a total", "only some of 'Postsecondary certificate, diploma or degree'"]


def test_a_plain_sheet_holds_many_categories():
    assert population_of(TABLES / "plain_counts.csv").dimensions == ("age", "gender", "ethnicity")
    assert counted("plain_counts.csv", "gender")[0] == {"Female": 4150, "Male": 3950}


def test_per_cents_that_do_not_add_up_are_told_of_or_refused(tmp_path):
    population = population_of(TABLES / "plain_percent.csv")
    assert population.per_cent
    assert [note.text for note in population.notes] == [
        "the per cents of age add up to 99.9, so they were divided by their own sum."
    ]
    path = table(tmp_path, "category,value,percent\nage,16-34,33\nage,35+,53\n")
    assert faults_of(path) == [
        (
            "table.csv:1: the per cents of age add up to 86. Look for rows that are missing or count twice, or give"
            " counts of people."
        )
    ]


def test_per_cents_beside_a_number_need_a_word(tmp_path):
    path = table(
        tmp_path,
        "area,tenure,per cent,households\nA,Owned,60,1000\nA,Rented,40,1000\nB,Owned,20,3000\nB,Rented,80,3000\n",
    )
    assert faults_of(path) == [
        (
            "table.csv:1: beside the per cents there is a column 'households'. Say what it is: `weight: households` if"
            " the per cents are of it, `number: households` if it is what counts."
        )
    ]
    population = population_of(path, Columns(weight="households"))
    margin = tabulate(population, ["tenure"], ["A", "B"], {}, Faults("x"))
    assert margin.numbers == {("Owned",): 1200, ("Rented",): 2800}
    assert not population.per_cent


def test_per_cents_of_several_areas_are_not_added(tmp_path):
    path = table(tmp_path, "area,tenure,percent\nA,Owned,60\nA,Rented,40\nB,Owned,20\nB,Rented,80\n")
    faults = Faults("t")
    assert tabulate(population_of(path), ["tenure"], ["B"], {}, faults).numbers == {("Owned",): 20, ("Rented",): 80}
    assert tabulate(population_of(path), ["tenure"], ["A", "B"], {}, faults) is None
    assert str(faults.found[0]).startswith("t: per cents of several areas do not add up. Give counts, or the column")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "name,shade\nx,red\n",
            ["table.csv:1: the columns 'name', 'shade' are those of no layout known: Nomis bulk"],
        ),
        (
            "value,count\na,many\nb,7\n",
            ["table.csv:2: count: 'many' is not a number. Write one such as 1,234 or 12.5."],
        ),
        (
            "area,sex,count\nX,Female,3\nX,Male,4\nX,Female,3\n",
            ["table.csv:4: the number for X 'Female' is already on line 2. Delete one of them."],
        ),
        ("", ["table.csv: The file is empty."]),
        ("[[1,2],[3]]", ["table.csv: The rows of this JSON list are not equally long. Download the file again."]),
        ("[1, 2", ["table.csv:1: This is not valid JSON. Download the file again."]),
        ('["error: unknown variable"]', ["table.csv: This JSON is not a list of rows below a header. Download"]),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, text, sentences):
    found = faults_of(table(tmp_path, text))
    assert len(found) == len(sentences)
    assert all(fault.startswith(sentence) for fault, sentence in zip(found, sentences, strict=True))


@given(st.text('date,geography code:;\n0123"[]{}é', max_size=80))
def test_any_text_is_a_table_or_faults(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("area,sex,count\n" + text, encoding="utf-8")
    faults = faults_of(path)
    assert faults or population_of(path).cells


# --- ages, totals, bases ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "ages"),
    [
        ("Aged 20 to 24 years", (20, 24)),
        ("Aged 4 years and under", (0, 4)),
        ("Aged under 1 year", (0, 0)),
        ("Aged 85 years and over", (85, None)),
        ("Aged 18 years", (18, 18)),
        ("Female: 18 and 19 years", (18, 19)),
        ("60 and 61 years", (60, 61)),
        ("Y18", (18, 18)),
        ("Y15-19", (15, 19)),
        ("Y_LT15", (0, 14)),
        ("Y_GE85", (85, None)),
        ("90+", (90, None)),
        ("Under 5 years", (0, 4)),
        ("18", (18, 18)),
        ("Total", None),
        ("Owned", None),
        ("18 and 64 years", None),
    ],
)
def test_ages_as_offices_write_them(label, ages):
    assert read_ages(label) == ages


def test_deciles_are_no_ages():
    assert not tells_ages("IMD decile (1 = most deprived)", ["1", "2", "10"])
    assert not tells_ages("language", ["1", "2"])
    assert tells_ages("c2021_age_19", ["1"])


def test_bands_that_are_the_sum_of_others_and_bands_that_are_some_of_others():
    ages = {"0-15": (0, 15), "0-9": (0, 9), "10-15": (10, 15), "16+": (16, None), "90+": (90, None), "0": (0, 0)}
    assert nested(ages) == {
        "0-15": "the bands within it are there too",
        "90+": "'16+' counts these people already",
        "0": "'0-9' counts these people already",
    }


@pytest.mark.parametrize("label", ["Total", "Total: All usual residents", "All persons", "T", "TOTAL", "B01001_001E",
                                   "All categories: Age", "Total - Age groups"])  # fmt: skip
def test_names_of_totals(label):
    assert is_total(label)


@pytest.mark.parametrize(
    "label", ["All other ethnic groups", "Tenants", "Totally new", "Persons of colour", "B01001_002E"]
)
def test_names_of_no_totals(label):
    assert not is_total(label)


def test_rows_of_those_not_asked():
    assert does_not_apply("Does not apply")
    assert does_not_apply("-8 Does not apply")
    assert not does_not_apply("No qualifications")


def test_sums_that_only_arithmetic_tells():
    def found(*numbers):
        return likely_sums({name: Fraction(number) for name, number in zip("abcdef", numbers, strict=False)})

    assert found(103, 41, 62) == {"a": "all the others together"}
    assert found(103, 41, 62, 250, 80) == {"a": "the categories from 'b' to 'c' together"}
    assert found(100, 40, 60, 250, 80) == {}, "rounded numbers add up by chance"
    assert found(50, 50) == {}
    assert found(1, 2, 4, 8) == {}


@pytest.mark.parametrize(
    ("base", "age"),
    [
        ("usual residents of all ages", 0),
        ("All usual residents", 0),
        ("all usual residents aged 16 and over", 16),
        ("usual residents aged 18 years and over", 18),
        ("18+", 18),
        ("adults", None),
    ],
)
def test_the_age_from_which_a_base_counts(base, age):
    assert lowest_age(base) == age


def test_wrong_bases_are_told_of():
    def said(base, counted_from=None):
        return [caution.written for caution in base_cautions(base, counted_from, 18)]

    assert said("usual residents aged 18 and over") == []
    assert said("usual residents of all ages", counted_from=18) == []
    assert said("usual residents of all ages") == [
        "It counts people of all ages; the panel is of people aged 18 and over."
    ]
    assert said("residents aged 16+") == ["It counts people aged 16 and over; the panel is of people aged 18 and over."]
    assert said("residents") == ["It does not say which ages it counts; the panel is of people aged 18 and over."]
    assert said("households") == ["It counts households, not people: larger households weigh too little."]
    assert said("registered electors aged 18 and over") == ["It counts electors, not residents."]


def test_stale_dates():
    on = dt.date(2026, 10, 17)
    assert list(stale_caution(dt.date(2021, 10, 17), on)) == []
    assert [caution.written for caution in stale_caution(dt.date(2021, 3, 21), on)] == [
        "It is of 2021-03-21, more than 5 years before the first meeting."
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [("2021-03-21", dt.date(2021, 3, 21)), ("2020", dt.date(2020, 12, 31)), ("2020-02", dt.date(2020, 2, 29))],
)
def test_dates(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize("text", ["2021-13", "21/03/2021", "0000", "2021-02-30", "9999-12", ""])
def test_what_is_no_date(text):
    with pytest.raises(ValueError, match=r"is not a date. Write it as year-month-day"):
        read_date(text)


def test_a_header_that_lost_its_colon_is_told_of(tmp_path):
    path = tmp_path / "table.csv"
    data = (TABLES / "nomis_ts009_bulk.csv").read_text(encoding="utf-8")
    path.write_text(data.replace(": ", " ", 1), encoding="utf-8")
    with suppress(InputError):
        population_of(path)
