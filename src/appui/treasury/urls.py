"""Addresses of treasury."""

from django.urls import path

from appui.treasury.views import accounts, bank, movements, periods, statements

app_name = "treasury"
urlpatterns = [
    path("accounts-of-funds/", accounts.account_list, name="account_list"),
    path("accounts-of-funds/<int:pk>/", accounts.account, name="account"),
    path("accounts-of-funds/<int:pk>/earmarks/add/", accounts.earmark_add, name="earmark_add"),
    path("accounts-of-funds/<int:pk>/beancount/", accounts.beancount, name="beancount"),
    path("accounts-of-funds/<int:pk>/movements/", movements.movements, name="movements"),
    path("accounts-of-funds/<int:pk>/receive/", movements.receipt_add, name="receipt_add"),
    path(
        "accounts-of-funds/<int:pk>/record/<slug:kind>/",
        movements.movement_add,
        name="movement_add",
    ),
    path("accounts-of-funds/<int:pk>/statement/", statements.statement, name="statement"),
    path(
        "accounts-of-funds/<int:pk>/statement.<slug:kind>",
        statements.statement_file,
        name="statement_file",
    ),
    path("accounts-of-funds/<int:pk>/periods/", periods.periods, name="periods"),
    path("accounts-of-funds/<int:pk>/periods/close/", periods.period_close, name="period_close"),
    path("accounts-of-funds/<int:pk>/bank/", bank.bank, name="bank"),
    path("accounts-of-funds/<int:pk>/bank/add/", bank.bank_add, name="bank_add"),
    path("earmarks/<int:pk>/", accounts.earmark, name="earmark"),
    path("earmarks/<int:pk>/edit/", accounts.earmark_edit, name="earmark_edit"),
    path("movements/<int:pk>/", movements.movement, name="movement"),
    path("movements/<int:pk>/reverse/", movements.movement_reverse, name="movement_reverse"),
    path("fund-periods/<int:pk>/", periods.period, name="period"),
    path("fund-periods/<int:pk>/reopen/", periods.period_reopen, name="period_reopen"),
    path("bank-statements/<int:pk>/", bank.bank_statement, name="bank_statement"),
    path("bank-lines/<int:pk>/match/", bank.line_match, name="line_match"),
    path("bank-lines/<int:pk>/undo/", bank.line_undo, name="line_undo"),
]
