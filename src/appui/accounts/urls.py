"""The account's own pages; the way in is in ``entrance.py``."""

from django.urls import path

from appui.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("language/", views.set_language, name="set_language"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
