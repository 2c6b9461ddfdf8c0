"""Who may open which address: one table of every URL name, and of every call of the API."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from appui.config.api import api
from tests.factories import in_english
from tests.world import ROLES, World

__all__ = ["in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHO = ["anonymous", "outsider", *ROLES]

# What GET answers, in the order of WHO. The outsider administers another organisation; all records
# but the shared register are private to the organisation of the others.
#                 anon. outs. reader edit. fin. man. adm.
OPEN = "             200  200   200  200  200  200  200"
SIGNED_IN = "        302  200   200  200  200  200  200"
EDITORS = "          302  200   403  200  200  200  200"
FINANCE = "          302  200   403  403  200  200  200"
MANAGERS = "         302  200   403  403  403  200  200"
ADMINISTRATORS = "   302  200   403  403  403  403  200"
OWN = "              302  404   200  200  200  200  200"
OWN_EDITORS = "      302  404   403  200  200  200  200"
OWN_FINANCE = "      302  404   403  403  200  200  200"
OWN_MANAGERS = "     302  404   403  403  403  200  200"
OWN_ADMINS = "       302  403   403  403  403  403  200"
HIDDEN_ADMINS = "    302  404   404  404  404  404  200"
# Nothing is there: the gallery is for developers, and no published flows are loaded here.
NOBODY = "           302  404   404  404  404  404  404"
ASKED = "            302  404   403  404  404  404  404"
JUDGED = "            302  404   403  403  403  404  404"
POST_ONLY = "        302  405   405  405  405  405  405"

# Address → who opens it; after a blank, the kind of record whose key it takes.
TABLE = {
    SIGNED_IN: """
        home:dashboard home:due home:search
        registry:organisation_list registry:organisation/organisation registry:person_list
        registry:location_list registry:codelist_list registry:rate_list
        evidence:source_list evidence:figure_list evidence:conflict_list
        intelligence:donor_map intelligence:flow_rows
        intelligence:match_queue intelligence:quarantine
        intelligence:matrix intelligence:movements intelligence:table_list
        needs:need_list portfolio:activity_list
        funding:donor_list funding:donor/organisation funding:fund_list funding:proposal_list
        funding:proposal_board funding:interaction_list funding:agreement_list
        funding:transaction_list funding:target_list
        watch:signal_list watch:closed_list watch:search_list watch:feed_list watch:digest
        watch:calendar_address watch:briefing/organisation intake:batch_list
    """,
    EDITORS: """
        registry:organisation_add registry:organisation_edit/organisation
        registry:alias_add/organisation registry:identifier_add/organisation
        registry:alias_remove/alias registry:identifier_remove/identifier registry:person_add
        evidence:source_add evidence:figure_add evidence:figure_import
        intelligence:table_add needs:need_add portfolio:activity_add
        funding:fund_add funding:proposal_add funding:interaction_add
        watch:search_add watch:feed_add intake:batch_add
    """,
    FINANCE: "registry:rate_add funding:agreement_add funding:transaction_add",
    MANAGERS: """
        intelligence:match_judge intelligence:match_follow
        registry:organisation_merge/organisation registry:organisation_unmerge/merged
        funding:target_add
    """,
    ADMINISTRATORS: "registry:member_list registry:invite",
    OWN: """
        registry:person/person evidence:source/source evidence:figure/figure
        needs:need/need portfolio:activity/activity
        funding:fund/fund funding:proposal/proposal funding:interaction/interaction
        funding:agreement/agreement funding:transaction/transaction funding:target/target
        funding:gap_rows/need funding:need_donors/need publishing:brief/need
        watch:signal/signal watch:search/search watch:feed/feed
        intake:batch/batch intake:batch_rows/batch intake:batch_issues/batch
        intake:batch_report/batch
    """,
    OWN_EDITORS: """
        registry:person_edit/person evidence:source_edit/source evidence:figure_edit/figure
        evidence:figure_revise/figure
        needs:need_edit/need needs:line_add/need needs:line_edit/line needs:line_remove/line
        portfolio:activity_edit/activity portfolio:participation_add/activity
        portfolio:identifier_add/activity portfolio:budget_add/activity portfolio:places/activity
        portfolio:classify/activity portfolio:markers/activity
        portfolio:participation_edit/participation portfolio:participation_remove/participation
        portfolio:identifier_remove/other_id portfolio:budget_revise/budget
        funding:fund_edit/fund funding:proposal_edit/proposal funding:proposal_move/proposal
        funding:interaction_edit/interaction funding:set_aside_undo/set_aside
        watch:signal_follow_up/signal watch:signal_undo/closed_signal watch:search_edit/search
        watch:search_run/search watch:feed_edit/feed
        intake:batch_choose/batch intake:batch_columns/batch intake:batch_check/batch
        intake:batch_bring/batch intake:batch_remove/batch
    """,
    OWN_FINANCE: """
        funding:agreement_edit/draft funding:allocation_add/agreement
        funding:allocation_withdraw/allocation funding:transaction_reverse/transaction
    """,
    OWN_MANAGERS: """
        registry:person_remove/person funding:agreement_sign/draft funding:target_edit/target
        intake:batch_undo/brought
    """,
    OWN_ADMINS: "registry:organisation_edit/workspace",
    HIDDEN_ADMINS: """
        registry:member_edit/member registry:member_remove/member
        registry:invitation_withdraw/invitation
    """,
    POST_ONLY: "registry:workspace intake:batch_go/batch",
    NOBODY: """
        ui:gallery intelligence:world_map intelligence:chart intelligence:donor_profile
        publishing:donor_profile_file
    """,
    ASKED: "funding:need_ask/need funding:need_set_aside/need",
}
# Addresses that take more than a key.
MORE = {
    ("home:rows", "missing"): SIGNED_IN,
    ("home:audit",): MANAGERS,
    ("registry:location", "KH"): SIGNED_IN,
    ("registry:codelist", "Sector"): SIGNED_IN,
    ("intelligence:table", "1"): NOBODY,
    ("intelligence:match_undo", "1"): JUDGED,
    ("intelligence:quarantine_undo", "1"): JUDGED,
    ("intelligence:quarantine_judge", "0"): JUDGED,
    ("registry:invitation_accept", "{secret}"): OPEN,
    ("needs:need_move", "{need}", "draft"): OWN_EDITORS,
    ("needs:need_move", "{need}", "closed"): OWN_MANAGERS,
    ("portfolio:shares", "{activity}", "Sector"): OWN_EDITORS,
    ("funding:agreement_move", "{agreement}", "closed"): OWN_MANAGERS,
    ("funding:agreement_move", "{closed}", "signed"): OWN_MANAGERS,
    ("publishing:brief_file", "{need}", "docx"): OWN,
    ("watch:signal_move", "{signal}", "dismissed"): OWN_EDITORS,
    ("watch:signal_move", "{closed_signal}", "open"): OWN_EDITORS,
    ("watch:date_file", "signal", "{signal}"): OWN,
    ("watch:calendar_file", "{calendar}"): OPEN,
    ("watch:unsubscribe", "{mail}"): OPEN,
    ("intake:row_compare", "{batch}", "2"): ASKED,
}
FILES = {
    "publishing:brief_file",
    "watch:date_file",
    "watch:calendar_file",
    "intake:batch_report",
}
# Sign-in and one's own account have tests of their own: they do not depend on a role.
ELSEWHERE = ("account_", "mfa_", "accounts:", "set_language", "api:")


def names(resolver=None, space=""):
    """Every URL name with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, space + inner)


