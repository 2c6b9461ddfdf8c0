"""Answers about forms, responses, priorities and consultations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from appui.kernel.access import Reader
from appui.questionnaires.models import (
    About,
    Consultation,
    Form,
    FormVersion,
    Priority,
    Question,
    Response,
    ResponseStatus,
    Section,
    Urgency,
    VersionStatus,
)
from appui.registry.models import Location, Organisation, Owned, OwnedQuerySet

LONGEST_KEY = 18
A = TypeVar("A", Response, Consultation)


def forms(reader: Reader) -> QuerySet[Form]:
    """Forms the reader may see, each with its versions and how many responses they may see."""
    seen = Response.objects.visible_to(reader).order_by()
    rows: QuerySet[Form] = Form.objects.visible_to(reader)
    versions = Prefetch("versions", queryset=FormVersion.objects.order_by("-number"))
    counted = Count("versions__responses", filter=Q(versions__responses__in=seen), distinct=True)
    return rows.select_related("owner").prefetch_related(versions).annotate(answered=counted)


def versions(reader: Reader) -> QuerySet[FormVersion]:
    """Versions of forms the reader may see, and those that a response shown to them answers."""
    seen = Q(form__in=Form.objects.visible_to(reader)) | Q(
        pk__in=Response.objects.visible_to(reader).values("form_version")
    )
    return FormVersion.objects.filter(seen).select_related("form__owner")


def published(reader: Reader) -> QuerySet[FormVersion]:
    """Versions that can be filled in."""
    visible = Form.objects.visible_to(reader)
    return FormVersion.objects.filter(
        form__in=visible, status=VersionStatus.PUBLISHED
    ).select_related("form__owner")


def questions() -> QuerySet[Question]:
    """Questions in order, with their section and what they hang on: one query."""
    return Question.objects.select_related("section", "only_if", "only_if__section")


def editable_sections(reader: Reader) -> QuerySet[Section]:
    """Sections of forms the reader may see."""
    visible = Form.objects.visible_to(reader)
    return Section.objects.filter(form_version__form__in=visible).select_related(
        "form_version__form"
    )


def editable_questions(reader: Reader) -> QuerySet[Question]:
    """Questions of forms the reader may see."""
    visible = Form.objects.visible_to(reader)
    return (
        questions()
        .filter(form_version__form__in=visible)
        .select_related("form_version__form", "section", "only_if__section")
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its number in the version, such as “2.3”."""

    number: str
    question: Question


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its number and its questions."""

    number: int
    section: Section
    items: list[Item]


def outline(version: FormVersion) -> list[Part]:
    """The sections of a version with their questions, numbered; two queries."""
    groups: dict[int, list[Question]] = {}
    for question in questions().filter(form_version=version):
        groups.setdefault(question.section_id, []).append(question)
    return [
        Part(
            number,
            section,
            [
                Item(f"{number}.{place}", question)
                for place, question in enumerate(groups.get(section.pk, []), 1)
            ],
        )
        for number, section in enumerate(version.sections.all(), 1)
    ]


def questions_in(parts: Iterable[Part]) -> list[Question]:
    """The questions of an outline in order."""
    return [item.question for part in parts for item in part.items]


def with_about(rows: QuerySet[A], reader: Reader) -> QuerySet[A]:
    """Each with ``about_seen``: whether the reader may see what it is about. One query at once."""
    kinds = rows.model._default_manager.exclude(about_model="").order_by()
    seen = []
    for label in kinds.values_list("about_model", flat=True).distinct():
        known = _rows(label, reader)
        if known is not None:
            is_there = Exists(known.filter(pk=OuterRef("about_id")))
            seen.append(When(Q(is_there, about_model=label), then=Value(True)))
    nothing = When(about_model="", then=Value(True))
    found = Case(nothing, *seen, default=Value(False), output_field=BooleanField())
    return rows.annotate(about_seen=found)


def responses(reader: Reader) -> QuerySet[Response]:
    """Responses the reader may see."""
    rows: QuerySet[Response] = with_about(Response.objects.visible_to(reader), reader)
    return rows.select_related("form_version__form", "owner")


def earlier(response: Response, reader: Reader) -> Response | None:
    """The submitted response before this one, to any version of the form, about the same."""
    rows = responses(reader).filter(
        form_version__form=response.form_version.form_id,
        about_model=response.about_model,
        about_id=response.about_id,
        status=ResponseStatus.SUBMITTED,
    )
    before = Q(made_on__lt=response.made_on) | Q(made_on=response.made_on, pk__lt=response.pk)
    return rows.filter(before).order_by("-made_on", "-pk").first()


def priorities(reader: Reader) -> QuerySet[Priority]:
    """Priorities the reader may see, with the response and question behind each.

    ``rank`` sorts by urgency, the highest first.
    """
    rows: QuerySet[Priority] = Priority.objects.visible_to(reader)
    ranks = [When(urgency=urgency, then=rank) for rank, urgency in enumerate(Urgency.values)]
    answered = with_about(Response.objects.select_related("form_version__form"), reader)
    ranked = rows.annotate(rank=Case(*ranks, output_field=IntegerField()))
    return ranked.select_related("owner", "question__section").prefetch_related(
        Prefetch("response", answered)
    )


def consultations(reader: Reader) -> QuerySet[Consultation]:
    """Consultations the reader may see."""
    rows: QuerySet[Consultation] = with_about(Consultation.objects.visible_to(reader), reader)
    return rows.select_related("owner").prefetch_related("places", "organisations")


@dataclass(frozen=True, slots=True)
class Stated:
    """One number over several consultations: its sum, and how many of them state it.

    ``part`` and ``whole`` sum only those that state both this number and the people heard.
    """

    total: int
    stated: int
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Who was heard in several consultations; what is not stated is in no sum."""

    consultations: int
    people: Stated
    women: Stated
    men: Stated
    youth: Stated
    with_disabilities: Stated


