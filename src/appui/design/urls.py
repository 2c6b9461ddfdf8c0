"""Addresses of design."""

from django.urls import path

from appui.design.views import kit, papers, theory, way

app_name = "design"
urlpatterns = [
    path("design/", way.project_list, name="project_list"),
    path("design/board/", way.project_board, name="project_board"),
    path("design/projects/<int:pk>/move/", way.move, name="move"),
    path("design/projects/<int:pk>/tick/<int:item>/", way.tick, name="tick"),
    path("design/projects/<int:pk>/untick/<int:item>/", way.untick, name="untick"),
    path("design/projects/<int:pk>/papers/add/", papers.paper_add, name="paper_add"),
    path("design/projects/<int:pk>/theory/", theory.project_theory, name="project_theory"),
    path("design/adopt/<int:pk>/", kit.adopt, name="adopt"),
    path("design/stages/", kit.stage_list, name="stage_list"),
    path("design/stages/add/", kit.stage_add, name="stage_add"),
    path("design/stages/<int:pk>/", kit.stage, name="stage"),
    path("design/stages/<int:pk>/edit/", kit.stage_edit, name="stage_edit"),
    path("design/stages/<int:pk>/checklist/add/", kit.item_add, name="item_add"),
    path("design/stages/<int:pk>/forms/add/", kit.form_ask, name="form_ask"),
    path("design/asked-forms/<int:pk>/edit/", kit.asked_form_edit, name="asked_form_edit"),
    path("design/checklist/<int:pk>/edit/", kit.item_edit, name="item_edit"),
    path("design/templates/", kit.template_list, name="template_list"),
    path("design/templates/add/", kit.template_add, name="template_add"),
    path("design/templates/<int:pk>/", kit.template, name="template"),
    path("design/templates/<int:pk>/edit/", kit.template_edit, name="template_edit"),
    path("design/templates/<int:pk>/sections/add/", kit.section_add, name="section_add"),
    path("design/template-sections/<int:pk>/edit/", kit.section_edit, name="section_edit"),
    path("papers/", papers.paper_list, name="paper_list"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/edit/", papers.paper_edit, name="paper_edit"),
    path("papers/<int:pk>/publish/", papers.paper_publish, name="paper_publish"),
    path("papers/<int:pk>/compare/", papers.paper_compare, name="paper_compare"),
    path("papers/<int:pk>/print/", papers.paper_print, name="paper_print"),
    path("papers/<int:pk>/versions/<int:number>/", papers.version, name="version"),
    path("paper-sections/<int:pk>/comment/", papers.comment_add, name="comment_add"),
    path("comments/<int:pk>/reply/", papers.comment_reply, name="comment_reply"),
    path("comments/<int:pk>/resolve/", papers.comment_resolve, name="comment_resolve"),
    path("comments/<int:pk>/reopen/", papers.comment_reopen, name="comment_reopen"),
    path("theories/<int:pk>/", theory.theory, name="theory"),
    path("theories/<int:pk>/edit/", theory.theory_edit, name="theory_edit"),
    path("theories/<int:pk>/nodes/add/", theory.node_add, name="node_add"),
    path("theories/<int:pk>/arrows/add/", theory.link_add, name="link_add"),
    path("theory-nodes/<int:pk>/edit/", theory.node_edit, name="node_edit"),
    path("theory-nodes/<int:pk>/remove/", theory.node_remove, name="node_remove"),
    path("theory-arrows/<int:pk>/remove/", theory.link_remove, name="link_remove"),
]
