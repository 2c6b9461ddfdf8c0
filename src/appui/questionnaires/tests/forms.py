"""A form with every rule in it: scores, weights, conditions, weak answers."""

from tests.factories import TODAY

from appui.kernel.access import SYSTEM
from appui.questionnaires.actions import editing
from appui.questionnaires.documents import FormDocument

SCALE = [
    {"code": "none", "label": {"en": "None", "fr": "Rien"}, "score": "0"},
    {"code": "some", "label": {"en": "Some"}, "score": "1"},
    {"code": "most", "label": {"en": "Most"}, "score": "2"},
    {"code": "all", "label": {"en": "All"}, "score": "4"},
    {"code": "na", "label": {"en": "Not applicable"}},
]
CONTENT = [
    {
        "code": "plan",
        "title": {"en": "Planning"},
        "questions": [
            {
                "code": "has-plan",
                "kind": "yesno",
                "text": {"en": "Is there a plan?"},
                "required": True,
                "weight": "2",
                "options": [{"code": "yes", "score": "4"}, {"code": "no", "score": "0"}],
                "weak_at": "0",
                "priority": {"en": "Write a plan", "fr": "Écrire un plan"},
            },
            {
                "code": "costed",
                "kind": "one",
                "text": {"en": "Is it costed?"},
                "required": True,
                "options": SCALE,
                "weak_at": "2",
                "priority": {"en": "Cost the plan"},
                "only_if": {"question": "has-plan", "answer": "yes"},
            },
            {
                "code": "since",
                "kind": "date",
                "text": {"en": "Costed since when?"},
                "only_if": {"question": "costed", "answer": "all"},
            },
        ],
    },
    {
        "code": "people",
        "title": {"en": "People"},
        "questions": [
            {
                "code": "skills",
                "kind": "several",
                "text": {"en": "Which skills are there?"},
                "weight": "0.5",
                "options": [
                    {"code": "law", "label": {"en": "Law"}, "score": "1"},
                    {"code": "data", "label": {"en": "Data"}, "score": "1.5"},
                ],
            },
            {"code": "staff", "kind": "number", "text": {"en": "How many people?"}},
            {"code": "budget", "kind": "amount", "text": {"en": "Which budget?"}},
            {"code": "remarks", "kind": "text", "text": {"en": "Anything else?"}},
        ],
    },
]


def document(sections=CONTENT, **facts):
    return FormDocument.model_validate({"title": {"en": "Capacity"}, "sections": sections} | facts)


def make_whole_form(owner, *, published=True, sections=CONTENT, reference="CAP"):
    form = editing.import_form(document(sections), by=SYSTEM, owner=owner, reference=reference)
    if published:
        editing.publish_version(form.versions.get(), by=SYSTEM, today=TODAY)
    return form
