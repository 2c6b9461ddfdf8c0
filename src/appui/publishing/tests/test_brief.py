from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import gettext, override

from appui.evidence.models import Figure, Source
from appui.funding.queries import need_gap
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.kernel.errors import Invalid, Missing
from appui.kernel.multilingual import LANGUAGES
from appui.needs.models import Need, NeedLine
from appui.publishing.brief import assemble_brief
from appui.publishing.tests.conftest import TODAY, asked, code, figure, signed
from appui.publishing.tests.reading import printed, words
from appui.registry.models import Location, Person
from appui.ui import formats


def brief_of(world, *, language="en", donor=None, reader=None):
    return assemble_brief(
        world.need, reader=reader or world.reader, language=language, donor=donor, today=TODAY
    )


def values(section):
    return [figure.value_text for figure in section.figures]


def sentences(section):
    return [text.text.replace("\N{NO-BREAK SPACE}", " ") for text in section.texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_figures_are_those_of_the_gap_in_the_format_of_the_language(full_world, language):
    gap = need_gap(full_world.need, full_world.reader, today=TODAY).total

    section = brief_of(full_world, language=language).section("gap")

    assert values(section) == [
        formats.amount(value, lang=language)
        for value in (gap.need, gap.secured, gap.asked, gap.missing)
    ]
    assert {figure.unit for figure in section.figures} == {"USD"}


def test_the_cambodian_example_prints_its_unit_cost_and_its_gap(world):
    brief = brief_of(world)

    assert values(brief.section("gap")) == ["138,000,000", "60,000,000", "0", "78,000,000"]
    assert brief.section("plan").table.columns[3] == "Unit cost"
    assert brief.section("plan").table.rows[0].cells[3] == "0.2451\N{NO-BREAK SPACE}USD/m²"


def test_a_signed_agreement_lowers_what_is_missing(world):
    signed(world, world.japan, Decimal(8_000_000))

    assert values(brief_of(world).section("gap"))[3] == "70,000,000"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_figure_has_a_source_that_is_listed(full_world, language):
    brief = brief_of(full_world, language=language, donor=full_world.japan)
    listed = {note.number for note in brief.sources}

    assert listed == set(range(1, len(brief.sources) + 1))
    for text, numbers in printed(brief):
        assert numbers, text
        assert set(numbers) <= listed, text
    assert {number for _text, numbers in printed(brief) for number in numbers} == listed


def test_sources_are_numbered_in_the_order_of_their_first_use(full_world):
    brief = brief_of(full_world, donor=full_world.japan)
    met = [number for _text, numbers in printed(brief) for number in numbers]

    assert list(dict.fromkeys(met)) == sorted(set(met))


def test_a_source_note_says_publisher_title_date_page_and_address(full_world):
    brief = brief_of(full_world)
    note = next(note for note in brief.sources if note.publisher == "Landmine Monitor")

    assert (note.title, note.published, note.page, note.url) == (
        "Cambodia: mine action",
        "November 1, 2023",
        "p. 4",
        "https://monitor.example.org/kh",
    )


def test_the_problem_is_told_by_three_figures_at_most_and_results_apart(full_world):
    brief = brief_of(full_world)

    assert [(f.label, f.value_text, f.unit, f.when) for f in brief.section("problem").figures] == [
        ("Area mined with anti-personnel mines", "681.28", "km²", "Cambodia, December 31, 2022"),
        ("Casualties", "49", "", "Cambodia, 2024"),
        ("Amputees", "9,067", "", "Cambodia, September 30, 2021"),
    ]
    assert values(brief.section("results")) == ["273"]


def test_two_publishers_that_disagree_are_both_printed(full_world):
    authority = Source.objects.create(
        owner=full_world.authority, visibility="public", publisher="CMAA", title="Article 7 report"
    )
    figure(
        full_world, full_world.mined, 563, full_world.km2, source=authority, as_of=date(2023, 4, 4)
    )

    section = brief_of(full_world).section("problem")

    assert section.figures[0].value_text == "563"
    remarks = [remark.text.replace("\N{NO-BREAK SPACE}", " ") for remark in section.remarks]
    assert remarks == [
        (
            "Landmine Monitor gives another figure for “Area mined with anti-personnel mines”: "
            "681.28 km² (Cambodia, December 31, 2022)."
        )
    ]


def test_a_figure_that_was_revised_is_not_printed(full_world):
    first = Figure.objects.get(measure=full_world.mined)
    figure(
        full_world, full_world.mined, 700, full_world.km2, as_of=date(2022, 1, 1), supersedes=first
    )

    assert values(brief_of(full_world).section("problem"))[0] == "700"


def test_the_ask_is_the_open_proposal_to_the_chosen_donor(full_world):
    brief = brief_of(full_world, donor=full_world.japan)

    assert brief.words.to == "For: Japan"
    assert sentences(brief.section("ask")) == [
        "We ask Japan for 5,000,000 USD.",
        "The money is needed by December 31, 2025.",
    ]
    assert sentences(brief.section("results")) == [
        "Japan signed for 1,250,000.50 USD on February 1, 2024."
    ]


def test_without_a_proposal_the_amount_asked_is_not_invented(world):
    assert sentences(brief_of(world, donor=world.japan).section("ask"))[0] == (
        "78,000,000 USD is missing. The amount asked of Japan is not stated."
    )


def test_a_refused_proposal_is_not_an_ask(world):
    asked(world, world.japan, Decimal(5), reference="refused")
    world.need.proposals.update(stage="refused")

    brief = brief_of(world, donor=world.japan)

    assert "is not stated" in sentences(brief.section("ask"))[0]
    assert values(brief.section("gap"))[2] == "0"


def test_asks_to_other_donors_are_counted_but_never_named(world):
    rival = type(world.japan).objects.create(name={"en": "Rival donor"}, is_donor=True)
    asked(world, rival, Decimal(3_000_000), reference="rival")

    brief = brief_of(world, donor=world.japan)

    assert values(brief.section("gap"))[2] == "3,000,000"
    assert not any("Rival donor" in text for text in words(brief))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_without_data_says_so_in_the_language_of_the_brief(world, language):
    with override(language):
        said = gettext("Not stated")
    NeedLine.objects.all().delete()
    Need.objects.update(needed_by=None, summary={})

    brief = brief_of(world, language=language)

    empty = {section.key for section in brief.sections if section.not_stated == said}
    assert empty == {"ask", "problem", "results", "plan", "gap", "visibility"}
    assert brief.chart is None
    cited = {number for _text, numbers in printed(brief) for number in numbers}
    assert cited == {note.number for note in brief.sources}


def test_money_set_aside_for_visibility_is_printed(world):
    NeedLine.objects.create(
        need=world.need,
        pillar=code("Pillar", "communication", en="Communication and visibility"),
        year_from=2025,
        year_to=2025,
        stated_cost=Decimal(20_000),
    )

    assert sentences(brief_of(world).section("visibility")) == [
        "20,000 USD is planned for communication and visibility, 2025."
    ]


def test_many_lines_are_summed_up_and_the_total_still_stands(world):
    for index in range(20):
        NeedLine.objects.create(
            need=world.need,
            pillar=world.clearance,
            year_from=2025,
            year_to=2025,
            stated_cost=Decimal(100 + index),
        )

    rows = brief_of(world).section("plan").table.rows

    assert len(rows) == 14
    assert (rows[12].cells[0], rows[12].cells[-1]) == ("9 other lines", "1,035")
    assert (rows[13].is_total, rows[13].cells[-1]) == (True, "138,002,190")


def test_parts_by_pillar_are_shown_only_when_all_money_names_its_pillar(world):
    NeedLine.objects.create(
        need=world.need,
        pillar=code("Pillar", "risk_education", en="Risk education"),
        year_from=2024,
        year_to=2025,
        stated_cost=Decimal(1_000_000),
    )
    assert brief_of(world).section("gap").table is None

    world.need.allocations.update(pillar=world.clearance)

    assert [row.cells for row in brief_of(world).section("gap").table.rows] == [
        ("Survey and clearance", "138,000,000", "60,000,000", "78,000,000"),
        ("Risk education", "1,000,000", "0", "1,000,000"),
    ]


def test_a_private_figure_of_another_organisation_is_never_printed(full_world):
    theirs = Source.objects.create(owner=full_world.stranger, publisher="Theirs", title="Secret")
    figure(
        full_world,
        full_world.mined,
        "999.99",
        full_world.km2,
        source=theirs,
        owner=full_world.stranger,
        visibility="private",
        as_of=date(2026, 1, 1),
    )

    brief = brief_of(full_world)

    assert values(brief.section("problem"))[0] == "681.28"
    assert not any("999.99" in text for text in words(brief))
    assert "Theirs" not in {note.publisher for note in brief.sources}


def test_a_public_figure_from_a_source_that_is_not_shared_is_not_printed(full_world):
    theirs = Source.objects.create(owner=full_world.stranger, publisher="Theirs", title="Secret")
    figure(
        full_world,
        full_world.mined,
        "999.99",
        full_world.km2,
        source=theirs,
        owner=full_world.stranger,
        as_of=date(2026, 1, 1),
    )

    assert not any("999.99" in text for text in words(brief_of(full_world)))


def test_a_private_need_is_not_there_for_another_organisation(full_world):
    with pytest.raises(Missing):
        brief_of(full_world, reader=full_world.outside_reader)


def test_a_reader_of_a_public_need_sees_neither_its_private_sources_nor_its_agreements(full_world):
    Need.objects.update(visibility="public")
    Source.objects.filter(publisher="CMAA").update(visibility="private")

    brief = brief_of(full_world, reader=full_world.outside_reader, donor=full_world.japan)

    assert values(brief.section("gap")) == ["138,000,000", "0", "0", "138,000,000"]
    assert brief.section("cofunders").not_stated == "Not stated"
    assert "CMAA" not in {note.publisher for note in brief.sources}
    assert all(numbers for _text, numbers in printed(brief))
    assert "Only what is shared with you is counted." in sentences(brief.section("gap"))[0]


def test_only_people_whose_address_is_public_are_contacts(world):
    for name, visibility in (("Programme desk", "public"), ("Private person", "private")):
        Person.objects.create(
            owner=world.authority,
            organisation=world.authority,
            name=name,
            email="desk@example.org",
            visibility=visibility,
        )

    assert sentences(brief_of(world).section("contact")) == [
        "Cambodian Mine Action Authority · https://authority.example.org",
        "Programme desk · desk@example.org",
    ]


@pytest.mark.parametrize("language", ["de", "", "FR", "fr-FR", "../fr"])
def test_another_language_is_refused(world, language):
    with pytest.raises(Invalid) as refusal:
        brief_of(world, language=language)

    assert list(refusal.value.fields) == ["language"]


def test_a_text_that_has_no_translation_keeps_its_own_language_and_direction(world):
    brief = brief_of(world, language="es")

    summary = brief.section("problem").texts[0]
    assert (brief.language, summary.language, summary.direction) == ("es", "fr", "ltr")


def test_arabic_reads_from_right_to_left(world):
    brief = brief_of(world, language="ar")

    assert (brief.direction, brief.title.direction) == ("rtl", "rtl")
    assert brief.section("problem").texts[0].language == "ar"


PUBLISHED = """\
donor,donor_country,recipient,sector,year,amount,currency,usd,flow_type,channel,source,published_on,page,note
Japan,JP,KH,15250,2014,,,111,spend,,Monitor of 2014,2015-01-01,Table 1,
Japan,JP,KH,15250,2021,,,1500000,spend,,Monitor of 2021,2022-01-01,Table 2,
Japan,JP,KH,15250,2022,,,20137928,spend,,Monitor of 2022,2023-01-01,Table 3,
Japan,JP,LA,15250,2022,,,222,spend,,Monitor of 2022,2023-01-01,Table 3,
Ireland,IE,KH,15250,2022,,,333,spend,,Monitor of 2022,2023-01-01,Table 3,
"""


@pytest.fixture
def published(tmp_path):
    """A corpus of published tables under the home of the test."""
    table = tmp_path / "published.csv"
    table.write_text(PUBLISHED)
    ingest([table], into=tmp_path / "flows", rates=default_rates())


def test_what_the_donor_is_known_to_have_given_is_printed_with_its_publication(world, published):
    brief = brief_of(world, donor=world.japan)

    table = brief.section("results").table
    assert table.title == "What Japan is known to have given to this sector here"
    assert [row.cells for row in table.rows] == [
        ("2022", "Disbursements and expenditure", "20,137,928"),
        ("2021", "Disbursements and expenditure", "1,500,000"),
    ]
    notes = {note.number: note for note in brief.sources}
    (latest,) = (notes[number] for number in table.rows[0].source_numbers)
    assert (latest.publisher, latest.title, latest.page) == (
        "Monitor of 2022",
        "1 published row",
        "Table 3",
    )


def test_nothing_of_other_donors_is_printed(world, published):
    assert brief_of(world).section("results").not_stated == "Not stated"


def test_an_amount_without_a_rate_is_said_to_be_left_out(world):
    signed(world, world.japan, Decimal(7), reference="strange", currency="XTS")

    said = sentences(brief_of(world).section("gap"))[0]

    assert "1 amount has no exchange rate and is in no figure." in said


def test_the_map_shades_provinces_by_cost_when_every_line_has_its_place(world):
    for number, cost in (("1", 10), ("2", 30)):
        place, _made = Location.objects.get_or_create(
            code=f"KH-{number}",
            defaults={
                "kind": "admin1",
                "name": {"en": f"Province {number}"},
                "parent": world.cambodia,
                "shape": f"KH-{number}",
            },
        )
        NeedLine.objects.create(
            need=world.need,
            pillar=world.clearance,
            year_from=2025,
            year_to=2025,
            stated_cost=Decimal(cost),
            location=place,
        )
    assert brief_of(world).map.by_value is False

    world.line.delete()
    drawn = brief_of(world).map

    assert (drawn.by_value, drawn.values) == (True, {"KH-1": Decimal(10), "KH-2": Decimal(30)})


def test_a_brief_asks_the_database_as_often_whatever_the_need_holds(
    full_world, django_assert_num_queries
):
    with django_assert_num_queries(15):
        brief_of(full_world, donor=full_world.japan)
    for index in range(3):
        signed(full_world, full_world.japan, Decimal(10), reference=f"more-{index}")
        asked(full_world, full_world.japan, Decimal(10), reference=f"ask-{index}")

    with django_assert_num_queries(15):
        brief_of(full_world, donor=full_world.japan)


def test_control_characters_and_direction_overrides_are_dropped(world):
    Need.objects.update(title={"en": "A\x01B\x1b[31m \u202eevil\u2069\ufffe \ud7ff"})

    title = brief_of(world).title

    assert replace(title, text="").text == ""
    assert title.text == "AB[31m evil"


def test_what_the_source_of_the_need_says_was_reached_is_planned_and_no_result(full_world):
    released = Figure.objects.get(measure__code="area_released")
    figure(
        full_world,
        released.measure,
        563,
        full_world.km2,
        source=full_world.plan,
        as_of=date(2025, 12, 31),
    )

    assert values(brief_of(full_world).section("results")) == ["273"]


def test_square_metres_by_the_million_are_printed_as_square_kilometres(world):
    world.line.unit = code("Unit", "m2", en="square metre")
    world.line.quantity = Decimal(563_000_000)
    world.line.save()

    row = brief_of(world).section("plan").table.rows[0]

    assert row.cells[2:4] == (
        "563\N{NO-BREAK SPACE}km²",
        "0.2451\N{NO-BREAK SPACE}USD/m²",
    )


def test_a_part_is_not_printed_beside_its_whole(full_world):
    whole = code("Measure", "contaminated_area_total", en="Total contaminated area")
    full_world.mined.parent = whole
    full_world.mined.save()
    figure(full_world, whole, 1697, full_world.km2)

    assert values(brief_of(full_world).section("problem")) == ["49", "9,067", "1,697"]
