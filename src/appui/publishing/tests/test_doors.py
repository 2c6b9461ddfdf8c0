import io
import json

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from appui.kernel.errors import Invalid, Missing
from appui.needs.models import Need
from appui.publishing.cli import brief as command
from appui.publishing.tests.conftest import TODAY
from appui.publishing.tests.reading import docx_text, pdf_text, squeezed
from appui.registry.models import Organisation

pytestmark = pytest.mark.slow  # documents are laid out and read back

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def member(client, full_world):
    client.force_login(full_world.user)
    return client


@pytest.fixture
def outsider(client, full_world):
    client.force_login(full_world.outsider)
    return client


def test_the_page_shows_the_figures_with_marks_that_lead_to_their_sources(member, full_world):
    page = member.get(f"/needs/{full_world.need.pk}/brief/?language=en&donor={full_world.japan.pk}")

    html = page.content.decode()
    assert page.status_code == 200
    assert '<article class="brief" lang="en" dir="ltr">' in html
    for figure in ("138,000,000", "61,250,000.50", "5,000,000", "76,749,999.50", "681.28"):
        assert f'<bdi class="value">{figure}</bdi>' in html
    for note in page.context["brief"].sources:
        assert html.count(f'id="source-{note.number}"') == 1
        assert f'href="#source-{note.number}"' in html


def test_the_page_is_in_the_language_of_the_screen_unless_told(member, full_world):
    page = member.get(f"/needs/{full_world.need.pk}/brief/")

    assert page.context["brief"].language == "fr"


def test_an_arabic_brief_reads_from_right_to_left_on_a_french_page(member, full_world):
    html = member.get(f"/needs/{full_world.need.pk}/brief/?language=ar").content.decode()

    assert '<article class="brief" lang="ar" dir="rtl">' in html
    assert '<html lang="fr" dir="ltr">' in html


@pytest.mark.parametrize(("extension", "kind"), [("pdf", "application/pdf"), ("docx", DOCX)])
def test_the_files_hold_the_same_figures_as_the_page(member, full_world, extension, kind):
    asked = f"?language=en&donor={full_world.japan.pk}"
    page = member.get(f"/needs/{full_world.need.pk}/brief/{asked}")
    file = member.get(f"/needs/{full_world.need.pk}/brief.{extension}{asked}")

    assert (file.status_code, file["Content-Type"]) == (200, kind)
    assert file["Content-Disposition"] == f'attachment; filename="cmaa-2024-en.{extension}"'
    text = pdf_text(file.content) if extension == "pdf" else docx_text(file.content)
    figures = [f.value_text for s in page.context["brief"].sections for f in s.figures]
    assert [figure for figure in figures if squeezed(figure) not in text] == []


def test_the_donors_met_over_the_need_come_first(member, full_world):
    for name in ("Zambia", "Austria"):
        Organisation.objects.create(name={"en": name}, is_donor=True)

    page = member.get(f"/needs/{full_world.need.pk}/brief/?language=en")

    names = [str(donor) for donor in page.context["donors"]]
    assert names == ["État cambodgien", "Japon", "Austria", "Zambia"]


def test_the_page_asks_the_database_as_often_however_many_donors(
    member, full_world, django_assert_num_queries
):
    address = f"/needs/{full_world.need.pk}/brief/"
    member.get(address)
    with CaptureQueriesContext(connection) as first:
        member.get(address)
    for index in range(3):
        Organisation.objects.create(name={"en": f"Donor {index}"}, is_donor=True)

    with django_assert_num_queries(len(first)):
        member.get(address)


@pytest.mark.parametrize("tail", ["brief/", "brief.pdf", "brief.docx"])
def test_the_brief_of_a_private_need_is_not_there_for_others(outsider, full_world, tail):
    answer = outsider.get(f"/needs/{full_world.need.pk}/{tail}")

    assert answer.status_code == 404
    assert "563" not in answer.content.decode()


