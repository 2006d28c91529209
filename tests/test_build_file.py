"""Build files: what they make of tables, and every fault at once, with its file and line."""

import json
from pathlib import Path

import pytest
import test_write
from hypothesis import given, settings
from hypothesis import strategies as st

import sortition.reading
from sortition.errors import InputError, UsageError
from sortition.reading import build_quotas, read_quotas
from sortition.reading.population import build_file, builder, cross, target

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((Path(sortition.reading.__file__).parent / "build.schema.json").read_text(encoding="utf-8"))
BROKEN = Path(__file__).parent / "broken"
TABLES = Path(__file__).parent / "data" / "population"

SENTENCES = {
    "ages": [
        (
            "build_ages.yaml:8: age: 'Aged 16 to 34 years' in nomis_ts007a_api.csv lies partly in '18-34' and "
            "partly outside. Take a table by single years, or bands that fit."
        ),
        (
            "build_ages.yaml:8: age: 'Aged 35 to 64 years' in nomis_ts007a_api.csv lies partly in '35-54' and "
            "partly in '55+'. Take a table by single years, or bands that fit."
        ),
    ],
    "bare": [
        "build_bare.yaml:1: The version of the format is missing or not known. Start with the line `build: 1`.",
        (
            "build_bare.yaml:1: `panel_size` is missing or 0. Say how many people are to be drawn, as in "
            "`panel_size: 50`."
        ),
        (
            "build_bare.yaml:1: `on` is missing. Write the first day of the panel, on which ages are counted, as "
            "in `on: 2026-10-17`."
        ),
        "build_bare.yaml:1: `ages` is missing. Say who may be a member, as in `ages: 16+`; all ages are `ages: 0+`.",
        "build_bare.yaml:2: The build file: 'panelsize' is not known here. Did you mean 'panel_size'?",
        "build_bare.yaml:6: table 'unnamed': `file` is missing. Name the file beside this one.",
        "build_bare.yaml:8: gender: there is no table 'shet' under `tables`. Did you mean 'sheet'?",
        (
            "build_bare.yaml:10: town: there is no `table`, and no `why`, no `source`, no `reference_date`, no "
            "`base`. Say what the seats rest on."
        ),
        "nowhere.csv: There is no such file. Check the name and the folder.",
    ],
    "cross": [
        (
            "build_cross.yaml:12: cross: no table counts 'town', so its combinations cannot be worked out. Give "
            "`seats` instead of `from`."
        ),
        "build_cross.yaml:13: cross: `tolerance`: 'few' is not a whole number. Write one such as 5.",
        "build_cross.yaml:13: cross: age has no value '16-35'. Did you mean '16-34'?",
        "build_cross.yaml:13: cross: `only`: 'sex' is none of `of`. Known here: 'age', 'gender'.",
        "build_cross.yaml:14: cross: there is no table 'census' under `tables`. Known here: 'sheet', 'raking'.",
        "build_cross.yaml:15: cross: `of` must name two or more different categories, as in `of: [age, gender]`.",
        "build_cross.yaml:16: cross: gender has no value 'Femal'. Did you mean 'Female'?",
        "build_cross.yaml:18: rule: age has no value '66+'. Did you mean '65+'?",
    ],
    "mapping": [
        (
            "build_mapping.yaml:10: ethnicity: no value is given for 'Asian', 'Other' of plain_counts.csv. Add "
            "them to `map`, or to `leave_out` if nobody of them could be drawn."
        ),
        "build_mapping.yaml:14: ethnicity: plain_counts.csv has no category 'Balck'. Did you mean 'Black'?",
        "build_mapping.yaml:15: ethnicity: 'Black' is mapped on line 14 already. Map it once.",
        (
            "build_mapping.yaml:16: ethnicity: `map` of 'Nobody': a list of texts is expected here. Write it as "
            "[one, two]."
        ),
        (
            "build_mapping.yaml:17: gender 'Other': nothing in plain_counts.csv counts for this value. Known "
            "here: 'Female', 'Male'."
        ),
        (
            "build_mapping.yaml:20: disability: no value is given for 'Not disabled under the Equality Act: Has "
            "long term physical or mental health condition but day-to-day activities are not limited', 'Not "
            "disabled under the Equality Act: No long term physical or mental health conditions' of "
            "nomis_ts038_bulk.csv. Add them to `map`, or to `leave_out` if nobody of them could be drawn."
        ),
        (
            "build_mapping.yaml:25: disability: 'Day-to-day activities limited a lot' is part of 'Disabled under "
            "the Equality Act', which is mapped on line 24. Map one of them."
        ),
        (
            "build_mapping.yaml:27: disability: 'Total: All usual residents' is the total of the others. Take it "
            "out of the mapping."
        ),
    ],
    "mapping_file": [
        (
            "build_mapping_file.yaml:8: ethnicity: no value is given for 'Mixed' of plain_counts.csv. Add them "
            "to `map`, or to `leave_out` if nobody of them could be drawn."
        ),
        (
            "build_mapping_of_ethnicity.yaml:1: ethnicity: plain_counts.csv has no category 'Wihte'. Did you "
            "mean 'White'?"
        ),
        "build_mapping_of_ethnicity.yaml:5: ethnicity: 'Black' is mapped on line 3 already. Map it once.",
        "nowhere.yaml: There is no such file. Check the name and the folder.",
    ],
    "provenance": [
        (
            "build_provenance.yaml:3: `on`: '17 October' is not a date. Write the first day of the panel as "
            "year-month-day, such as `on: 2026-10-17`."
        ),
        "build_provenance.yaml:4: `ages`: 'adults' is not understood. Write it as `ages: 16+`.",
        (
            "build_provenance.yaml:7: gender: 'source' of the table 'sheet' is missing. Every target has to say "
            "what it rests on."
        ),
        (
            "build_provenance.yaml:7: table 'sheet': `reference_date`: '21/03/2021' is not a date. Write it as "
            "year-month-day, such as 2021-03-21."
        ),
        (
            "build_provenance.yaml:7: religion: 'source' of the table 'sheet' is missing. Every target has to "
            "say what it rests on."
        ),
        "build_provenance.yaml:11: gender: 'colour' is not known here. Did you mean 'column'?",
        "build_provenance.yaml:11: gender: `tolerance`: 'lots' is not a whole number. Write one such as 5.",
        (
            "build_provenance.yaml:11: gender: `seats` departs from the table, and no reason is given. Write the "
            "reason under `why`."
        ),
        (
            "../data/population/plain_counts.csv: there is nothing by 'religion' in this table. Known here: "
            "'age', 'gender', 'ethnicity'."
        ),
        "../data/population/nomis_ts038_bulk.csv: there is no area 'Nortam' in this table. Did you mean 'Northam'?",
        (
            "../data/population/eurostat_demo_pjan.csv: the table has more than one date: '2023', '2024'. Choose "
            "one under `where`."
        ),
    ],
}

