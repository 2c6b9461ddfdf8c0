"""Rules of what is due, the treaties that an organisation reports under, and what is due."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.funding.models import Agreement, AgreementKind, Amendment, Fund
from appui.kernel.access import Reader
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.obligations import due
from appui.registry.models import Organisation, Owned, OwnedQuerySet

OFFSET = [MinValueValidator(-600), MaxValueValidator(600)]
MONTHS = [MinValueValidator(1), MaxValueValidator(600)]


class Subject(models.TextChoices):
    """What a rule binds."""

    AGREEMENT = "agreement", _("An agreement")
    TREATY = "treaty", _("A treaty")


class Treaty(models.TextChoices):
    """Treaties with deadlines that organisations report under."""

    APMBC = "apmbc", _("Anti-Personnel Mine Ban Convention")
    CCM = "ccm", _("Convention on Cluster Munitions")
    OTHER = "other", _("Another treaty")


class AnchorDay(models.TextChoices):
    """From which day a rule counts; the values are those of ``due.Anchor``."""

    SIGNATURE = due.Anchor.SIGNATURE.value, _("Signature")
    START = due.Anchor.START.value, _("Start")
    HALFWAY = due.Anchor.HALFWAY.value, _("Middle of the period")
    END = due.Anchor.END.value, _("End")
    DAY_OF_YEAR = due.Anchor.DAY_OF_YEAR.value, _("A fixed day of the year")
    TRANCHE = due.Anchor.TRANCHE.value, _("Day of each tranche")


class RuleQuerySet(models.QuerySet["ObligationRule"]):
    """Sets of rules."""

    def visible_to(self, reader: Reader) -> "RuleQuerySet":
        """The rules that come with Appui, and those of the reader's organisations."""
        if reader.is_superuser:
            return self
        return self.filter(Q(owner=None) | Q(owner__in=list(reader.organisation_ids())))


