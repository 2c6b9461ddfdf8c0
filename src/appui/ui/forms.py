"""Forms: short sections, help beside the field, one act however often the form is sent."""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from babel import Locale
from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import DecimalValidator, MaxValueValidator
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.kernel.errors import AppuiError, Conflict, Invalid
from appui.kernel.idempotency import fingerprint_of, once
from appui.kernel.money import cents
from appui.kernel.multilingual import LANGUAGES, RIGHT_TO_LEFT
from appui.ui import formats
from appui.ui.context import reader_of, section_of

Text = str | Promise
Act = Callable[[dict[str, Any]], object]  # a record or an address, unless it is told where to go
OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "idempotency_key"})
STALE = gettext_lazy("This form is incomplete. Open it again and send it once more.")
SAVED = gettext_lazy("Saved.")
DONE = gettext_lazy("Done.")
LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
LANGUAGE_NAMES = {"fr": "Français", "en": "English", "es": "Español", "ar": "العربية"}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form as shown."""

    title: Text
    help: Text
    fields: list[forms.BoundField]


class PageForm(forms.Form):
    """Base of every form on a page; ``sections`` lists ``(title, help, (field names…))``.

    Fields in no section come in a last, untitled one. ``version`` holds the version of the
    record that the person saw.
    """

    idempotency_key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={"required": STALE, "invalid": STALE},
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), STALE),
    )

    sections: Sequence[tuple[Text, Text, Sequence[str]]] = ()

    def shown_sections(self) -> list[Section]:
        """The visible fields by section, none left out and no section empty."""
        shown = {bound.name: bound for bound in self.visible_fields()}
        found = [
            Section(title, note, [shown.pop(name) for name in names if name in shown])
            for title, note, names in self.sections
        ]
        found.append(Section("", "", list(shown.values())))
        return [section for section in found if section.fields]

    def act_data(self) -> dict[str, Any]:
        """What the act receives: the cleaned fields, and ``version`` when one was sent."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "idempotency_key"}
        for name, field in self.fields.items():
            if isinstance(field, MultilingualFormField):
                data[name] = _origin_first(data[name], self.get_initial_for_field(field, name))
        if data.get("version") is None:
            data.pop("version", None)
        return data


