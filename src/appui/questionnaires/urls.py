"""Addresses of questionnaires."""

from django.urls import path

from appui.questionnaires.views import consultations, forms, parts, priorities, responses

app_name = "questionnaires"
urlpatterns = [
    path("forms/", forms.form_list, name="form_list"),
    path("forms/add/", forms.form_add, name="form_add"),
    path("forms/<int:pk>/", forms.form, name="form"),
    path("forms/<int:pk>/edit/", forms.form_edit, name="form_edit"),
    path("forms/<int:pk>/versions/add/", forms.version_add, name="version_add"),
    path("forms/versions/<int:pk>/", forms.version, name="version"),
    path("forms/versions/<int:pk>/publish/", forms.version_publish, name="version_publish"),
    path("forms/versions/<int:pk>/discard/", forms.version_discard, name="version_discard"),
    path("forms/versions/<int:pk>/file/", forms.version_file, name="version_file"),
    path("forms/versions/<int:pk>/answers/", forms.version_answers, name="version_answers"),
    path(
        "forms/versions/<int:pk>/compare/<int:number>/",
        forms.version_compare,
        name="version_compare",
    ),
    path("forms/versions/<int:pk>/sections/add/", parts.section_add, name="section_add"),
    path("forms/sections/<int:pk>/edit/", parts.section_edit, name="section_edit"),
    path("forms/sections/<int:pk>/remove/", parts.section_remove, name="section_remove"),
    path("forms/sections/<int:pk>/move/<slug:way>/", parts.section_move, name="section_move"),
    path("forms/sections/<int:pk>/questions/add/", parts.question_add, name="question_add"),
    path("forms/questions/<int:pk>/edit/", parts.question_edit, name="question_edit"),
    path("forms/questions/<int:pk>/remove/", parts.question_remove, name="question_remove"),
    path("forms/questions/<int:pk>/move/<slug:way>/", parts.question_move, name="question_move"),
    path("forms/responses/", responses.response_list, name="response_list"),
    path("forms/responses/add/", responses.response_add, name="response_add"),
    path("forms/responses/<int:pk>/", responses.response, name="response"),
    path("forms/responses/<int:pk>/edit/", responses.response_edit, name="response_edit"),
    path("forms/responses/<int:pk>/fill/", responses.response_fill, name="response_fill"),
    path("forms/responses/<int:pk>/submit/", responses.response_submit, name="response_submit"),
    path("forms/responses/<int:pk>/priorities/", responses.response_raise, name="response_raise"),
    path("forms/responses/<int:pk>/approve/", responses.response_approve, name="response_approve"),
    path("forms/responses/<int:pk>/reopen/", responses.response_reopen, name="response_reopen"),
    path("forms/responses/<int:pk>/remove/", responses.response_remove, name="response_remove"),
    path("forms/responses/<int:pk>/print/", responses.response_print, name="response_print"),
    path("priorities/", priorities.priority_list, name="priority_list"),
    path("priorities/<int:pk>/", priorities.priority, name="priority"),
    path("priorities/<int:pk>/edit/", priorities.priority_edit, name="priority_edit"),
    path("priorities/<int:pk>/move/<slug:state>/", priorities.priority_move, name="priority_move"),
    path("consultations/", consultations.consultation_list, name="consultation_list"),
    path("consultations/add/", consultations.consultation_add, name="consultation_add"),
    path("consultations/<int:pk>/", consultations.consultation, name="consultation"),
    path("consultations/<int:pk>/edit/", consultations.consultation_edit, name="consultation_edit"),
]
