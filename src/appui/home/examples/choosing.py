"""The appraisal and the selection of the Association of Caribbean States, all illustrative."""

import csv
from datetime import date
from decimal import Decimal
from itertools import combinations

from appui.accounts.models import User
from appui.evidence import actions as evidence_actions
from appui.evidence.models import Source
from appui.home.examples.files import DATA, Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.kernel.access import Reader
from appui.portfolio import actions as activity_actions
from appui.portfolio.actions import Marked
from appui.portfolio.models import Activity
from appui.registry.models import Organisation, Visibility
from appui.registry.queries import reader_of
from appui.selection.actions import appraisal as appraising
from appui.selection.actions import criteria as weighing
from appui.selection.actions import run as choosing
from appui.selection.actions import scenario as planning
from appui.selection.models import Appraisal, Candidate, CriteriaSet, Scenario

OWNER = "acs"
ILLUSTRATIVE = {
    "fr": "Exemple : le thème est public, le projet et ses montants sont inventés.",
    "en": "An example: the theme is public, the project and its amounts are made up.",
    "es": "Ejemplo: el tema es público, el proyecto y sus importes son inventados.",
    "ar": "مثال: الموضوع عام، أما المشروع ومبالغه فمن نسج الخيال.",
}
# Gender equality (1), environment (2), trade (4), disaster risk reduction (10).
MARKERS = {
    "sea": (("1", 0), ("2", 2)),
    "risk": (("1", 1), ("10", 2)),
    "transport": (("1", 0), ("4", 1)),
    "trade": (("1", 2), ("4", 2)),
    "tourism": (("1", 1), ("2", 1)),
}
LANGUAGES = ("fr", "en", "es", "ar")
SORTED = "acs-01"  # whose budget is told by category
CATEGORIES = (("staff", 25), ("travel", 5), ("services", 45), ("equipment", 15), ("indirect", 10))
DUE, ON_TIME, TOO_LATE = date(2026, 10, 31), date(2026, 10, 20), date(2026, 11, 4)


