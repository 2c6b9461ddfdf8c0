"""Addresses of the outlook."""

from django.urls import path

from appui.outlook.views import gap, ledger, sharing, vintages, whatif

app_name = "outlook"
urlpatterns = [
    path("outlook/", gap.gap, name="gap"),
    path("outlook/what-if/", whatif.page, name="what_if"),
    path("outlook/donors/", ledger.map_page, name="ledger_map"),
    path("outlook/effects/", ledger.effects_page, name="effects"),
    path("outlook/results/", sharing.attribution_page, name="attribution"),
    path("outlook/chain/", sharing.chain_page, name="chain"),
    path("outlook/publications/", vintages.page, name="vintages"),
    path("outlook/publications/files/", vintages.files_page, name="compare_files"),
]