def rows():
    """(name, arguments) → the answers by person."""
    for answers, words in TABLE.items():
        for word in words.split():
            name, _slash, kind = word.partition("/")
            yield (name, f"{{{kind}}}") if kind else (name,), answers.split()
    for row, answers in MORE.items():
        yield row, answers.split()


def test_every_address_is_in_the_table():
    listed = {row[0] for row, _answers in rows()}
    known = {name for name in names() if not name.startswith(ELSEWHERE)}

    assert sorted(known - listed) == []
    assert sorted(listed - known) == []


@pytest.mark.parametrize("who", WHO)
def test_each_person_opens_what_the_table_says(client, who):
    world = World()
    keys = world.keys
    if who != "anonymous":
        client.force_login(world.users[who])
    place = WHO.index(who)

    wrong = {}
    for (name, *arguments), answers in rows():
        url = reverse(name, args=[item.format(**keys) for item in arguments])
        status = client.get(url).status_code
        if status != int(answers[place]):
            wrong[f"{name} {url}"] = f"{status} instead of {answers[place]}"

    assert wrong == {}


def test_every_page_opens_in_arabic_from_right_to_left(client):
    world = World()
    user = world.users["administrator"]
    user.language = "ar"
    user.save()
    client.force_login(user)
    keys = world.keys

    wrong = []
    for (name, *arguments), answers in rows():
        if answers[-1] == "200" and name not in FILES:
            page = client.get(reverse(name, args=[item.format(**keys) for item in arguments]))
            if '<html lang="ar" dir="rtl"' not in page.content.decode():
                wrong.append(name)

    assert wrong == []