HEAD = f"""\
build: 1
name: Northam
panel_size: 40
on: 2026-10-17
ages: 16+
tables:
  sheet:
    {{file: {TABLES}/plain_counts.csv, source: made up, reference_date: 2024-06-30, base: residents aged 16 and over}}
  bulk:
    {{file: {TABLES}/nomis_ts009_bulk.csv, areas: [Northam, E07000902], source: ONS, reference_date: 2021-03-21,
      base: all usual residents}}
quotas:
"""


def built(tmp_path, text, **options):
    path = tmp_path / "panel.build.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    found = build_quotas(path, **options)
    written = tmp_path / "panel.yaml"
    written.write_text(found.text, encoding="utf-8")
    assert read_quotas(written).categories[0].targets == found.quotas.categories[0].targets
    return found


def category(tmp_path, text):
    return built(tmp_path, text).quotas.categories[0]


def seats(category):
    return [f"{low}-{high}" for low, high in zip(category.low, category.high, strict=True)]


def notes(found):
    return [note.message for note in found.notes]


def faults_of(path):
    with pytest.raises(InputError) as caught:
        build_quotas(path)
    return [str(fault).removeprefix(f"{BROKEN}/") for fault in caught.value.faults]


@pytest.mark.parametrize("defect", sorted(SENTENCES))
def test_broken_build_files_end_in_sentences(defect):
    assert faults_of(BROKEN / f"build_{defect}.yaml") == SENTENCES[defect]