class ObligationRule(Record):
    """What is due when, as data. One without an owner comes with Appui and binds everyone.

    ``donor_name`` finds the donor of a rule that comes with Appui, by any of its names; an
    organisation's own rule names the donor of its register.
    """

    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("Belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    code = models.SlugField(_("Code"), max_length=60)
    title = MultilingualField(verbose_name=_("What is due"))
    subject = models.CharField(
        _("Binds"), max_length=9, choices=Subject.choices, default=Subject.AGREEMENT
    )
    donor = models.ForeignKey(
        Organisation,
        verbose_name=_("Donor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Agreements of this donor only; empty for those of every donor."),
    )
    donor_name = models.CharField(max_length=200, blank=True, editable=False)
    fund = models.ForeignKey(
        Fund,
        verbose_name=_("Window"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Agreements whose ask named this window only."),
    )
    kind = models.CharField(
        _("Kind of agreement"), max_length=14, choices=AgreementKind.choices, blank=True
    )
    treaty = models.CharField(_("Treaty"), max_length=10, choices=Treaty.choices, blank=True)
    minimum_months = models.PositiveSmallIntegerField(
        _("From a duration of, months"), null=True, blank=True, validators=MONTHS
    )
    anchor = models.CharField(
        _("Counts from"), max_length=12, choices=AnchorDay.choices, default=AnchorDay.START
    )
    months = models.SmallIntegerField(
        _("Months after"), default=0, validators=OFFSET, help_text=_("Below zero: before it.")
    )
    days = models.SmallIntegerField(
        _("Days after"), default=0, validators=OFFSET, help_text=_("Below zero: before it.")
    )
    every_months = models.PositiveSmallIntegerField(
        _("Again every, months"), null=True, blank=True, validators=MONTHS
    )
    fixed_month = models.PositiveSmallIntegerField(
        _("Month of the fixed day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    fixed_day = models.PositiveSmallIntegerField(
        _("Day of the fixed day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    remind_days = models.PositiveSmallIntegerField(
        _("Remind so many days before"), default=30, validators=[MaxValueValidator(366)]
    )
    citation = models.CharField(_("Says"), max_length=500, blank=True)
    citation_url = models.URLField(_("Address"), max_length=500, blank=True)
    is_day_stated = models.BooleanField(
        _("The text states the day"),
        default=True,
        help_text=_("Off when the text asks for it without a day, and this one is a proposal."),
    )
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code"],
                name="obligation_rule_once",
                violation_error_message=_("There is already a rule with this code."),
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(owner=None), name="obligation_rule_of_appui_once"
            ),
            models.CheckConstraint(
                condition=~Q(anchor=AnchorDay.DAY_OF_YEAR)
                | Q(fixed_month__isnull=False, fixed_day__isnull=False),
                name="obligation_rule_has_its_day",
                violation_error_message=_("Say which day of the year."),
            ),
            models.CheckConstraint(
                condition=~Q(subject=Subject.TREATY) | ~Q(treaty=""),
                name="obligation_rule_names_its_treaty",
                violation_error_message=_("Say which treaty."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="obligation_rule_validity_in_order",
                violation_error_message=_("The rule ends before it begins."),
            ),
        ]
        verbose_name = _("rule")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("obligations:rule", args=[self.pk])

    def as_rule(self) -> due.Rule:
        """As the engine reads it."""
        return due.Rule(
            anchor=due.Anchor(self.anchor),
            months=self.months,
            days=self.days,
            every_months=self.every_months,
            minimum_months=self.minimum_months,
            month=self.fixed_month,
            day=self.fixed_day,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class TreatyDuty(Owned):
    """An organisation reports under a treaty, from a day on."""

    treaty = models.CharField(_("Treaty"), max_length=10, choices=Treaty.choices)
    starts_on = models.DateField(
        _("Followed from"),
        help_text=_("What was due before this day is not counted as late."),
    )
    ends_on = models.DateField(_("To"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.TextField(_("Note"), blank=True)

    objects = OwnedQuerySet["TreatyDuty"].as_manager()

    class Meta:
        ordering = ["treaty", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "treaty"],
                condition=~Q(treaty="other"),
                name="treaty_duty_once",
                violation_error_message=_("The organisation already follows this treaty."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="treaty_duty_dates_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]
        verbose_name = _("treaty followed")

    def __str__(self) -> str:
        return self.get_treaty_display()

    def get_absolute_url(self) -> str:
        return reverse("obligations:duty", args=[self.pk])


class State(models.TextChoices):
    """Where an obligation stands on a day."""

    LATE = "late", _("Late")
    DUE = "due", _("Due")
    DONE = "done", _("Done")
    WAIVED = "waived", _("Waived")
    LAPSED = "lapsed", _("No longer due")


class ObligationQuerySet(OwnedQuerySet["Obligation"]):
    """Sets of obligations."""

    def of(self, owner: Organisation) -> "ObligationQuerySet":
        """Those of one organisation."""
        return self.filter(owner=owner)

    def open(self) -> "ObligationQuerySet":
        """Neither done nor waived, and still due."""
        return self.filter(done_on=None, waived_on=None, lapsed_on=None)

    def in_state(self, state: str, today: date) -> "ObligationQuerySet":
        """Those in one state on ``today``."""
        if state == State.LATE:
            return self.open().filter(due_on__lt=today)
        if state == State.DUE:
            return self.open().filter(due_on__gte=today)
        if state == State.DONE:
            return self.exclude(done_on=None)
        if state == State.WAIVED:
            return self.exclude(waived_on=None)
        return self.exclude(lapsed_on=None)


class Obligation(Owned):
    """One thing that is due: one row a rule, what it binds and occurrence.

    Computed, then fulfilled by a document, or waived with a reason. ``lapsed_on`` is the day on
    which an amendment took it away.
    """

    rule = models.ForeignKey(ObligationRule, on_delete=models.PROTECT, related_name="obligations")
    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("Agreement"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="obligations",
    )
    duty = models.ForeignKey(
        TreatyDuty,
        verbose_name=_("Treaty"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="obligations",
    )
    occurrence = models.PositiveIntegerField()
    due_on = models.DateField(_("Due on"), db_index=True)
    anchor_on = models.DateField(_("Counted from"))
    remind_on = models.DateField(_("Reminder on"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    document = models.ForeignKey(
        Source,
        verbose_name=_("Document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    document_url = models.URLField(_("Address of the document"), max_length=500, blank=True)
    file_name = models.CharField(_("File"), max_length=200, blank=True, editable=False)
    note = models.TextField(_("Note"), blank=True)
    waived_on = models.DateField(_("Waived on"), null=True, blank=True)
    waived_reason = models.TextField(_("Why it is waived"), blank=True)
    settled_by = models.CharField(_("By whom"), max_length=200, blank=True, editable=False)
    lapsed_on = models.DateField(null=True, blank=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "agreement", "occurrence"],
                condition=Q(agreement__isnull=False),
                name="obligation_of_an_agreement_once",
            ),
            models.UniqueConstraint(
                fields=["rule", "duty", "occurrence"],
                condition=Q(duty__isnull=False),
                name="obligation_of_a_treaty_once",
            ),
            models.CheckConstraint(
                condition=Q(agreement__isnull=False, duty__isnull=True)
                | Q(agreement__isnull=True, duty__isnull=False),
                name="obligation_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None)
                | ~Q(document_url="")
                | ~Q(file_name="")
                | Q(document__isnull=False),
                name="obligation_done_by_a_document",
                violation_error_message=_("Name the document that fulfils it, or its address."),
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(waived_on=None),
                name="obligation_done_or_waived",
            ),
        ]
        verbose_name = _("obligation")

    def __str__(self) -> str:
        return str(self.rule)

    def get_absolute_url(self) -> str:
        return reverse("obligations:obligation", args=[self.pk])

    def state(self, today: date) -> State:
        """Where it stands on ``today``; its own day is not late yet."""
        if self.done_on is not None:
            return State.DONE
        if self.waived_on is not None:
            return State.WAIVED
        if self.lapsed_on is not None:
            return State.LAPSED
        return State.LATE if self.due_on < today else State.DUE

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_on is None and self.waived_on is None and self.lapsed_on is None


class StoredDocument(Record):
    """The file that fulfils an obligation, kept beside it."""

    obligation = models.OneToOneField(
        Obligation, on_delete=models.CASCADE, related_name="stored_document"
    )
    content = models.BinaryField()

    class Meta:
        verbose_name = _("document")

    def __str__(self) -> str:
        return self.obligation.file_name


class Shift(Record):
    """An obligation moved, and why: an amendment, or a rule that says otherwise now.

    ``after`` is None where it is no longer due, ``before`` where it came back.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="shifts")
    before = models.DateField(null=True)
    after = models.DateField(null=True)
    amendment = models.ForeignKey(
        Amendment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of the day")

    def __str__(self) -> str:
        return f"{self.before or '–'} → {self.after or '–'}"