PARTS = ("women", "men", "youth", "with_disabilities")


def heard(rows: QuerySet[Consultation]) -> Heard:
    """Who was heard in ``rows``; one query."""
    alone = Consultation.objects.filter(pk__in=rows.order_by().values("pk"))
    sums: dict[str, Any] = {"rows": Count("pk")}
    for name in ("people", *PARTS):
        both = Q(people__isnull=False) & Q(**{f"{name}__isnull": False})
        sums |= {
            f"{name}_total": Sum(name),
            f"{name}_stated": Count(name),
            f"{name}_part": Sum(name, filter=both),
            f"{name}_whole": Sum("people", filter=both),
        }
    found = alone.aggregate(**sums)
    stated = {name: _stated(found, name) for name in ("people", *PARTS)}
    return Heard(found["rows"], **stated)


def _stated(found: dict[str, int | None], name: str) -> Stated:
    return Stated(*(found[f"{name}_{part}"] or 0 for part in ("total", "stated", "part", "whole")))


def subject(reference: str, reader: Reader) -> Model | None:
    """The record named “needs.need:12”, None when it is not there or not for this reader."""
    label, _colon, key = reference.partition(":")
    rows = _rows(label, reader)
    if rows is None or not key.isascii() or not key.isdigit() or len(key) > LONGEST_KEY:
        return None
    return rows.filter(pk=int(key)).first()


def _rows(label: str, reader: Reader) -> QuerySet[Model] | None:
    """The rows of a model that a response may be about: what is owned, organisations, places."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    if issubclass(model, Owned):
        seen: QuerySet[Model] = OwnedQuerySet(model).visible_to(reader)
        return seen
    if model in (Organisation, Location):
        every: QuerySet[Model] = model._default_manager.all()
        return every
    return None


def about(rows: QuerySet[Model], obj: Model) -> QuerySet[Model]:
    """``rows`` of a model that inherits ``About``, narrowed to those about ``obj``."""
    return rows.filter(about_model=obj._meta.label_lower, about_id=obj.pk)


def shown_subject(obj: About, reader: Reader) -> Model | None:
    """What ``obj`` is about, when the reader may see it; one query."""
    return subject(obj.about_reference, reader) if obj.about_model else None
