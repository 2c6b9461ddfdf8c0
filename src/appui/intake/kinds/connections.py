"""What rows of projects say of identifiers, relations and documents: compared, then added."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from appui.evidence.actions import cite
from appui.evidence.models import Source
from appui.intake.kinds.base import Scene, Values
from appui.intake.links import Document, Identifier, Related
from appui.kernel.errors import AppuiError
from appui.portfolio import actions
from appui.portfolio.models import CHILD, PARENT, Activity, RelatedActivity
from appui.registry.models import Code

NAMES = ("identifiers", "related", "documents")
Found = set[tuple[str, str]]


def with_links(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Activities with what ``missing`` compares; a fixed number of queries."""
    return rows.select_related("parent").prefetch_related(
        "identifiers",
        "related__relation",
        "related__other",
        "related_from__relation",
        "related_from__activity",
        "documents__source",
        "children",
    )


def missing(activity: Activity, values: Values) -> dict[str, list[Any]]:
    """What the row says and the activity, from ``with_links``, does not have yet."""
    have: dict[str, set[Any]] = {
        "identifiers": {item.code.lower() for item in activity.identifiers.all()},
        "related": _related(activity),
        "documents": {item.source.url for item in activity.documents.all()},
    }
    said: Mapping[str, Callable[[Any], object]] = {
        "identifiers": lambda item: item.code.lower(),
        "related": lambda item: (item.relation, item.identifier.lower()),
        "documents": lambda item: item.url,
    }
    found = {
        name: [item for item in values.get(name) or [] if said[name](item) not in have[name]]
        for name in NAMES
    }
    return {name: items for name, items in found.items() if items}


def _related(activity: Activity) -> Found:
    """Relations by their code and the identifier of the other."""
    found = {(item.relation.code, item.reference.lower()) for item in activity.related.all()}
    pairs = [(item.relation.code, item.other) for item in activity.related.all()]
    pairs += [(item.relation.code, item.activity) for item in activity.related_from.all()]
    pairs += [(PARENT, activity.parent), *((CHILD, part) for part in activity.children.all())]
    return found | {(code, other.iati_identifier.lower()) for code, other in pairs if other}


def said(activity: Activity, name: str) -> str:
    """What is recorded of one of ``NAMES``, as shown in a comparison."""
    texts: dict[str, list[str]] = {
        "identifiers": [str(item) for item in activity.identifiers.all()],
        "related": [f"{code}: {other}" for code, other in sorted(_related(activity)) if other],
        "documents": [str(item.source) for item in activity.documents.all()],
    }
    return "; ".join(texts[name]) or "–"


def add_links(
    activity: Activity, values: Values, scene: Scene
) -> tuple[list[Source], list[Activity]]:
    """Add what the row says of ``NAMES``; answers the sources made, and the projects changed."""
    for item in values.get("identifiers") or []:
        _identify(activity, item, scene)
    changed = [
        other
        for item in values.get("related") or []
        if (other := _relate(activity, item, scene)) is not None
    ]
    made = [_attach(activity, item, scene) for item in values.get("documents") or []]
    return [source for source in made if source is not None], changed


def _identify(activity: Activity, item: Identifier, scene: Scene) -> None:
    kind = _code("OtherIdentifierType", item.kind)
    scheme = item.scheme or (str(kind) if kind else item.kind)
    actions.add_identifier(activity, by=scene.by, scheme=scheme[:80], code=item.code, kind=kind)


def _code(codelist: str, value: str) -> Code | None:
    return Code.objects.of(codelist).filter(code=value).first() if value else None


def _relate(activity: Activity, item: Related, scene: Scene) -> Activity | None:
    """Relate to the project with that identifier, else keep the identifier; the other one where it
    became a part."""
    relation = Code.named("RelatedActivityType", item.relation, "related")
    other = _own(item.identifier, scene).exclude(pk=activity.pk).first()
    if other is not None:
        try:
            actions.relate(activity, by=scene.by, relation=relation, other=other)
        except AppuiError:
            other = None  # a circle, or a second whole: the identifier is kept as the file says it
        else:
            activity.refresh_from_db(fields=["version", "parent"])
            return other if item.relation == CHILD else None
    if not _stands(activity, item):
        actions.relate(activity, by=scene.by, relation=relation, reference=item.identifier)
    return None


def _own(identifier: str, scene: Scene) -> QuerySet[Activity]:
    rows = Activity.objects.filter(owner=scene.batch.owner_id, iati_identifier__iexact=identifier)
    return rows.order_by("pk")


def _stands(activity: Activity, item: Related) -> bool:
    """Whether the relation is there, told from either side."""
    beside = Q(activity=activity, other__iati_identifier__iexact=item.identifier) | Q(
        other=activity, activity__iati_identifier__iexact=item.identifier
    )
    named = Q(activity=activity, reference__iexact=item.identifier)
    rows = RelatedActivity.objects.filter(beside | named, relation__code=item.relation)
    return rows.exists()


def _attach(activity: Activity, item: Document, scene: Scene) -> Source | None:
    """Attach the document, whose source is recorded first where it is not; that source if new."""
    owner = scene.batch.owner
    known = Source.objects.filter(owner=owner, url=item.url).order_by("pk").first()
    source = known or cite(
        by=scene.by,
        owner=owner,
        visibility=scene.batch.record_visibility,
        publisher=urlsplit(item.url).netloc[:200],
        title=item.title or item.url[:300],
        url=item.url,
        language=item.language,
        published_on=item.day,
    )
    actions.attach_document(
        activity,
        by=scene.by,
        source=source,
        category=Code.named("DocumentCategory", item.category, "documents"),
        language=_code("Language", item.language),
    )
    return None if known else source


def settle_references(activity: Activity, scene: Scene) -> list[Activity]:
    """Relations that named ``activity`` by its identifier before it was recorded now point at it;
    answers the projects that this made its parts or wholes."""
    if not activity.iati_identifier:
        return []
    rows = RelatedActivity.objects.filter(
        reference__iexact=activity.iati_identifier, activity__owner=scene.batch.owner_id
    )
    changed = []
    for link in rows.exclude(activity=activity).select_related("activity", "relation"):
        try:
            actions.point_at(link, activity, by=scene.by)
        except AppuiError:
            continue  # it would close a circle: the identifier stays as it is
        changed.append(link.activity)
    return changed
