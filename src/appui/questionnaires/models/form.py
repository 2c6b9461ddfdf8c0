"""Forms, their versions, sections and questions."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.questionnaires.models.options import (
    CHOOSING,
    NO,
    SCORABLE,
    UNKNOWN,
    YES,
    Option,
    OptionsField,
    QuestionKind,
    options_of,
)
from appui.registry.models import Owned, OwnedQuerySet


class Purpose(models.TextChoices):
    """What a form is for."""

    NEEDS = "needs", _("Needs assessment")
    CAPACITY = "capacity", _("Capacity assessment")
    REVIEW = "review", _("Review")
    NO_HARM = "no_harm", _("Do no harm")
    EVALUATION = "evaluation", _("Evaluation")
    OTHER = "other", _("Other")


class Form(Owned):
    """Questions that an organisation asks again and again; what is asked stands in its versions."""

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    title = MultilingualField(verbose_name=_("Title"))
    summary = MultilingualField(verbose_name=_("Summary"), blank=True)
    purpose = models.CharField(
        _("Purpose"), max_length=10, choices=Purpose.choices, default=Purpose.NEEDS
    )

    objects = OwnedQuerySet["Form"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("form")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:form", args=[self.pk])


class VersionStatus(models.TextChoices):
    """Where a version stands; a published one is frozen, the next one replaces it."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced")


class FormVersion(Record):
    """One state of a form. At most one is a draft and one is published.

    ``title`` and ``summary`` are those of the form when it was published: what is published does
    not change with the form.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"), validators=[MinValueValidator(1)])
    title = MultilingualField(verbose_name=_("Title"), blank=True, editable=False)
    summary = MultilingualField(verbose_name=_("Summary"), blank=True, editable=False)
    status = models.CharField(
        _("Status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT
    )
    published_on = models.DateField(_("Published on"), null=True, blank=True)

    class Meta:
        ordering = ["form", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number_once"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(status="draft"), name="form_has_one_draft"
            ),
            models.UniqueConstraint(
                fields=["form"], condition=Q(status="published"), name="form_has_one_published"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_on=None)
                | (~Q(status="draft") & Q(published_on__isnull=False)),
                name="form_version_published_has_a_day",
            ),
        ]
        verbose_name = _("version of a form")

    def __str__(self) -> str:
        return gettext("%(form)s, version %(number)d") % {
            "form": localise(self.shown_title).text,
            "number": self.number,
        }

    @property
    def shown_title(self) -> dict[str, str]:
        """The title it was published with, else that of the form."""
        title: dict[str, str] = self.title or self.form.title
        return title

    @property
    def shown_summary(self) -> dict[str, str]:
        """The summary it was published with, else that of the form."""
        summary: dict[str, str] = self.summary if self.title else self.form.summary
        return summary

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:version", args=[self.pk])


class Section(Record):
    """Questions that belong together; ``code`` stays the same from version to version."""

    form_version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="sections")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    title = MultilingualField(verbose_name=_("Title"))
    help = MultilingualField(verbose_name=_("Help"), blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["form_version", "code"], name="form_section_code_once")
        ]
        verbose_name = _("section")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return f"{self.form_version.get_absolute_url()}#section-{self.pk}"


class Question(Record):
    """One question; ``code`` stays the same from version to version, so answers can be compared.

    ``form_version`` repeats that of the section, so that the database can keep codes apart.
    An answer whose score is ``weak_at`` or below is weak and proposes ``priority``.
    """

    form_version = models.ForeignKey(
        FormVersion, on_delete=models.CASCADE, related_name="questions"
    )
    section = models.ForeignKey(
        Section, verbose_name=_("Section"), on_delete=models.CASCADE, related_name="questions"
    )
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(
        _("Kind of answer"),
        max_length=10,
        choices=QuestionKind.choices,
        default=QuestionKind.ONE,
    )
    text = MultilingualField(verbose_name=_("Question"))
    help = MultilingualField(verbose_name=_("Help"), blank=True)
    required = models.BooleanField(_("An answer is required"), default=False)
    options = OptionsField(_("Options"))
    weight = models.DecimalField(
        _("Weight"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1000))],
    )
    weak_at = models.DecimalField(
        _("Weak at this score or below"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    priority = MultilingualField(verbose_name=_("Priority that a weak answer proposes"), blank=True)
    only_if = models.ForeignKey(
        "self",
        verbose_name=_("Asked only if"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dependants",
    )
    only_if_answer = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["section__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form_version", "code"], name="form_question_code_once"
            ),
            models.CheckConstraint(
                condition=Q(only_if=None, only_if_answer="")
                | (Q(only_if__isnull=False) & ~Q(only_if_answer="")),
                name="form_question_condition_is_whole",
                violation_error_message=_("A condition names a question and one of its answers."),
            ),
        ]
        verbose_name = _("question")

    def __str__(self) -> str:
        return localise(self.text).text

    def get_absolute_url(self) -> str:
        return f"{self.form_version.get_absolute_url()}#question-{self.pk}"

    @property
    def choices(self) -> list[Option]:
        """What can be chosen, “not known” included."""
        found = options_of(self.options)
        return [*found, Option(UNKNOWN, {})] if self.kind == QuestionKind.YES_NO else found

    @property
    def is_scored(self) -> bool:
        """Whether some answer has a score."""
        return any(item["score"] is not None for item in self.options)

    def option_text(self, code: str) -> str:
        """The label of one option; its code when there is none."""
        return next((option.text for option in self.choices if option.code == code), code)

    def clean(self) -> None:
        """What the fields say together; the database cannot look into options."""
        self._check_options()
        self._check_weakness()
        self._check_condition()

    def _check_options(self) -> None:
        codes = [item["code"] for item in self.options if isinstance(item, dict)]
        if self.kind in CHOOSING and len(codes) < 2:
            raise ValidationError({"options": _("Give at least two options to choose from.")})
        if self.kind == QuestionKind.YES_NO and codes != [YES, NO]:
            raise ValidationError({"options": _("This kind has its own options: yes, then no.")})
        if self.kind not in SCORABLE and codes:
            raise ValidationError({"options": _("Only choices have options.")})

    def _check_weakness(self) -> None:
        if self.weak_at is not None and not self.is_scored:
            raise ValidationError(
                {"weak_at": _("Give the options scores first: without them no answer is weak.")}
            )
        if self.weak_at is not None and not any(self.priority.values()):
            raise ValidationError({"priority": _("Say which priority a weak answer proposes.")})
        if self.weak_at is None and any(self.priority.values()):
            raise ValidationError({"weak_at": _("Say from which score down an answer is weak.")})

    def _check_condition(self) -> None:
        if self.only_if is None:
            return
        if self.only_if.form_version_id != self.form_version_id or not self._is_earlier():
            raise ValidationError(
                {"only_if": _("A condition can only look at an earlier question of this form.")}
            )
        if self.only_if_answer not in [option.code for option in self.only_if.choices]:
            raise ValidationError({"only_if": _("That question does not offer this answer.")})

    def _is_earlier(self) -> bool:
        asked = self.only_if
        return asked is not None and asked.place < self.place

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Where it stands in its version."""
        return self.section.position, self.section.pk, self.position, self.pk or 2**62
