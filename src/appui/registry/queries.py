"""Answers the rooms above need about people, organisations, places and codes."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Model, Q, QuerySet

from appui.accounts.models import User
from appui.kernel.access import ANONYMOUS, Reader, Role
from appui.registry.models import Code, Location, Membership, Organisation, Owned, OwnedQuerySet

M = TypeVar("M", bound=Owned)


def reader_of(user: AbstractBaseUser | AnonymousUser, workspace: int | None = None) -> Reader:
    """The reader behind a signed-in user; one query.

    ``workspace`` is the organisation the person chose to work in; the first membership otherwise.
    """
    if not user.is_authenticated:
        return ANONYMOUS
    person = cast("User", user)
    roles = {
        organisation: Role(role)
        for organisation, role in Membership.objects.filter(user=person)
        .order_by("pk")
        .values_list("organisation_id", "role")
    }
    chosen = workspace if workspace in roles or person.is_superuser else next(iter(roles), None)
    return Reader(
        user_id=person.pk,
        name=person.display_name or person.email,
        roles=roles,
        is_superuser=person.is_superuser,
        workspace_id=chosen,
    )


def workspaces(reader: Reader) -> QuerySet[Organisation]:
    """The organisations the reader can work in."""
    if reader.is_superuser:
        return Organisation.objects.standing().filter(is_workspace=True)
    return Organisation.objects.filter(pk__in=list(reader.organisation_ids()))


def find_organisation(text: str) -> Organisation | None:
    """The standing organisation with that exact identifier, acronym, name or alias; else None.

    At most three queries; the case of letters does not matter.
    """
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return None
    named = Q(acronym__iexact=wanted) | Q(aliases__name__iexact=wanted)
    for language in ("fr", "en", "es", "ar"):
        named |= Q(**{f"name__{language}__iexact": wanted})
    standing_first = F("merged_into").asc(nulls_first=True)
    found = (
        Organisation.objects.filter(identifiers__code__iexact=wanted).first()
        or Organisation.objects.filter(named).distinct().order_by(standing_first, "pk").first()
    )
    return found.merged_into if found is not None and found.merged_into_id else found


def match_organisations(names: Iterable[str]) -> dict[str, Organisation]:
    """The standing organisation behind each name that the register knows; four queries.

    A name is known as a name in any language, an acronym, an alias or an identifier, whatever
    the case of its letters; names that are not known are left out.
    """
    wanted = {name: name.strip().casefold() for name in names}
    known: dict[str, Organisation] = {}
    rows = Organisation.objects.select_related("merged_into").prefetch_related(
        "aliases", "identifiers"
    )
    for row in rows.order_by("-merged_into", "-pk"):
        standing = row.merged_into or row
        texts = [*row.name.values(), row.acronym]
        texts += [alias.name for alias in row.aliases.all()]
        texts += [identifier.code for identifier in row.identifiers.all()]
        known |= {text.strip().casefold(): standing for text in texts if text.strip()}
    return {name: known[text] for name, text in wanted.items() if text in known}


def names_of(organisation: Organisation) -> set[str]:
    """Every name and identifier of the organisation and of those merged into it; six queries."""
    found: set[str] = set()
    for item in [organisation, *organisation.merged.prefetch_related("aliases", "identifiers")]:
        found |= {text for text in [*item.name.values(), item.acronym] if text}
        found |= {alias.name for alias in item.aliases.all()}
        found |= {identifier.code for identifier in item.identifiers.all()}
    return found


def shown(obj: M | None, reader: Reader) -> M | None:
    """``obj`` when the reader may see it, else None; at most one query, none among colleagues."""
    if obj is None or reader.role_in(obj.owner_id) is not None:
        return obj
    return obj if OwnedQuerySet(type(obj)).visible_to(reader).filter(pk=obj.pk).exists() else None


def colleagues(reader: Reader) -> QuerySet[User]:
    """Those who work in an organisation of the reader; all for a superuser."""
    if reader.is_superuser:
        return User.objects.all()
    mine = list(reader.organisation_ids())
    return User.objects.filter(memberships__organisation__in=mine).distinct()


def keep_hidden(obj: Model, reader: Reader, fields: dict[str, Any]) -> None:
    """Leave in ``fields`` no change that only comes from what the reader could not see.

    A form offers only what its reader may see, so that a relation to anything else comes back
    empty: such a relation stays as stored. At most one query a relation.
    """
    for name in [name for name in fields if obj._meta.get_field(name).is_relation]:
        field: Any = obj._meta.get_field(name)
        seen = _choosable(field.related_model, reader)
        if seen is None:
            continue
        if field.many_to_many:
            hidden = getattr(obj, name).exclude(pk__in=seen.values("pk"))
            fields[name] = [*fields[name], *hidden]
        elif fields[name] is None:
            kept = field.value_from_object(obj)
            if kept is not None and not seen.filter(pk=kept).exists():
                fields.pop(name)


def _choosable(model: type[Model], reader: Reader) -> QuerySet[Any] | None:
    """What a form offers the reader of a model; None when it offers every row."""
    if issubclass(model, Owned):
        return OwnedQuerySet(model).visible_to(reader)
    return colleagues(reader) if issubclass(model, User) else None


def code(codelist: str, value: str) -> Code:
    """One code; raises ``Code.DoesNotExist``."""
    return Code.objects.get(codelist__slug=codelist, code=value)


def codes_by_value(codelist: str, values: Iterable[str] | None = None) -> dict[str, Code]:
    """Codes of one list by their value; one query."""
    found = Code.objects.of(codelist)
    if values is not None:
        found = found.filter(code__in=list(values))
    return {item.code: item for item in found}


def places_by_code(values: Iterable[str] | None = None) -> dict[str, Location]:
    """Places by ISO code; one query."""
    found = Location.objects.all()
    if values is not None:
        found = found.filter(code__in=list(values))
    return {item.code: item for item in found}


def standing_keys(keys: Collection[int]) -> dict[int, int]:
    """Those among some organisations that were merged, with the one into which each was; one query,
    none without keys."""
    if not keys:
        return {}
    rows = Organisation.objects.filter(pk__in=keys, merged_into__isnull=False)
    return {row.pk: row.standing_id for row in rows}