def form_page(
    request: HttpRequest,
    form_class: type[PageForm],
    *,
    act: Act,
    title: Text,
    submit: Text,
    cancel: str,
    initial: Mapping[str, Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    template: str = "ui/form_page.html",
    success: Text = SAVED,
    then: str = "",
    about: Model | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is sent and valid, ``act`` on it once and go to ``then``, else to the
    record or address that ``act`` gives.

    A form sent twice with the same key is done once. What ``act`` refuses is shown in the
    form with the status of the refusal; a form with mistakes comes back with 422. ``about`` is
    the record whose page the form hangs on; it need not be told when it is among ``kwargs``.
    """
    options = {"initial": dict(initial or {}), **(kwargs or {})}
    crumbs = _crumbs(request, cancel, about or _record_at(cancel, options.values()))
    sent = request.method == "POST"
    form = form_class(request.POST, request.FILES, **options) if sent else form_class(**options)
    status = 200
    if sent:
        target, status = _attempt(request, form, act, then, options.get("obj"))
        if target is not None:
            messages.success(request, str(success))
            return see_other(target)
    shown = {"form": form, "title": title, "submit": submit, "cancel": cancel}
    shown["current_url"] = cancel if status == Conflict.status else ""
    return render(request, template, {"crumbs": crumbs, **context, **shown}, status=status)


def _crumbs(request: HttpRequest, cancel: str, about: Model | None) -> list[tuple[Text, str]]:
    """The list the form belongs to, then the record it is about."""
    section = section_of(request, cancel)
    crumbs: list[tuple[Text, str]] = [(section.label, section.url)] if section else []
    if about is not None and (section is None or section.url != cancel):
        crumbs.append((str(about), cancel))
    return crumbs


def _record_at(url: str, values: Iterable[object]) -> Model | None:
    """The record among ``values`` whose page is at ``url``."""
    records = [value for value in values if isinstance(value, Model)]
    return next((obj for obj in records if getattr(obj, "get_absolute_url", str)() == url), None)


def without_version(data: dict[str, Any]) -> dict[str, Any]:
    """What the act of a new record takes: nobody has seen a version of it yet."""
    return {name: value for name, value in data.items() if name != "version"}


def confirm_page(
    request: HttpRequest,
    *,
    act: Act,
    title: Text,
    question: Text,
    submit: Text,
    cancel: str,
    **context: Any,
) -> HttpResponse:
    """Ask before an act that only a POST may do; ``act`` gets an empty dict."""
    return form_page(
        request,
        PageForm,
        act=act,
        title=title,
        submit=submit,
        cancel=cancel,
        template="ui/confirm_page.html",
        question=question,
        **{"success": DONE, **context},
    )


def see_other(target: str) -> HttpResponseRedirect:
    """A redirect that is followed with GET whatever the method was."""
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def _attempt(
    request: HttpRequest, form: PageForm, act: Act, then: str, obj: Model | None
) -> tuple[str | None, int]:
    """Where to go, or None and the status to show the form again with."""
    if not form.is_valid():
        return None, 422
    try:
        target = once(
            str(form.cleaned_data["idempotency_key"]),
            by=reader_of(request),
            fingerprint=_fingerprint(request),
            act=lambda: _address_of(act(form.act_data()), then),
        )
    except AppuiError as error:
        _show_refusal(form, error, obj)
        return None, error.status
    return target, 303


def _address_of(result: object, then: str) -> str:
    if then or isinstance(result, str):
        return then or str(result)
    address: str = result.get_absolute_url()  # type: ignore[attr-defined]
    return address


def _fingerprint(request: HttpRequest) -> str:
    sent = {key: request.POST.getlist(key) for key in request.POST if key not in OWN_FIELDS}
    files = {
        f"file:{key}": [(file.name, _digest(file)) for file in request.FILES.getlist(key)]
        for key in request.FILES
    }
    return fingerprint_of({"path": request.path, **sent, **files})


def _digest(file: Any) -> str:
    """What the file holds, in a few letters; it can be read again from its beginning."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _show_refusal(form: PageForm, error: AppuiError, obj: Model | None) -> None:
    if isinstance(error, Conflict) and error.version is not None:
        sent = cast("QueryDict", form.data).copy()
        sent["version"] = str(error.version)  # saved once more, it is about what is stored now
        form.data = sent
        if obj is not None:
            _show_stored(form, obj)
    fields = error.fields if isinstance(error, Invalid) else {}
    placed = {name: message for name, message in fields.items() if name in form.fields}
    for name, message in placed.items():
        form.add_error(name, message)
    if len(placed) < len(fields) or not placed:
        form.add_error(None, str(error))


def _show_stored(form: PageForm, obj: Model) -> None:
    """Say at each field that edits ``obj`` what is stored now, where something is and something
    else was sent. What the person may not choose is not named."""
    sent = dict(form.cleaned_data)
    for bound in form.visible_fields():
        field, name = bound.field, bound.name
        column = _column(obj, name)
        if column is None or name not in sent:
            continue
        stored = _plainly(getattr(obj, column.attname))
        if stored != _plainly(form.get_initial_for_field(field, name)):
            continue  # the form does not begin with what is stored: it edits something else
        typed = _plainly(sent[name])
        if isinstance(field, MultilingualFormField):
            for code, text in stored.items():
                if text != typed.get(code, ""):
                    _say_stored(form, name, f"{LANGUAGE_NAMES[code]}: {text}")
        elif stored != typed and (text := _in_words(field, stored)):
            _say_stored(form, name, text)


def _say_stored(form: PageForm, name: str, text: str) -> None:
    form.add_error(name, _("Stored now: %(value)s") % {"value": text})


def _column(obj: Model, name: str) -> "Field[Any, Any] | None":
    """The column of ``obj`` behind a field of a form; None where there is none, or many."""
    try:
        found = obj._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) and not found.many_to_many else None


def _plainly(value: Any) -> Any:
    """A value as it can be compared: keys for records, nothing as an empty text."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Mapping):
        return {key: _plainly(each) for key, each in value.items() if each}
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return "" if value is None else value


def _in_words(field: forms.Field, value: Any) -> str:
    """A stored value as its field shows it; empty for what it does not offer or cannot show."""
    if isinstance(field, forms.ModelChoiceField):
        rows = cast("QuerySet[Any]", field.queryset)
        found = rows.filter(pk=value).first() if value else None
        return field.label_from_instance(found) if found else ""
    if isinstance(field, forms.ChoiceField):
        return _choices_of(field).get(str(value), "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return formats.number(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return formats.day(value)
    return str(value) if isinstance(value, str | int) else ""


def _choices_of(field: forms.ChoiceField) -> dict[str, str]:
    """The labels of a field by their values, groups undone."""
    found: dict[str, str] = {}
    for value, label in cast("Iterable[tuple[Any, Any]]", field.choices):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        found |= {str(key): str(text) for key, text in group}
    return found


def _once(validators: Iterable[Any], places: int | None) -> Iterator[Any]:
    """Each fault told once: of digits, by the first that counts them; where there is a largest
    amount, that tells of too many whole ones."""
    given = list(validators)
    is_bounded = any(isinstance(each, MaxValueValidator) for each in given)
    counting = [each for each in given if isinstance(each, DecimalValidator)]
    for each in given:
        if not isinstance(each, DecimalValidator):
            yield each
    if is_bounded:
        yield DecimalValidator(None, places)
    else:
        yield from counting[:1]


class AmountField(forms.DecimalField):
    """Money as people write it: ``1 234,56``, ``1.234,56``, ``1,234.56``, ``١٬٢٣٤٫٥٦``.

    A single separator before three digits groups thousands unless it is the decimal mark of
    the reader's language. At most 15 whole digits and 2 decimals; never NaN, never infinite.
    """

    default_error_messages = {
        "invalid": gettext_lazy("Write an amount in figures, for example %(example)s."),
        "negative": gettext_lazy("An amount cannot be below zero here."),
    }

    def __init__(self, *, allow_negative: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 17)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        self.allow_negative = allow_negative
        super().__init__(**kwargs)
        self.validators = list(_once(self.validators, self.decimal_places))

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        """The amount, or None for an empty optional field."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        found = parse_amount(str(value), formats.language())
        if found is None:
            example = formats.number(Decimal("1234.50"), 2)
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"example": example}
            )
        if found < 0 and not self.allow_negative:
            raise ValidationError(self.error_messages["negative"], code="negative")
        return found

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as it would be written in the reader's language, nothing rounded."""
        if not isinstance(value, Decimal):
            return value
        return formats.amount(value) if value == cents(value) else formats.number(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No numeric attributes: the field is text, so that any notation can be typed."""
        return {}


def parse_amount(text: str, language: str) -> Decimal | None:
    """The number written in ``text``, or None when it is not plainly one."""
    plain = re.sub(r"[\s'’\u200e\u200f\u061c\u2066-\u2069]", "", text.translate(LATIN_DIGITS))
    plain = plain.replace("\N{MINUS SIGN}", "-")
    if len(plain) > 40 or not re.fullmatch(r"-?\d[\d.,]*", plain):
        return None
    mark = _decimal_mark(plain, language)
    whole, _found, decimals = plain.partition(mark) if mark else (plain, "", "")
    if not decimals.isdigit() and (mark or decimals):
        return None
    if re.search(r"[.,]", whole) and not re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", whole):
        return None
    try:
        return Decimal(re.sub(r"[.,]", "", whole) + (f".{decimals}" if decimals else ""))
    except InvalidOperation:
        return None


def _decimal_mark(plain: str, language: str) -> str:
    """Which of ``.`` and ``,`` is the decimal mark in ``plain``; empty when neither is."""
    kinds = sorted({c for c in plain if c in ".,"}, key=plain.rindex)
    if len(kinds) == 2:
        return kinds[1]
    if not kinds or plain.count(kinds[0]) > 1:
        return ""
    mark = kinds[0]
    own = Locale.parse(language).number_symbols["latn"]["decimal"]
    grouping = len(plain) - plain.index(mark) == 4 and not plain.lstrip("-").startswith("0")
    return "" if grouping and mark != own else mark


class MultilingualWidget(forms.MultiWidget):
    """One line or area a language, each with its own direction."""

    template_name = "ui/_multilingual_widget.html"

    def __init__(self, *, rows: int = 0, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({code: _one_language(code, rows) for code in LANGUAGES}, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The reader's language first; the others fold away until one of them has text."""
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        for part, code in zip(parts, LANGUAGES, strict=True):
            part["language"], part["code"] = LANGUAGE_NAMES[code], code
        own = formats.language()
        context["widget"]["own"] = [part for part in parts if part["code"] == own]
        context["widget"]["others"] = [part for part in parts if part["code"] != own]
        context["widget"]["unfolded"] = any(part["value"] for part in context["widget"]["others"])
        return context

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code in LANGUAGES]


def _one_language(code: str, rows: int) -> forms.Widget:
    attrs: dict[str, Any] = {"lang": code, "dir": "rtl" if code in RIGHT_TO_LEFT else "ltr"}
    return forms.Textarea(attrs | {"rows": rows}) if rows else forms.TextInput(attrs)


class MultilingualFormField(forms.MultiValueField):
    """Text in any of the four languages, as a mapping of language to text; one is enough.

    ``rows`` above 0 gives areas instead of lines.
    """

    def __init__(self, *, rows: int = 0, max_length: int | None = None, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False, max_length=max_length) for _code in LANGUAGES]
        kwargs.setdefault("widget", MultilingualWidget(rows=rows))
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, values: Sequence[str]) -> dict[str, str]:
        return {code: text for code, text in zip(LANGUAGES, values, strict=False) if text}


def _origin_first(texts: dict[str, str], before: object) -> dict[str, str]:
    """``texts`` in the order of ``before``, then the language of the writer, then the others.

    The first language of a text is the one it falls back to.
    """
    order = [*(before if isinstance(before, dict) else ()), formats.language(), *LANGUAGES]
    return {code: texts[code] for code in dict.fromkeys(order) if code in texts}
