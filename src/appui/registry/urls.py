"""Addresses of the registry."""

from django.urls import path

from appui.registry import views

app_name = "registry"
urlpatterns = [
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/add/", views.organisation_add, name="organisation_add"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<int:pk>/merge/", views.organisation_merge, name="organisation_merge"),
    path(
        "organisations/<int:pk>/unmerge/", views.organisation_unmerge, name="organisation_unmerge"
    ),
    path("organisations/<int:pk>/names/add/", views.alias_add, name="alias_add"),
    path("organisations/<int:pk>/identifiers/add/", views.identifier_add, name="identifier_add"),
    path("names/<int:pk>/remove/", views.alias_remove, name="alias_remove"),
    path("identifiers/<int:pk>/remove/", views.identifier_remove, name="identifier_remove"),
    path("contacts/", views.person_list, name="person_list"),
    path("contacts/add/", views.person_add, name="person_add"),
    path("contacts/<int:pk>/", views.person, name="person"),
    path("contacts/<int:pk>/edit/", views.person_edit, name="person_edit"),
    path("contacts/<int:pk>/remove/", views.person_remove, name="person_remove"),
    path("places/", views.location_list, name="location_list"),
    path("places/<str:code>/", views.location, name="location"),
    path("codes/", views.codelist_list, name="codelist_list"),
    path("codes/<slug:slug>/", views.codelist, name="codelist"),
    path("rates/", views.rate_list, name="rate_list"),
    path("rates/add/", views.rate_add, name="rate_add"),
    path("workspace/", views.choose_workspace, name="workspace"),
    path("members/", views.member_list, name="member_list"),
    path("members/<int:pk>/edit/", views.member_edit, name="member_edit"),
    path("members/<int:pk>/remove/", views.member_remove, name="member_remove"),
    path("invitations/add/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:secret>/", views.invitation_accept, name="invitation_accept"),
]
