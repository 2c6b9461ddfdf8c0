"""Records for the tests of this room, each as small as its model allows."""

from datetime import date
from decimal import Decimal
from itertools import count

from appui.accounts.models import User
from appui.funding.models import Agreement, Allocation, Fund, Interaction, Proposal, Target
from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.needs.models import Need, NeedLine, NeedStatus
from appui.registry.models import Code, CodeList, Membership, Organisation
from appui.registry.queries import reader_of

TODAY = date(2026, 11, 22)
_numbers = count(1)


def make_code(codelist="Sector", code="15250", label="Mine clearance"):
    found, _made = CodeList.objects.get_or_create(
        slug=codelist, defaults={"name": {"en": codelist}, "source": "test"}
    )
    return Code.objects.get_or_create(codelist=found, code=code, defaults={"label": {"en": label}})[
        0
    ]


def make_workspace(name="Authority", **fields):
    fields = {"name": {"en": name}, "is_workspace": True} | fields
    return Organisation.objects.create(**fields)


def make_donor(name="Ireland", **fields):
    return Organisation.objects.create(name={"en": name}, is_donor=True, **fields)


def make_member(organisation=None, role="editor", **fields):
    fields = {"language": "en"} | fields
    user = User.objects.create_user(f"user{next(_numbers)}@example.org", **fields)
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def reader_for(organisation, role="editor"):
    return reader_of(make_member(organisation, role))


def make_need(owner, title="Clear the land", cost=None, status=NeedStatus.OPEN, **fields):
    fields = {"reference": f"N-{next(_numbers)}", "sector": make_code()} | fields
    titles = title if isinstance(title, dict) else {"en": title}
    need = Need(owner=owner, title=titles, status=status, **fields)
    audit.create(need, by=SYSTEM)
    if cost is not None:
        add_line(need, cost)
    return need


def add_line(need, cost, **fields):
    return NeedLine.objects.create(
        need=need,
        pillar=make_code("Pillar", "clearance", "Clearance"),
        year_from=2026,
        year_to=2026,
        stated_cost=Decimal(cost),
        **fields,
    )


def make_proposal(owner, donor, need, amount=100, **fields):
    fields = {"reference": f"P-{next(_numbers)}", "title": "Ask", "stage": "proposal"} | fields
    return Proposal.objects.create(
        owner=owner, donor=donor, need=need, amount=Decimal(amount), **fields
    )


def make_agreement(owner, donor, amount=100, need=None, **fields):
    fields = {"title": "Grant", "status": "signed", "signed_on": date(2026, 3, 1)} | fields
    agreement = Agreement.objects.create(
        owner=owner, donor=donor, amount=Decimal(amount), reference=f"A-{next(_numbers)}", **fields
    )
    if need is not None:
        Allocation.objects.create(agreement=agreement, need=need, amount=Decimal(amount))
    return agreement


def make_target(owner, amount=1000, **fields):
    return Target.objects.create(
        owner=owner, title={"en": "Raise money"}, amount=Decimal(amount), **fields
    )


def make_fund(owner, donor, **fields):
    return Fund.objects.create(owner=owner, organisation=donor, title={"en": "Call"}, **fields)


def make_interaction(owner, donor, **fields):
    fields = {"took_place_on": date(2026, 10, 1), "summary": "Met in Geneva"} | fields
    kind = make_code("InteractionKind", "meeting", "Meeting")
    return Interaction.objects.create(owner=owner, organisation=donor, kind=kind, **fields)