def test_every_broken_build_file_has_its_sentences():
    found = {path.stem.removeprefix("build_") for path in BROKEN.glob("build_*.yaml")}
    assert found - {"mapping_of_ethnicity"} == set(SENTENCES)


def test_a_target_keeps_where_it_comes_from(tmp_path):
    gender = category(tmp_path, "  gender: {table: sheet}\n")
    assert gender.values == ("Female", "Male")
    assert (gender.source, gender.reference_date) == ("made up", "2024-06-30")
    assert gender.base == "residents aged 16 and over (8,100)"
    assert gender.caution == ""
    assert (gender.targets, gender.people, seats(gender)) == ((20, 20), (4150, 3950), ["20-21", "19-20"])


def test_bands_take_the_ages_within_them_and_say_who_is_left(tmp_path):
    found = built(tmp_path, "  age:\n    table: bulk\n    column: born\n    bands: {values: [18-24, 25-84, 85+]}\n")
    age = found.quotas.categories[0]
    assert age.people == (250, 2020, 100)
    assert age.bands.on.isoformat() == "2026-10-17"
    assert age.base == "all usual residents; of them those aged 18 and over (2,370)"
    assert age.caution == (
        "It counts people aged 18 and over; the panel is of people aged 16 and over."
        " It is of 2021-03-21, more than 5 years before the first meeting."
    )
    assert "age: 630 people of ages that no value covers are not counted." in notes(found)


def test_part_of_a_table_makes_the_base_that_of_the_panel(tmp_path):
    sex = category(tmp_path, "  sex: {table: bulk, where: {Age: 18 and over}}\n")
    assert sex.people == (1240, 1130)
    assert sex.base == "all usual residents; Age: 18 and over (2,370)"


def test_bases_that_are_not_those_of_the_panel_are_in_the_spec_and_told_of_once(tmp_path):
    found = built(tmp_path, "  sex: {table: bulk}\n  gender: {table: bulk, by: Sex}\n")
    sentence = "it counts people of all ages; the panel is of people aged 16 and over."
    assert [note for note in notes(found) if note.endswith(sentence)] == [f"sex, gender: {sentence}"]
    assert sentence[1:] in found.quotas.categories[1].caution


def test_two_counts_of_the_same_people_that_differ(tmp_path):
    (tmp_path / "old.csv").write_text("sex,count\nFemale,70000\nMale,55063\n", encoding="utf-8")
    (tmp_path / "new.csv").write_text("group,count\nA,100000\nB,45700\n", encoding="utf-8")
    text = HEAD.replace("quotas:\n", "") + "".join(
        f"  {name}: {{file: {name}.csv, source: x, reference_date: 2024, base: residents aged 16+}}\n"
        for name in ("old", "new")
    )
    (tmp_path / "b.yaml").write_text(text + "quotas:\n  sex: {table: old}\n  group: {table: new}\n", encoding="utf-8")
    assert notes(build_quotas(tmp_path / "b.yaml")) == [
        "group: it counts 145,700 people, and sex 125,063 of the same base. One of them may be stale or leave some out."
    ]


def test_a_mapping_groups_categories_and_leaves_some_out(tmp_path):
    (tmp_path / "groups.yaml").write_text("Minorities: [Asian, Black, Mixed]\nWhite: White\n", encoding="utf-8")
    group = category(tmp_path, "  ethnicity: {table: sheet, map: groups.yaml, leave_out: [Other]}\n")
    assert (group.values, group.people) == (("Minorities", "White"), (1000, 7000))


