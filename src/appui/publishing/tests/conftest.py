"""A need of the Cambodian authority with the figures that the tests look for."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from appui.accounts.models import User
from appui.evidence.models import Figure, Source
from appui.funding.models import Agreement, Allocation, Proposal
from appui.kernel.access import Reader, Role
from appui.needs.models import Need, NeedLine
from appui.registry.models import Code, CodeList, Location, Membership, Organisation

TODAY = date(2026, 11, 22)


def code(slug, value, **label):
    codelist, _made = CodeList.objects.get_or_create(slug=slug, defaults={"name": {"en": slug}})
    position = codelist.codes.count()
    made, _made = Code.objects.get_or_create(
        codelist=codelist, code=value, defaults={"label": label, "position": position}
    )
    return made


def reader_of(user, organisation, role=Role.EDITOR):
    return Reader(
        user_id=user.pk,
        name=user.display_name,
        roles={organisation.pk: role},
        workspace_id=organisation.pk,
    )


@pytest.fixture(autouse=True)
def no_published_flows(tmp_path, monkeypatch):
    """The flows that a developer has read in do not enter the tests."""
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))


@pytest.fixture
def world(db):
    """Owner, donor, reader, places, sources, and a need of 138 million with 60 secured."""
    cambodia, _made = Location.objects.get_or_create(
        code="KH",
        defaults={
            "kind": "country",
            "iso3": "KHM",
            "name": {"en": "Cambodia", "fr": "Cambodge", "es": "Camboya", "ar": "كمبوديا"},
            "shape": "KH",
        },
    )
    authority = Organisation.objects.create(
        name={
            "fr": "Autorité cambodgienne de l'action contre les mines",
            "en": "Cambodian Mine Action Authority",
            "ar": "الهيئة الكمبودية لمكافحة الألغام",
        },
        is_workspace=True,
        website="https://authority.example.org",
        country=cambodia,
    )
    stranger = Organisation.objects.create(name={"en": "Another ministry"}, is_workspace=True)
    japan = Organisation.objects.create(
        name={"fr": "Japon", "en": "Japan", "es": "Japón", "ar": "اليابان"}, is_donor=True
    )
    monitor = Source.objects.create(
        owner=authority,
        visibility="public",
        publisher="Landmine Monitor",
        title="Cambodia: mine action",
        published_on=date(2023, 11, 1),
        page="p. 4",
        url="https://monitor.example.org/kh",
    )
    plan = Source.objects.create(
        owner=authority,
        visibility="public",
        publisher="CMAA",
        title="Completion plan",
        published_on=date(2023, 4, 4),
    )
    need = Need.objects.create(
        owner=authority,
        reference="cmaa-2024",
        title={
            "fr": "Libérer 563 km² de terres minées, 2024–2025",
            "en": "Release 563 km² of mined land, 2024–2025",
            "es": "Liberar 563 km² de tierras minadas, 2024–2025",
            "ar": "تطهير 563 كيلومترا مربعا من الأراضي الملغومة، 2024–2025",
        },
        summary={
            "fr": "Les mines empêchent les familles de neuf provinces de cultiver leurs terres.",
            "ar": "تمنع الألغام الأسر في تسع محافظات من زراعة أراضيها.",
        },
        sector=code("Sector", "15250", en="Removal of land mines"),
        currency="USD",
        needed_by=date(2025, 12, 31),
        status="open",
        source=plan,
    )
    need.locations.set([cambodia])
    clearance = code(
        "Pillar",
        "clearance",
        fr="Étude et dépollution",
        en="Survey and clearance",
        ar="المسح والتطهير",
    )
    km2 = code("Unit", "km2", fr="kilomètre carré", en="square kilometre", ar="كيلومتر مربع")
    line = NeedLine.objects.create(
        need=need,
        pillar=clearance,
        year_from=2024,
        year_to=2025,
        quantity=Decimal(563),
        unit=km2,
        stated_cost=Decimal(138_000_000),
        source=plan,
    )
    user = User.objects.create_user("ana@example.org", "quiet-harbour-42", language="fr")
    Membership.objects.create(user=user, organisation=authority, role=Role.EDITOR)
    outsider = User.objects.create_user("bob@example.org", "quiet-harbour-42", language="fr")
    Membership.objects.create(user=outsider, organisation=stranger, role=Role.EDITOR)
    found = SimpleNamespace(
        authority=authority,
        stranger=stranger,
        japan=japan,
        cambodia=cambodia,
        monitor=monitor,
        plan=plan,
        need=need,
        line=line,
        clearance=clearance,
        km2=km2,
        user=user,
        outsider=outsider,
        reader=reader_of(user, authority),
        outside_reader=reader_of(outsider, stranger),
    )
    state = Organisation.objects.create(name={"fr": "État cambodgien", "en": "Kingdom of Cambodia"})
    signed(found, state, Decimal(60_000_000), reference="state", kind="state-budget")
    return found


def signed(world, donor, amount, *, reference="agreement", kind="grant", currency="USD"):
    agreement = Agreement.objects.create(
        owner=world.authority,
        reference=reference,
        title=f"Agreement {reference}",
        kind=kind,
        donor=donor,
        amount=amount,
        currency=currency,
        status="signed",
        signed_on=date(2024, 2, 1),
    )
    Allocation.objects.create(agreement=agreement, need=world.need, amount=amount)
    return agreement


def asked(world, donor, amount, *, reference="ask", **fields):
    return Proposal.objects.create(
        owner=world.authority,
        reference=reference,
        title=f"Ask {reference}",
        need=world.need,
        donor=donor,
        amount=amount,
        stage="proposal",
        **fields,
    )


def figure(world, measure, value, unit, *, source=None, **fields):
    fields.setdefault("owner", world.authority)
    fields.setdefault("visibility", "public")
    fields.setdefault("location", world.cambodia)
    if "period_start" not in fields:
        fields.setdefault("as_of", date(2022, 12, 31))
    return Figure.objects.create(
        measure=measure,
        value=Decimal(value),
        unit=unit,
        source=source or world.monitor,
        **fields,
    )


@pytest.fixture
def full_world(world):
    """The same need with three problem figures, a result, an ask and an agreement."""
    casualty = code("Unit", "casualty", fr="victime", en="casualty", ar="إصابة")
    person = code("Unit", "person", fr="personne", en="person", ar="شخص")
    mined = code(
        "Measure",
        "mined_area_ap",
        fr="Superficie minée par des mines antipersonnel",
        en="Area mined with anti-personnel mines",
        ar="المساحة المزروعة بالألغام المضادة للأفراد",
    )
    victims = code(
        "Measure", "casualties", fr="Victimes (tuées et blessées)", en="Casualties", ar="الإصابات"
    )
    amputees = code(
        "Measure",
        "amputees_recorded",
        fr="Personnes amputées enregistrées",
        en="Amputees",
        ar="مبتورو الأطراف المسجلون",
    )
    released = code(
        "Measure",
        "area_released",
        fr="Superficie restituée",
        en="Area released",
        ar="المساحة المفرج عنها",
    )
    figure(world, mined, "681.28", world.km2)
    figure(
        world,
        victims,
        49,
        casualty,
        as_of=None,
        period_start=date(2024, 1, 1),
        period_end=date(2024, 12, 31),
    )
    figure(world, amputees, 9067, person, as_of=date(2021, 9, 30))
    figure(
        world,
        released,
        273,
        world.km2,
        as_of=None,
        period_start=date(2024, 1, 1),
        period_end=date(2024, 12, 31),
    )
    world.mined = mined
    asked(world, world.japan, Decimal("5000000"))
    signed(world, world.japan, Decimal("1250000.50"), reference="japan")
    return world
