"""Forms of the registry, and ``RecordForm``, the base of every form about a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import fields_for_model, model_to_dict
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from appui.accounts.models import User
from appui.kernel.access import Reader, Role
from appui.kernel.fields import CurrencyField, MoneyField, currency_choices
from appui.kernel.multilingual import MultilingualField
from appui.registry.choices import (
    CodeChoice,
    CodesChoice,
    ManyChoice,
    OrganisationChoice,
    OrganisationsChoice,
    PlaceChoice,
    PlacesChoice,
    currencies_of,
)
from appui.registry.models import (
    Code,
    ExchangeRate,
    Invitation,
    Location,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    Owned,
    Person,
)
from appui.registry.queries import colleagues
from appui.registry.references import proposed_reference
from appui.ui.forms import AmountField, MultilingualFormField, PageForm

OWNERSHIP = (
    _("Who sees it"),
    _("Private to the organisation unless you say otherwise."),
    ("owner", "visibility", "shared_with"),
)
NO_SUCH_DAY = _("There is no such day. Write year, month and day, for example 2026-02-28.")
LONG_TEXTS = frozenset({"summary", "description", "definition"})


class RecordForm(PageForm):
    """A form made from the fields of ``model`` that ``sections`` name.

    Choices hold only what the reader may see; ``role`` is the one needed to own the record.
    """

    model: type[models.Model]
    role = Role.EDITOR
    readonly: Sequence[str] = ()

    def __init__(
        self, *args: Any, reader: Reader, obj: models.Model | None = None, **kwargs: Any
    ) -> None:
        if obj is not None:
            kwargs["initial"] = initial_of(obj) | dict(kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.reader, self.obj = reader, obj
        names = [name for _title, _help, section in self.sections for name in section]
        made = fields_for_model(
            self.model,
            fields=names,
            formfield_callback=self._field,
            apply_limit_choices_to=True,
        )
        self.fields.update({name: made[name] for name in names if made.get(name)})
        if "owner" in self.fields and reader.workspace_id and "owner" not in self.initial:
            self.initial["owner"] = reader.workspace_id
        if "reference" in self.fields:
            self._offer_reference()

    def _offer_reference(self) -> None:
        """Left empty, a new record gets the reference shown; a stored one stays."""
        field = self.fields["reference"]
        field.required = False
        field.widget.attrs["placeholder"] = self._reference_of(
            Organisation.objects.filter(pk=self.reader.workspace_id or 0).first()
        )

    def _reference_of(self, owner: Organisation | None) -> str:
        if self.obj is not None:
            return str(getattr(self.obj, "reference", ""))
        return proposed_reference(self.model, owner, localdate().year) if owner else ""

    def _field(self, db_field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
        if isinstance(db_field, MultilingualField):
            rows = 4 if db_field.name in LONG_TEXTS else 0
            return MultilingualFormField(
                label=db_field.verbose_name, required=not db_field.blank, rows=rows
            )
        if isinstance(db_field, CurrencyField):
            return self._currency(db_field)
        if isinstance(db_field, MoneyField):
            return AmountField(
                label=db_field.verbose_name,
                required=not (db_field.blank or db_field.has_default()),
                allow_negative=db_field.minimum is None,
                validators=db_field.validators,
            )
        if isinstance(db_field, models.DecimalField):
            return AmountField(
                label=db_field.verbose_name,
                required=not db_field.blank,
                max_digits=db_field.max_digits,
                decimal_places=db_field.decimal_places,
                validators=db_field.validators,
            )
        if isinstance(db_field, models.DateField):
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            kwargs["error_messages"] = {"invalid": NO_SUCH_DAY}
        if isinstance(db_field, models.TextField):
            kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if isinstance(db_field, models.ForeignKey | models.ManyToManyField):
            return self._choice(db_field, **kwargs)
        return db_field.formfield(**kwargs)

    def _currency(self, db_field: CurrencyField) -> forms.Field:
        used = currencies_of(self.model, db_field.name, self.reader)
        stored = str(self.initial.get(db_field.name) or "")
        return forms.ChoiceField(
            label=db_field.verbose_name,
            choices=lambda: currency_choices(used, stored),
            required=not db_field.blank,
        )

    def _choice(self, db_field: Any, **kwargs: Any) -> forms.Field | None:
        related = db_field.related_model
        single = isinstance(db_field, models.ForeignKey)
        if not single:
            kwargs["form_class"] = ManyChoice
        if db_field.name == "owner":
            kwargs["queryset"] = self._owners()
        elif issubclass(related, Owned):
            kwargs["queryset"] = related.objects.visible_to(self.reader)
        elif related is Organisation:
            kwargs["queryset"] = Organisation.objects.standing()
            kwargs["form_class"] = OrganisationChoice if single else OrganisationsChoice
        elif related is Location:
            kwargs["queryset"] = Location.objects.select_related("parent")
            kwargs["form_class"] = PlaceChoice if single else PlacesChoice
        elif related is User:
            kwargs["queryset"] = colleagues(self.reader)
        elif related is Code:
            kwargs["form_class"] = CodeChoice if single else CodesChoice
        return db_field.formfield(**kwargs)  # type: ignore[no-any-return]

    def _owners(self) -> models.QuerySet[Organisation]:
        workspaces = Organisation.objects.filter(is_workspace=True)
        if self.reader.is_superuser:
            return workspaces
        return workspaces.filter(pk__in=list(self.reader.organisation_ids(self.role)))

    def clean(self) -> dict[str, Any]:
        """Fields left empty that have a default take it; a reference left empty is proposed."""
        data = super().clean() or self.cleaned_data
        for name, value in list(data.items()):
            field = _model_field(self.model, name)
            if value is None and field is not None and not field.null and field.has_default():
                data[name] = field.get_default()
        if data.get("reference") == "":
            data["reference"] = self._reference_of(data.get("owner"))
        return data


def _model_field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    return next((field for field in model._meta.concrete_fields if field.name == name), None)


def initial_of(obj: models.Model) -> dict[str, Any]:
    """What a form about ``obj`` starts with, its version included."""
    return model_to_dict(obj) | {"version": getattr(obj, "version", None)}


class OrganisationForm(RecordForm):
    model = Organisation
    sections = (
        (
            _("Name"),
            _("One language is enough; the first written is the fallback."),
            ("name", "acronym"),
        ),
        (
            _("What it is"),
            "",
            ("organisation_type", "country", "is_donor", "website", "description"),
        ),
    )


class WorkspaceForm(RecordForm):
    """Settings of an organisation that works in Appui."""

    model = Organisation
    sections = (
        *OrganisationForm.sections,
        (_("Money"), _("Totals of the dashboard are shown in this currency."), ("currency",)),
    )


class AliasForm(RecordForm):
    model = OrganisationAlias
    sections = (("", "", ("name",)),)


class IdentifierForm(RecordForm):
    model = OrganisationIdentifier
    sections = (("", "", ("scheme", "code")),)


class MergeForm(PageForm):
    """Which organisation stands for both."""

    into = OrganisationChoice(
        label=_("Merge into"),
        queryset=Organisation.objects.none(),
        help_text=_("The organisation chosen here stands for both. You can undo the merge."),
    )

    def __init__(self, *args: Any, away: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["into"]
        chosen.queryset = Organisation.objects.standing().exclude(pk=away.pk)


class PersonForm(RecordForm):
    model = Person
    sections = (
        (_("Who"), "", ("name", "job_title", "organisation")),
        (_("How to reach them"), "", ("email", "phone", "language", "note")),
        OWNERSHIP,
    )


class RateForm(RecordForm):
    model = ExchangeRate
    sections = (
        (
            "",
            _("Any day of the month will do; the rate is valid for the whole month."),
            ("currency", "month", "usd_per_unit", "source"),
        ),
    )


class InvitationForm(RecordForm):
    model = Invitation
    sections = (("", "", ("email", "role")),)


class RoleForm(RecordForm):
    model = Membership
    sections = (("", "", ("role",)),)


class AcceptForm(PageForm):
    """What a new user says of themselves when accepting an invitation."""

    display_name = forms.CharField(label=_("Your name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )

    def clean_password(self) -> str:
        """Refused when a validator of the settings refuses it."""
        password: str = self.cleaned_data["password"]
        try:
            password_validation.validate_password(password)
        except ValidationError as error:
            raise forms.ValidationError(list(error.messages)) from error
        return password
