"""Addresses of funding."""

from django.urls import path

from appui.funding.views import (
    agreements,
    donors,
    funds,
    gap,
    ledger,
    proposals,
    suggestions,
    targets,
)

app_name = "funding"
urlpatterns = [
    path("donors/", donors.donor_list, name="donor_list"),
    path("donors/<int:pk>/", donors.donor, name="donor"),
    path("windows/", funds.fund_list, name="fund_list"),
    path("windows/add/", funds.fund_add, name="fund_add"),
    path("windows/<int:pk>/", funds.fund, name="fund"),
    path("windows/<int:pk>/edit/", funds.fund_edit, name="fund_edit"),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals/board/", proposals.proposal_board, name="proposal_board"),
    path("proposals/add/", proposals.proposal_add, name="proposal_add"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/edit/", proposals.proposal_edit, name="proposal_edit"),
    path("proposals/<int:pk>/move/", proposals.proposal_move, name="proposal_move"),
    path("exchanges/", proposals.interaction_list, name="interaction_list"),
    path("exchanges/add/", proposals.interaction_add, name="interaction_add"),
    path("exchanges/<int:pk>/", proposals.interaction, name="interaction"),
    path("exchanges/<int:pk>/edit/", proposals.interaction_edit, name="interaction_edit"),
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/add/", agreements.agreement_add, name="agreement_add"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", agreements.agreement_edit, name="agreement_edit"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement_sign"),
    path(
        "agreements/<int:pk>/move/<slug:status>/", agreements.agreement_move, name="agreement_move"
    ),
    path("agreements/<int:pk>/allocate/", agreements.allocation_add, name="allocation_add"),
    path(
        "allocations/<int:pk>/withdraw/", agreements.allocation_withdraw, name="allocation_withdraw"
    ),
    path("ledger/", ledger.transaction_list, name="transaction_list"),
    path("ledger/add/", ledger.transaction_add, name="transaction_add"),
    path("ledger/<int:pk>/", ledger.transaction, name="transaction"),
    path("ledger/<int:pk>/reverse/", ledger.transaction_reverse, name="transaction_reverse"),
    path("targets/", targets.target_list, name="target_list"),
    path("targets/add/", targets.target_add, name="target_add"),
    path("targets/<int:pk>/", targets.target, name="target"),
    path("targets/<int:pk>/rows/<slug:name>/", targets.target_rows, name="target_rows"),
    path("targets/<int:pk>/edit/", targets.target_edit, name="target_edit"),
    path("needs/<int:pk>/donors/", suggestions.need_donors, name="need_donors"),
    path("needs/<int:pk>/ask/", suggestions.need_ask, name="need_ask"),
    path("needs/<int:pk>/set-aside/", suggestions.need_set_aside, name="need_set_aside"),
    path("set-aside/<int:pk>/undo/", suggestions.set_aside_undo, name="set_aside_undo"),
    path("needs/<int:pk>/gap/", gap.gap_rows, name="gap_rows"),
]
