"""Requests for an expert, the mandate that answers one, and its deliverables."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Organisation, Owned, OwnedQuerySet, Person

ENDLESS = _("A deliverable ends in a document or an event: name the one it ended in.")

ONE_EXPERT = _("Name one expert: a contact or an organisation.")


class RequestState(models.TextChoices):
    """Where a request stands; ``rules.REQUEST_MOVES`` says which moves are allowed."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Terms agreed")
    MANDATED = "mandated", _("Mandated")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Refused")


class ExpertRequest(Owned):
    """An organisation asks for an expert; the terms of reference follow, then a mandate."""

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    subject = MultilingualField(verbose_name=_("Subject"))
    asked_by = models.ForeignKey(
        Organisation, verbose_name=_("Who asks"), on_delete=models.PROTECT, related_name="+"
    )
    asked_of = models.ForeignKey(
        Organisation,
        verbose_name=_("Asked of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    needed_from = models.DateField(_("Needed from"), null=True, blank=True)
    needed_to = models.DateField(_("Needed to"), null=True, blank=True)
    description = MultilingualField(verbose_name=_("Terms of reference"), blank=True)
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=RequestState.choices,
        default=RequestState.ASKED,
        editable=False,
    )
    reason = models.TextField(_("Reason of the refusal"), blank=True, editable=False)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="expert_requests",
    )

    objects = OwnedQuerySet["ExpertRequest"].as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(needed_from=None)
                | Q(needed_to=None)
                | Q(needed_to__gte=F("needed_from")),
                name="expert_request_dates_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="expert_request_refused_says_why",
                violation_error_message=_("Say why it is refused."),
            ),
        ]
        verbose_name = _("request for an expert")

    def __str__(self) -> str:
        return localise(self.subject).text

    def get_absolute_url(self) -> str:
        return reverse("strategies:request", args=[self.pk])


class Mandate(Record):
    """Who was given the terms of a request to carry out, from when to when."""

    request = models.OneToOneField(ExpertRequest, on_delete=models.CASCADE, related_name="mandate")
    person = models.ForeignKey(
        Person,
        verbose_name=_("Expert (a contact)"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("Expert (an organisation)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    description = MultilingualField(verbose_name=_("Terms of the mandate"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(organisation=None),
                name="mandate_one_expert",
                violation_error_message=ONE_EXPERT,
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="mandate_dates_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]
        verbose_name = _("mandate")

    def __str__(self) -> str:
        return str(self.request)

    def get_absolute_url(self) -> str:
        return self.request.get_absolute_url()

    def clean(self) -> None:
        """Somebody carries it out; a contact that is erased leaves nobody until one is named.

        Raises ``ValidationError``.
        """
        if self.person_id is None and self.organisation_id is None:
            raise ValidationError(ONE_EXPERT)

    @property
    def expert(self) -> str:
        """The expert's name, empty where the reader may not know it."""
        return str(self.person or self.organisation or "")

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the mandate stand."""
        return self.request.owner_id


class Form(models.TextChoices):
    """What a deliverable ends in."""

    DOCUMENT = "document", _("Document")
    EVENT = "event", _("Event")


class Deliverable(Record):
    """Something a mandate has to deliver; delivered once the document or event is named."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="deliverables")
    position = models.PositiveSmallIntegerField(
        _("Place in the order"), default=0, help_text=_("Lower numbers come first.")
    )
    title = MultilingualField(verbose_name=_("Title"))
    form = models.CharField(_("Ends in"), max_length=8, choices=Form.choices)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    delivered_on = models.DateField(_("Delivered on"), null=True, blank=True)
    document = models.ForeignKey(
        Source,
        verbose_name=_("Document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliverables",
    )
    event = models.CharField(_("Event"), max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_on=None) | Q(document__isnull=False) | ~Q(event=""),
                name="deliverable_ends_in_something",
                violation_error_message=ENDLESS,
            )
        ]
        verbose_name = _("deliverable")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return f"{self.mandate.get_absolute_url()}#deliverables"

    def clean(self) -> None:
        """A document is a document and an event an event. Raises ``ValidationError``."""
        if self.delivered_on is None:
            return
        if self.form == Form.DOCUMENT and self.document_id is None:
            raise ValidationError({"document": ENDLESS})
        if self.form == Form.EVENT and not self.event.strip():
            raise ValidationError({"event": ENDLESS})

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the deliverable stand."""
        return self.mandate.owner_id