def test_a_parent_that_is_mapped_stands_for_its_parts(tmp_path):
    extra = (
        f"  t038: {{file: {TABLES}/nomis_ts038_bulk.csv, areas: Northam, source: x, reference_date: 2024, base: 16+}}\n"
    )
    map_ = "{Yes: [Disabled under the Equality Act], No: [Not disabled under the Equality Act]}"
    text = HEAD.replace("quotas:\n", extra + "quotas:\n") + f"  disabled: {{table: t038, map: {map_}}}\n"
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    assert build_quotas(tmp_path / "b.yaml").quotas.categories[0].people == (180, 820)


def test_parts_that_are_mapped_stand_for_their_parent(tmp_path):
    extra = (
        f"  t038: {{file: {TABLES}/nomis_ts038_bulk.csv, areas: Northam, source: x, reference_date: 2024, base: 16+}}\n"
    )
    lot, little = (f"Day-to-day activities limited a {much}" for much in ("lot", "little"))
    map_ = f"{{A lot: {lot}, A little: {little}, No: Not disabled under the Equality Act}}"
    text = HEAD.replace("quotas:\n", extra + "quotas:\n") + f"  disabled: {{table: t038, map: {map_}}}\n"
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    assert build_quotas(tmp_path / "b.yaml").quotas.categories[0].people == (80, 100, 820)


