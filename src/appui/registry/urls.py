"""Addresses of the registry."""

from django.urls import path

from appui.registry.views import members, organisations, people, reference

app_name = "registry"
urlpatterns = [
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/add/", organisations.organisation_add, name="organisation_add"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path(
        "organisations/<int:pk>/merge/", organisations.organisation_merge, name="organisation_merge"
    ),
    path(
        "organisations/<int:pk>/unmerge/",
        organisations.organisation_unmerge,
        name="organisation_unmerge",
    ),
    path("organisations/<int:pk>/names/add/", organisations.alias_add, name="alias_add"),
    path(
        "organisations/<int:pk>/identifiers/add/",
        organisations.identifier_add,
        name="identifier_add",
    ),
    path("names/<int:pk>/remove/", organisations.alias_remove, name="alias_remove"),
    path("identifiers/<int:pk>/remove/", organisations.identifier_remove, name="identifier_remove"),
    path("contacts/", people.person_list, name="person_list"),
    path("contacts/add/", people.person_add, name="person_add"),
    path("contacts/<int:pk>/", people.person, name="person"),
    path("contacts/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("contacts/<int:pk>/remove/", people.person_remove, name="person_remove"),
    path("places/", reference.location_list, name="location_list"),
    path("places/<str:code>/", reference.location, name="location"),
    path("codes/", reference.codelist_list, name="codelist_list"),
    path("codes/<slug:slug>/", reference.codelist, name="codelist"),
    path("rates/", reference.rate_list, name="rate_list"),
    path("rates/add/", reference.rate_add, name="rate_add"),
    path("workspace/", members.choose_workspace, name="workspace"),
    path("members/", members.member_list, name="member_list"),
    path("members/<int:pk>/edit/", members.member_edit, name="member_edit"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("invitations/add/", members.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", members.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:secret>/", members.invitation_accept, name="invitation_accept"),
]
