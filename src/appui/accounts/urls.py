"""The account's own pages; the way in is in ``entrance.py``."""

from django.urls import path

from appui.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="settings"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.create_token, name="create_token"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
