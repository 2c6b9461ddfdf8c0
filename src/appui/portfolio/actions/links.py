"""Writes of how activities stand to each other, and of their documents."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio import rules
from appui.portfolio.actions.activities import change_activity
from appui.portfolio.actions.common import hang_on, hold
from appui.portfolio.models import CHILD, PARENT, Activity, ActivityDocument, RelatedActivity
from appui.registry.models import Code

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("related project"),
    gettext_noop("related project added"),
    gettext_noop("related project removed"),
    gettext_noop("document of the project"),
    gettext_noop("document of the project added"),
    gettext_noop("document of the project removed"),
)


@transaction.atomic
def relate(
    activity: Activity,
    *,
    by: Reader,
    relation: Code,
    other: Activity | None = None,
    reference: str = "",
    version: int | None = None,
) -> Activity:
    """Say how ``other`` stands to ``activity``; ``reference`` names one that is not in Appui.

    A parent or a child that is here becomes the whole or a part. Raises ``Invalid`` where the
    relation would close a circle or stands already.
    """
    if other is not None and relation.code == PARENT:
        return change_activity(activity, by=by, version=version, parent=other)
    if other is not None and relation.code == CHILD:
        hold(activity, by, version)
        _refuse_second_parent(other, activity)
        change_activity(other, by=by, parent=activity)
        return activity
    hold(activity, by, version)
    if other is not None:
        _check(activity, other, relation)
    link = RelatedActivity(
        activity=activity, relation=relation, other=other, reference=reference.strip()
    )
    hang_on(link, activity, by)
    return activity


@transaction.atomic
def point_at(link: RelatedActivity, other: Activity, *, by: Reader) -> None:
    """Let a relation that named ``other`` by its identifier point at it, now that it is here."""
    require(rules.may_change(link.activity, by))
    audit.delete(link, by=by)
    relate(link.activity, by=by, relation=link.relation, other=other)


def _refuse_second_parent(part: Activity, whole: Activity) -> None:
    if part.parent_id not in (None, whole.pk):
        text = _("“%(name)s” is a part of another project already: change that on its page.") % {
            "name": part
        }
        raise Invalid(text, {"other": text})


def _check(activity: Activity, other: Activity, relation: Code) -> None:
    """Refuse what stands already, told from the other side, and a relation along the tree."""
    if activity.pk == other.pk:
        text = _("A project is not related to itself.")
        raise Invalid(text, {"other": text})
    standing = RelatedActivity.objects.filter(
        Q(activity=activity, other=other) | Q(activity=other, other=activity), relation=relation
    )
    if standing.exists():
        text = _("This relation is recorded already.")
        raise Invalid(text, {"other": text})
    verdict = rules.may_stand_beside(activity, other)
    if not verdict:
        raise Invalid(verdict.reason, {"other": verdict.reason})


@transaction.atomic
def attach_document(
    activity: Activity,
    *,
    by: Reader,
    source: Source,
    category: Code,
    language: Code | None = None,
    version: int | None = None,
) -> ActivityDocument:
    """Attach a source as a document of the activity; ``category`` is of IATI's DocumentCategory."""
    hold(activity, by, version)
    made = ActivityDocument(activity=activity, source=source, category=category, language=language)
    return hang_on(made, activity, by)