def calls():
    """Every method of every path of the API."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method, path


# Paths of the API by the kind of record whose key they take; "" for lists and answers.
API = {
    "": """
        get /api/me  get /api/code-lists  get /api/codes  get /api/locations
        get /api/organisations  post /api/organisations  get /api/people  post /api/people
        get /api/memberships
        get /api/exchange-rates  post /api/exchange-rates  get /api/sources  post /api/sources
        get /api/figures  post /api/figures  get /api/figures/conflicts  get /api/flows/sum
        get /api/flows/rows  get /api/flows/donors  get /api/needs  post /api/needs
        get /api/activities  post /api/activities  get /api/funds  post /api/funds
        get /api/proposals  post /api/proposals  get /api/interactions  post /api/interactions
        get /api/agreements  post /api/agreements  get /api/transactions  post /api/transactions
        get /api/signals  get /api/searches  post /api/searches  get /api/feeds  post /api/feeds
        get /api/targets  post /api/targets  get /api/position  get /api/search  get /api/history
        get /api/intake  post /api/intake
    """,
    "organisation": "get /api/organisations/{pk}",
    "person": "get /api/people/{pk}",
    "source": "get /api/sources/{pk}",
    "figure": "get /api/figures/{pk}  post /api/figures/{pk}/revisions",
    "need": """
        get /api/needs/{pk}  post /api/needs/{pk}/lines  get /api/needs/{pk}/gap
        get /api/needs/{pk}/brief
    """,
    "activity": """
        get /api/activities/{pk}  get /api/activities/{pk}/budget-lines
        post /api/activities/{pk}/budget-lines
    """,
    "fund": "get /api/funds/{pk}",
    "signal": """
        get /api/signals/{pk}  post /api/signals/{pk}/move  post /api/signals/{pk}/follow-up
        post /api/signals/{pk}/undo
    """,
    "proposal": "get /api/proposals/{pk}  post /api/proposals/{pk}/move",
    "agreement": "get /api/agreements/{pk}  post /api/agreements/{pk}/sign"
    "  get /api/agreements/{pk}/allocations  post /api/agreements/{pk}/allocations",
    "transaction": "post /api/transactions/{pk}/reverse",
    "batch": """
        get /api/intake/{pk}  delete /api/intake/{pk}  post /api/intake/{pk}/choose
        post /api/intake/{pk}/columns  post /api/intake/{pk}/check  post /api/intake/{pk}/bring-in
        post /api/intake/{pk}/undo  post /api/intake/{pk}/go-on  get /api/intake/{pk}/issues
        get /api/intake/{pk}/rows  get /api/intake/{pk}/report
        get /api/intake/{pk}/rows/{number}/comparison
        post /api/intake/{pk}/rows/{number}/take
    """,
}


def api_rows():
    for kind, words in API.items():
        parts = words.split()
        for method, path in zip(parts[::2], parts[1::2], strict=True):
            yield kind, method, path


def test_every_call_of_the_api_is_in_the_table():
    listed = {(method, path) for _kind, method, path in api_rows()}

    assert sorted(set(calls()) ^ listed) == []


def test_no_call_of_the_api_answers_a_visitor(client):
    world = World()
    answers = {
        f"{method} {path}": client.generic(
            method.upper(), path.format(pk=world.pk.get(kind), number=2)
        )
        for kind, method, path in api_rows()
    }

    answered = {call: answer.status_code for call, answer in answers.items()}
    assert answered == dict.fromkeys(answered, 401)


PRIVATE_LISTS = {
    "needs",
    "people",
    "funds",
    "proposals",
    "agreements",
    "transactions",
    "targets",
    "signals",
    "searches",
    "feeds",
    "intake",
}


def test_no_call_of_the_api_gives_an_outsider_what_is_private(client):
    world = World()
    client.force_login(world.users["outsider"])
    statuses = {
        path: client.get(path.format(pk=world.pk[kind], number=2)).status_code
        for kind, method, path in api_rows()
        if kind not in ("", "organisation") and method == "get"
    }
    lists = {
        path: client.get(path).json()["items"]
        for kind, method, path in api_rows()
        if path.rsplit("/", 1)[-1] in PRIVATE_LISTS
        if method == "get"
    }

    assert set(statuses.values()) == {404}, statuses
    assert {path: rows for path, rows in lists.items() if rows} == {}