@pytest.mark.parametrize("tail", ["brief/", "brief.pdf", "brief.docx"])
def test_a_visitor_is_asked_to_sign_in(client, full_world, tail):
    answer = client.get(f"/needs/{full_world.need.pk}/{tail}")

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("brief/?language=de", 422),
        ("brief.pdf?language=%00", 422),
        ("brief/?donor=99999999", 422),
        ("brief/?donor=99999999999999999999999", 422),
        ("brief/?donor=-1", 422),
        ("brief/?donor=²", 422),
        ("brief/?donor=' OR 1=1", 422),
        ("brief.exe", 404),
        ("brief.json", 404),
    ],
)
def test_bad_input_gets_an_answer_and_no_document(member, full_world, tail, status):
    assert member.get(f"/needs/{full_world.need.pk}/{tail}").status_code == status


def test_the_brief_is_read_not_posted(member, full_world):
    assert member.post(f"/needs/{full_world.need.pk}/brief/").status_code == 405


def test_the_page_of_the_need_leads_to_the_brief_in_each_language(member, full_world):
    html = member.get(f"/needs/{full_world.need.pk}/").content.decode()

    for language in ("fr", "en", "es", "ar"):
        assert f'href="/needs/{full_world.need.pk}/brief/?language={language}"' in html


def test_titles_are_escaped_on_the_page(member, full_world):
    Need.objects.update(title={"en": "<script>alert(1)</script>"})

    html = member.get(f"/needs/{full_world.need.pk}/brief/?language=en").content.decode()

    assert "<script>alert(1)" not in html


def test_the_api_answers_the_brief_as_text(member, full_world):
    answer = member.get(f"/api/needs/{full_world.need.pk}/brief?language=en")

    body = answer.json()
    gap = next(section for section in body["sections"] if section["key"] == "gap")
    assert answer.status_code == 200
    assert [figure["value_text"] for figure in gap["figures"]] == [
        "138,000,000",
        "61,250,000.50",
        "5,000,000",
        "76,749,999.50",
    ]
    assert [note["number"] for note in body["sources"]] == list(range(1, len(body["sources"]) + 1))


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_the_api_answers_the_files(member, full_world, kind, start):
    answer = member.get(f"/api/needs/{full_world.need.pk}/brief?language=ar&format={kind}")

    assert (answer.status_code, answer.content[: len(start)]) == (200, start)


@pytest.mark.parametrize("query", ["language=de", "format=exe", "donor=0", "donor=99999999"])
def test_the_api_refuses_bad_input(member, full_world, query):
    assert member.get(f"/api/needs/{full_world.need.pk}/brief?{query}").status_code == 422


def test_the_api_does_not_know_the_private_need_of_others(outsider, full_world):
    assert outsider.get(f"/api/needs/{full_world.need.pk}/brief").status_code == 404


def test_the_command_writes_the_file(full_world, tmp_path):
    target = tmp_path / "brief.pdf"

    done = CliRunner().invoke(
        command, ["cmaa-2024", "--language", "ar", "--donor", "Japan", "--output", str(target)]
    )

    assert done.exit_code == 0, done.output
    assert done.output == f"{target} ({target.stat().st_size} bytes)\n"
    assert len(PdfReader(io.BytesIO(target.read_bytes())).pages) <= 2


def test_the_command_prints_json_with_the_same_figures(full_world):
    done = CliRunner().invoke(command, ["cmaa-2024", "--language", "en", "--to", "json"])

    body = json.loads(done.output)
    gap = next(section for section in body["sections"] if section["key"] == "gap")
    assert [figure["value_text"] for figure in gap["figures"]][3] == "76,749,999.50"
    assert body["as_of"] >= TODAY.isoformat()[:4]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(["nothing"], Missing), (["cmaa-2024", "--donor", "Atlantis"], Invalid)],
)
def test_the_command_says_what_it_does_not_know(full_world, arguments, error):
    done = CliRunner().invoke(command, arguments)

    assert isinstance(done.exception, error)


def test_the_command_prints_what_the_owner_sees_not_what_others_keep_private(full_world):
    theirs = Need.objects.create(
        owner=full_world.stranger,
        reference="theirs",
        title={"en": "Theirs"},
        sector=full_world.need.sector,
    )

    done = CliRunner().invoke(command, [theirs.reference, "--language", "en", "--to", "json"])

    assert json.loads(done.output)["owner"] == "Another ministry"
    assert "61,250,000.50" not in done.output
