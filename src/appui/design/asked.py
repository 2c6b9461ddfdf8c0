"""The forms that stages ask for, and how far the answers about a project have come."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.design.facts import Words
from appui.design.models import AnswerAsked, AskedForm
from appui.kernel.multilingual import LANGUAGES, localise
from appui.portfolio.models import Activity
from appui.questionnaires.models import FormVersion, Response, ResponseStatus, VersionStatus

DONE, NONE, DRAFT, NOT_APPROVED, OLD = "done", "none", "draft", "not_approved", "old"
STATES: dict[str, Promise] = {
    DONE: _("answered"),
    NONE: _("not answered"),
    DRAFT: _("begun, not submitted"),
    NOT_APPROVED: _("submitted, not approved"),
    OLD: _("too old"),
}
SENTENCES: dict[str, Promise] = {
    NONE: _("The form “%(form)s” answered"),
    DRAFT: _("The form “%(form)s” submitted"),
    NOT_APPROVED: _("The form “%(form)s” approved by a manager"),
    OLD: _("The form “%(form)s” answered within the last %(months)d months"),
}
TONES = {DONE: "", NONE: "wait", DRAFT: "wait", NOT_APPROVED: "wait", OLD: "late"}


@dataclass(frozen=True, slots=True)
class Answer:
    """How far one form that is asked for has come; ``url`` is where it is answered or read."""

    asked: AskedForm
    response: Response | None
    state: str
    url: str

    @property
    def is_done(self) -> bool:
        """Whether what the stage asks is there."""
        return self.state == DONE

    @property
    def label(self) -> Promise:
        """The state in a word or two."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """The tone of the state."""
        return TONES[self.state]

    @property
    def lacking(self) -> Words:
        """What is missing, in every language; only where it is not done."""
        words = {}
        for language in LANGUAGES:
            with translation.override(language):
                words[language] = str(SENTENCES[self.state]) % {
                    "form": localise(self.asked.form.title, language).text,
                    "months": self.asked.most_months or 0,
                }
        return words


def answers(activity: Activity, asked: Iterable[AskedForm], *, today: date) -> list[Answer]:
    """How far each form has come: two queries, none when nothing is asked.

    Only responses of the project's own organisation count, to any version of the form.
    """
    wanted = [item for item in asked if not item.is_retired]
    if not wanted:
        return []
    forms = {item.form_id for item in wanted}
    rows = Response.objects.filter(
        about_model=activity._meta.label_lower,
        about_id=activity.pk,
        owner=activity.owner_id,
        form_version__form__in=forms,
    )
    given: dict[int, list[Response]] = {}
    for row in rows.select_related("form_version").order_by("-made_on", "-pk"):
        given.setdefault(row.form_version.form_id, []).append(row)
    published = FormVersion.objects.filter(form__in=forms, status=VersionStatus.PUBLISHED)
    versions = dict(published.values_list("form", "pk"))
    return [
        _answer(activity, item, given.get(item.form_id, []), versions.get(item.form_id), today)
        for item in wanted
    ]


def _answer(
    activity: Activity,
    asked: AskedForm,
    given: Sequence[Response],
    version: int | None,
    today: date,
) -> Answer:
    """The response that has come furthest, the newest of those."""
    judged = [(ORDER.index(_state(asked, row, today)), row) for row in given]
    if not judged:
        return Answer(asked, None, NONE, _fill(activity, asked, version))
    place, row = min(judged, key=lambda pair: pair[0])
    state = ORDER[place]
    url = _fill(activity, asked, version) if state == OLD else row.get_absolute_url()
    return Answer(asked, row, state, url)


ORDER = (DONE, NOT_APPROVED, DRAFT, OLD)


def _state(asked: AskedForm, response: Response, today: date) -> str:
    if asked.most_months and response.made_on < months_before(today, asked.most_months):
        return OLD
    if response.status != ResponseStatus.SUBMITTED:
        return DRAFT
    if asked.answer == AnswerAsked.APPROVED and response.approved_on is None:
        return NOT_APPROVED
    return DONE


def _fill(activity: Activity, asked: AskedForm, version: int | None) -> str:
    """Where the form is begun about the project; its page while no version is published."""
    if version is None:
        return asked.form.get_absolute_url()
    reference = f"{activity._meta.label_lower}:{activity.pk}"
    return f"{reverse('questionnaires:response_add')}?about={reference}&form={version}"


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier; the last one where it has fewer days."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