def _projects() -> list[dict[str, str]]:
    with (DATA / "acs_projects.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="|"))


def load_projects(shelf: Shelf) -> None:
    """The 24 projects, each amount citing a source that says it is made up."""
    rows = _projects()
    fields: Entry = {"publisher": "Appui", "title": ILLUSTRATIVE["fr"]}
    found = Source.objects.filter(**fields).first()
    owned = shelf.owned({"owner": OWNER})
    source = shelf.put(
        "sources", found, evidence_actions.cite, by=shelf.by, language="fr", **owned, **fields
    )
    for row in rows:
        known = Activity.objects.filter(reference=row["reference"]).first()
        shelf.activities[row["reference"]] = shelf.put(
            "activities", known, _add_project, shelf, row, source
        )
    first, second = (shelf.activities[row["reference"]] for row in rows[:2])
    if not first.documents.exists():
        _connect(shelf, first, second, source)


def _connect(shelf: Shelf, first: Activity, second: Activity, source: Source) -> None:
    """The first project beside the second, with a document."""
    activity_actions.relate(
        first, by=shelf.by, relation=shelf.code("RelatedActivityType", "4"), other=second
    )
    activity_actions.attach_document(
        first,
        by=shelf.by,
        source=source,
        category=shelf.code("DocumentCategory", "A02"),
        language=shelf.code("Language", "fr"),
    )


def _add_project(shelf: Shelf, row: dict[str, str], source: Source) -> Activity:
    project = activity_actions.describe_activity(
        by=shelf.by,
        reference=row["reference"],
        title={language: row[language] for language in LANGUAGES},
        description=ILLUSTRATIVE,
        status=shelf.code("ActivityStatus", "1"),
        scope=shelf.code("ActivityScope", "2"),
        planned_start=date(2027, 1, 1),
        planned_end=date(2029, 12, 31),
        currency="USD",
        source=source,
        **shelf.owned({"owner": OWNER}),
    )
    activity_actions.set_places(project, dict.fromkeys(row["places"].split()), by=shelf.by)
    activity_actions.set_shares(
        project, "Sector", {row["sector"]: Decimal(100)}, by=shelf.by, reasons={}
    )
    markers = {code: Marked(score, ILLUSTRATIVE["fr"]) for code, score in MARKERS[row["theme"]]}
    activity_actions.set_markers(project, markers, by=shelf.by)
    sorted_out = row["reference"] == SORTED
    for year in ("2027", "2028", "2029"):
        for category, percent in CATEGORIES if sorted_out else ((None, 100),):
            activity_actions.add_budget_line(
                project,
                by=shelf.by,
                budget_type=shelf.code("BudgetType", "1"),
                budget_status=shelf.code("BudgetStatus", "1"),
                category=shelf.code("BudgetCategory", category) if category else None,
                source=source,
                period_start=date(int(year), 1, 1),
                period_end=date(int(year), 12, 31),
                value_date=date(int(year), 1, 1),
                amount=Decimal(row[year]) * percent / 100,
                currency="USD",
            )
    return project


def load_selection(shelf: Shelf) -> None:
    """Criteria, reviews, scenarios and runs; known by the appraisal, which comes with all."""
    content, owner = read("selection"), shelf.organisations[OWNER]
    rows = _projects()
    known = Appraisal.objects.filter(owner=owner).first()
    appraisal = shelf.put("appraisals", known, _appraise, shelf, content, rows, owner)
    for entry in content["scenario"]:
        found = Scenario.objects.filter(appraisal=appraisal, title__fr=entry["title"]["fr"]).first()
        shelf.put("scenarios", found, _scenario, shelf, content, entry, appraisal)


def _appraise(
    shelf: Shelf, content: Entry, rows: list[dict[str, str]], owner: Organisation
) -> Appraisal:
    users = {item["column"]: User.objects.get(email=item["email"]) for item in content["reviewer"]}
    entry = content["appraisal"]
    appraisal = appraising.open_appraisal(
        by=shelf.by,
        owner=owner,
        visibility=Visibility.PUBLIC,
        criteria_set=_weigh(shelf, content, owner),
        due_on=DUE,
        activities=[shelf.activities[row["reference"]] for row in rows],
        reviewers=users.values(),
        **plain(entry, "currency"),
        **amounts(entry, "budget"),
        **texts(entry, "title"),
    )
    candidates = {
        item.activity.reference: item
        for item in appraisal.candidates.select_related("activity", "appraisal__criteria_set")
    }
    for reviewer in content["reviewer"]:
        by = reader_of(users[reviewer["column"]])
        for row in rows:
            _review(candidates[row["reference"]], row, reviewer, by)
    return appraising.close_appraisal(appraisal, by=shelf.by)


def _weigh(shelf: Shelf, content: Entry, owner: Organisation) -> CriteriaSet:
    entry = content["criteria"]
    made = weighing.draft_criteria(
        by=shelf.by,
        owner=owner,
        visibility=Visibility.PUBLIC,
        **plain(entry, "weighing"),
        **texts(entry, "title", "description"),
    )
    for item in content["criterion"]:
        weighing.add_criterion(
            made,
            by=shelf.by,
            **plain(item, "axis", "less_is_better"),
            **texts(item, "title", "guidance"),
        )
    pairs = combinations([item.pk for item in made.criteria.all()], 2)
    preferences = content["judgements"]["preferences"]
    weighing.judge(made, dict(zip(pairs, preferences, strict=True)), by=shelf.by)
    return weighing.publish(made, by=shelf.by)


def _review(candidate: Candidate, row: dict[str, str], reviewer: Entry, by: Reader) -> None:
    key = row["reference"]
    criteria = candidate.appraisal.criteria_set.criteria.all()
    scores = {
        item.pk: appraising.Given(Decimal(digit))
        for item, digit in zip(criteria, row[reviewer["column"]], strict=True)
    }
    conflict = reviewer.get("conflicts", {}).get(key, "")
    appraising.write_review(
        candidate,
        by=by,
        today=TOO_LATE if key in reviewer.get("late", []) else ON_TIME,
        scores=scores,
        submit=True,
        has_conflict=bool(conflict),
        conflict=conflict,
    )


def _scenario(shelf: Shelf, content: Entry, entry: Entry, appraisal: Appraisal) -> Scenario:
    made = planning.draft_scenario(
        by=shelf.by,
        owner=appraisal.owner,
        visibility=Visibility.PUBLIC,
        appraisal=appraisal,
        currency=appraisal.currency,
        **plain(entry, "method", "certainty"),
        **texts(entry, "title"),
    )
    for envelope in content["envelope"]:
        if envelope["title"] not in entry.get("envelopes", [envelope["title"]]):
            continue
        planning.add_envelope(
            made,
            by=shelf.by,
            organisation=shelf.organisations.get(envelope.get("organisation", "")),
            years={int(year): Decimal(sum_) for year, sum_ in envelope["years"].items()},
            locations=[shelf.places[code] for code in envelope.get("places", [])],
            sectors=shelf.codes("Sector", envelope.get("sectors", [])),
            **plain(envelope, "title", "certainty"),
            **amounts(envelope, "minimum", "maximum", "cofinancing"),
        )
    for balance in entry.get("balance", []):
        planning.add_balance(
            made,
            by=shelf.by,
            location=shelf.places.get(balance.get("place", "")),
            sector=shelf.code("Sector", balance["sector"]) if "sector" in balance else None,
            **plain(balance, "least", "most"),
        )
    run = choosing.choose(made, by=shelf.by)
    if "signed_by" in entry:
        signatory = reader_of(User.objects.get(email=entry["signed_by"]))
        choosing.sign(
            run, by=signatory, decision=entry["decision"].strip(), unheard=entry["unheard"]
        )
    return made