def test_sums_that_only_arithmetic_tells_have_to_be_decided(tmp_path):
    (tmp_path / "t.csv").write_text("group,count\nEveryone,1003\nA,402\nB,601\n", encoding="utf-8")
    extra = "  t: {file: t.csv, source: x, reference_date: 2024, base: 16+}\n"
    text = HEAD.replace("quotas:\n", extra + "quotas:\n")
    path = tmp_path / "b.yaml"
    path.write_text(text + "  group: {table: t}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"'Everyone' of t.csv is as many as all the others together. If it is their"):
        build_quotas(path)
    path.write_text(text + "  group: {table: t, leave_out: [Everyone]}\n", encoding="utf-8")
    assert build_quotas(path).quotas.categories[0].people == (402, 601)


def test_ones_are_lifted_with_the_reason_written(tmp_path):
    ethnicity = category(tmp_path, "  ethnicity: {table: sheet, lift: 2}\n")
    assert ethnicity.targets == (33, 3, 2, 2, 0)
    assert seats(ethnicity) == ["32-33", "2-3", "2-2", "2-2", "0-1"]
    assert ethnicity.why == (
        "'Black', 'Mixed': more seats than the share, so that one member who drops out does not leave the panel"
        " without any."
    )


def test_small_groups_call_for_a_rule_until_there_is_one(tmp_path):
    text = "  ethnicity: {table: sheet}\n"
    advice = (
        "ethnicity: Black, Mixed, Other are together 2.5 of 40 seats, but a panel may have 1. A rule would keep more:"
        " {at_least: 2, of: {ethnicity: [Black, Mixed, Other]}, why: …}"
    )
    assert notes(built(tmp_path, text)) == [advice]
    rule = "rules: [{at_least: 2, of: {ethnicity: [Black, Mixed, Other]}, why: together 2.5 of 40}]\n"
    found = built(tmp_path, text + rule)
    assert notes(found) == []
    assert (found.quotas.rules[0].low, found.quotas.rules[0].high) == (2, 40)


def test_over_representation_needs_a_reason_and_scales_the_others(tmp_path):
    group = category(
        tmp_path, "  ethnicity: {table: sheet, seats: {Asian: 8-9}, why: Their quarter is to be rebuilt.}\n"
    )
    assert group.targets == (30, 8, 1, 1, 0)
    assert seats(group) == ["28-30", "8-9", "1-2", "0-1", "0-1"]
    assert group.why == "Their quarter is to be rebuilt."
    assert group.shares[1] == pytest.approx(100 * 600 / 8100), "the report can show both"


@pytest.mark.parametrize(("tolerance", "wanted"), [("1", ["19-22", "18-21"]), ("5 %", ["18-23", "17-22"])])
def test_tolerance_in_seats_or_per_cent_of_the_panel(tmp_path, tolerance, wanted):
    assert seats(category(tmp_path, f"  gender: {{table: sheet, tolerance: {tolerance}}}\n")) == wanted


def test_the_option_for_the_size_goes_before_the_file(tmp_path):
    assert built(tmp_path, "  gender: {table: sheet}\n", panel_size=80).quotas.panel_size == 80


CROSS = "  age: {table: sheet}\n  gender: {table: sheet}\ncross:\n  - {of: [age, gender], from: "


def test_margins_alone_are_joined_as_if_independent_and_the_spec_says_so(tmp_path):
    found = built(tmp_path, CROSS + "raking, only: {age: [65+]}, why: Old men too.}\n")
    assert [(rule.label, rule.low, rule.high) for rule in found.quotas.rules] == [
        ("age '65+' and gender 'Female'", 4, 5),
        ("age '65+' and gender 'Male'", 4, 5),
    ]
    assert found.quotas.rules[0].why == (
        "Old men too. Seats from the counts by age and gender as if they had nothing to do with each other: no table"
        " of both was given."
    )
    joint = dict(found.joints[0].cells())
    assert joint["65+", "Female"] == pytest.approx(40 * 1800 / 8100 * 4150 / 8100)
    assert sum(joint.values()) == pytest.approx(40)


def test_a_table_of_both_is_raked_to_the_margins(tmp_path):
    (tmp_path / "both.csv").write_text(
        "age,sex,count\n" + "".join(f"{age},{sex},{n}\n" for age, sex, n in [
            ("16-34", "Female", 30), ("16-34", "Male", 30), ("35-64", "Female", 40), ("35-64", "Male", 40),
            ("65-74", "Female", 20), ("65-74", "Male", 10), ("75+", "Female", 20), ("75+", "Male", 10),
        ]), encoding="utf-8")  # fmt: skip
    extra = "  both: {file: both.csv, source: x, reference_date: 2011, base: the country}\n"
    path = tmp_path / "b.yaml"
    text = HEAD.replace("quotas:\n", extra + "quotas:\n") + CROSS + "both, by: [age, sex], tolerance: 1}\n"
    path.write_text(text, encoding="utf-8")
    found = build_quotas(path)
    joint = dict(found.joints[0].cells())
    for age, count in (("16-34", 2700), ("35-64", 3600), ("65+", 1800)):
        assert joint[age, "Female"] + joint[age, "Male"] == pytest.approx(40 * count / 8100)
    odds = joint["65+", "Female"] * joint["16-34", "Male"] / (joint["65+", "Male"] * joint["16-34", "Female"])
    assert odds == pytest.approx(2), "the odds ratio of the table"
    assert [rule.why for rule in found.quotas.rules[:1]] == [
        "Seats from the table 'both' by age and gender, raked to the counts of each."
    ]
    old_women = next(rule for rule in found.quotas.rules if "65+' and gender 'Female" in rule.label)
    assert old_women.low < joint["65+", "Female"] < old_women.high


# --- a table alone ---------------------------------------------------------------------------------------------------


def test_a_plain_sheet_alone_makes_a_spec():
    found = build_quotas(TABLES / "plain_counts.csv", 40, tolerance="1", on="2026-10-17", ages="16+", base="16+",
                         source="made up", reference_date="2024", name="Northam")  # fmt: skip
    assert [c.name for c in found.quotas.categories] == ["age", "gender", "ethnicity"]
    assert found.quotas.name == "Northam"
    assert seats(found.quotas.categories[1]) == ["19-22", "18-21"]
    assert found.quotas.categories[1].base == "16+ (8,100)"


def test_a_sheet_of_per_cents_is_divided_by_its_own_sum():
    found = build_quotas(TABLES / "plain_percent.csv", 100)
    (age,) = found.quotas.categories
    assert seats(age) == ["33-34", "44-45", "22-23"], "33.3, 44.4 and 22.2 of 99.9"
    assert notes(found) == [
        "table 'sheet': the per cents of age add up to 99.9, so they were divided by their own sum.",
        "age: no 'source', 'reference_date', 'base' given; a target should say where it comes from.",
    ]


def test_rounded_per_cents_still_leave_room_for_a_panel(tmp_path):
    path = tmp_path / "thirds.csv"
    path.write_text("category,value,percent\nx,a,33\nx,b,33\nx,c,33\n", encoding="utf-8")
    (thirds,) = build_quotas(path, 100).quotas.categories
    assert seats(thirds) == ["33-34"] * 3


def test_one_year_and_several_areas_of_a_table():
    found = build_quotas(TABLES / "eurostat_demo_pjan.csv", 40, where=["date=2024"])
    assert found.quotas.categories[1].people == (512, 488)
    found = build_quotas(TABLES / "nomis_ts009_bulk.csv", 40, areas=["Northam", "E07000902"])
    assert [c.name for c in found.quotas.categories] == ["Sex", "Age", "area"]
    assert found.quotas.categories[2].people == (1000, 2000)


def test_what_makes_no_sense_as_given():
    with pytest.raises(UsageError, match=r"a table does not say how many people are to be drawn. Give --size"):
        build_quotas(TABLES / "plain_counts.csv")
    with pytest.raises(UsageError, match="--tolerance, --area cannot be given beside a build file"):
        build_quotas("x.yaml", 40, tolerance="1", areas=["x"])
    with pytest.raises(UsageError, match="'2024' does not say which part of the table is meant"):
        build_quotas(TABLES / "eurostat_demo_pjan.csv", 40, where=["2024"])


def test_withheld_numbers_are_never_taken_for_nought():
    with pytest.raises(InputError, match=r"acs.json:2: the number for 'B19013_001E' is withheld"):
        build_quotas(TABLES / "acs.json", 40, areas=["Franklin County, Ohio"])


def test_the_schema_knows_the_keys_of_build_files():
    kinds = SCHEMA["$defs"]
    assert tuple(SCHEMA["properties"]) == build_file.BUILD_KEYS
    assert tuple(kinds["table"]["properties"]) == builder.TABLE_KEYS
    assert tuple(kinds["target"]["properties"]) == target.TARGET_KEYS
    assert tuple(kinds["cross"]["properties"]) == cross.CROSS_KEYS


@settings(max_examples=50, deadline=None)
@given(st.text("ab:{}[]-, \n#&*\"'01", max_size=60), st.integers(0, 400))
def test_any_damage_ends_in_a_spec_or_in_sentences(tmp_path_factory, text, at):
    folder = tmp_path_factory.getbasetemp()
    whole = HEAD + "  ethnicity: {table: sheet, lift: 2, leave_out: Other}\n" + CROSS + "raking}\n"
    at = len(HEAD) + at % (len(whole) - len(HEAD))
    path = folder / "damaged.yaml"
    path.write_text(whole[:at] + text + whole[at:], encoding="utf-8")
    try:
        sound = sum(build_quotas(path).quotas.categories[0].low) <= 40
    except InputError as error:
        sound = all(fault.message.endswith((".", "?", "…")) for fault in error.faults)
    assert sound


def test_what_cannot_be_seated(tmp_path):
    with pytest.raises(InputError) as caught:
        built(tmp_path, "  gender: {table: sheet, seats: {Female: 45}, why: x}\n")
    assert [str(fault).rpartition("/")[2] for fault in caught.value.faults] == [
        (
            "panel.build.yaml:13: gender: the lowest numbers add up to 45, but the panel has 40 seats. Lower"
            " some of them, by 5 in all, or raise the panel size."
        )
    ]


def test_the_schema_takes_the_shipped_build_files_and_that_of_the_page(monkeypatch):
    monkeypatch.setattr(test_write, "SCHEMA", SCHEMA)
    files = sorted((ROOT / "examples" / "census").glob("*.build.yaml"))
    page = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    for text in (page, *(path.read_text(encoding="utf-8") for path in files)):
        assert test_write.conforms(test_write.tree_of(text), SCHEMA)
    wrong = (BROKEN / "build_bare.yaml").read_text(encoding="utf-8")
    assert not test_write.conforms(test_write.tree_of(wrong), SCHEMA)
    assert len(files) == 3
