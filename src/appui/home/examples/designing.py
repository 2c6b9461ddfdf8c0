"""Stages, a theory of change and a concept note of the examples."""

from collections.abc import Sequence

from appui.design import actions
from appui.design.actions.graph import NodeGiven
from appui.design.models import AskedForm, Paper, Stage, Standing, Template, Theory
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, plain
from appui.portfolio.models import Activity
from appui.questionnaires.actions import responses
from appui.questionnaires.models import Form, Response
from appui.registry.models import Organisation, Visibility


def load_design(shelf: Shelf) -> None:
    """The kits of the institutions, where their projects stand, and what is written of one."""
    found = read("design")
    for key in found["kits"]:
        owner = shelf.organisations[key]
        known = Stage.objects.filter(owner=owner).first()
        shelf.put("design kits", known, _adopt, shelf, owner)
    for entry in found["way"]:
        activity = shelf.activities[entry["activity"]]
        standing = Standing.objects.filter(activity=activity).first()
        shelf.put("stages of projects", standing, _walk, shelf, activity, entry["steps"])
    _load_asked(shelf, found["asked"])
    _load_theory(shelf, found["theory"])
    _load_paper(shelf, found["paper"])


def _adopt(shelf: Shelf, owner: Organisation) -> Stage:
    return actions.adopt(owner, by=shelf.by)


def _walk(shelf: Shelf, activity: Activity, steps: Sequence[Entry]) -> Standing:
    stages = {stage.name["fr"]: stage for stage in Stage.objects.filter(owner=activity.owner)}
    for step in steps:
        actions.move(
            activity, by=shelf.by, stage=stages[step["stage"]], **plain(step, "reason", "unheard")
        )
    return Standing.objects.get(activity=activity)


def _load_asked(shelf: Shelf, entry: Entry) -> None:
    """A form asked for at a stage, answered and approved for one project."""
    owner = shelf.organisations[entry["owner"]]
    form = Form.objects.get(reference=entry["form"])
    stage = next(
        item for item in Stage.objects.filter(owner=owner) if item.name["fr"] == entry["stage"]
    )
    known = AskedForm.objects.filter(stage=stage, form=form).first()
    shelf.put("forms asked for", known, _ask, shelf, stage, form, entry)
    activity = shelf.activities[entry["activity"]]
    answered = Response.objects.filter(form_version__form=form, about_id=activity.pk).first()
    shelf.put("responses", answered, _answer, shelf, form, activity, entry)


def _ask(shelf: Shelf, stage: Stage, form: Form, entry: Entry) -> AskedForm:
    return actions.ask_form(
        stage, by=shelf.by, form=form, answer="approved", **plain(entry, "most_months")
    )


def _answer(shelf: Shelf, form: Form, activity: Activity, entry: Entry) -> Response:
    response = responses.begin_response(
        form.versions.get(),
        by=shelf.by,
        about=activity,
        owner=activity.owner,
        visibility=Visibility.PRIVATE,
        **plain(entry, "made_on", "answered_by", "note"),
    )
    responses.save_answers(response, entry["answers"], by=shelf.by)
    responses.submit_response(response, by=shelf.by, today=entry["made_on"], priorities=[])
    return responses.approve_response(response, by=shelf.by, today=entry["approved_on"])


def _load_theory(shelf: Shelf, entry: Entry) -> None:
    activity = shelf.activities[entry["activity"]]
    known = Theory.objects.filter(activity=activity).first()
    shelf.put("theories", known, _draw, shelf, activity, entry)


def _draw(shelf: Shelf, activity: Activity, entry: Entry) -> Theory:
    arrows = [(tail, head) for tail, head in entry["arrows"]]
    nodes = [_node(shelf, item) for item in entry["node"]]
    theory = actions.put_graph(activity, nodes, arrows, by=shelf.by)
    return actions.change_theory(theory, by=shelf.by, visibility=Visibility.PUBLIC)


def _node(shelf: Shelf, item: Entry) -> NodeGiven:
    arrow = item.get("about_arrow")
    return NodeGiven(
        key=item["key"],
        kind=item["kind"],
        text={"fr": item["text"]},
        indicator={"fr": item["indicator"]} if "indicator" in item else {},
        evidence={"fr": item["evidence"]} if "evidence" in item else {},
        source=shelf.source(item),
        about=item.get("about"),
        about_link=(arrow[0], arrow[1]) if arrow else None,
    )


def _load_paper(shelf: Shelf, entry: Entry) -> None:
    activity = shelf.activities[entry["activity"]]
    known = Paper.objects.filter(activity=activity, title=entry["title"]).first()
    shelf.put("papers", known, _write, shelf, activity, entry)


def _write(shelf: Shelf, activity: Activity, entry: Entry) -> Paper:
    template = Template.objects.get(owner=activity.owner, kind=entry["kind"])
    paper = actions.write_paper(
        activity,
        template,
        by=shelf.by,
        visibility=Visibility.PUBLIC,
        **plain(entry, "title", "language"),
    )
    sections = list(paper.sections.all())
    for version in entry["version"]:
        keys = [section.pk for section in sections]
        texts = dict(zip(keys, version["texts"], strict=True))
        actions.save_draft(paper, by=shelf.by, texts=texts)
        actions.publish(paper, by=shelf.by, note=version["note"])
    partners = sections[3]
    asked = actions.add_comment(partners, by=shelf.by, text=entry["comment"])
    actions.add_comment(partners, by=shelf.by, text=entry["reply"], answers=asked)
    return paper
