import pytest

from appui.accounts.models import User
from appui.accounts.tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ana(page):
    """A browser with a passkey device, in the hands of Ana."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    User.objects.create_user("ana@example.org", PASSWORD, language="en")
    return page


def give_password(page):
    page.goto("/accounts/login/?next=/account/tokens/")
    page.fill("#id_login", "ana@example.org")
    page.fill("#id_password", PASSWORD)
    page.click(".form .primary")


def arrive_at_tokens(page):
    page.wait_for_url(lambda url: url.partition("?")[0].endswith("/account/tokens/"))
    assert page.locator("h1").inner_text() == "API tokens"


def confirm_password(page):
    page.fill("#id_password", PASSWORD)
    page.click(".form .primary")


def sign_out(page):
    page.goto("/accounts/logout/")
    page.click("main .primary")
    page.wait_for_url("**/accounts/login/")


def test_a_passkey_opens_the_account_alone_and_as_second_step(ana):
    give_password(ana)
    arrive_at_tokens(ana)
    ana.goto("/accounts/second-factor/webauthn/add/")
    confirm_password(ana)
    ana.fill("#id_name", "Office laptop")
    ana.check("#id_passwordless")
    ana.click("#passkey_add")
    ana.wait_for_url("**/recovery-codes/")
    assert ana.locator(".codes li").count() == 10
    sign_out(ana)

    ana.goto("/accounts/login/?next=/account/tokens/")
    ana.click("#passkey_sign_in")
    arrive_at_tokens(ana)
    sign_out(ana)

    give_password(ana)
    ana.click("#passkey_second")
    arrive_at_tokens(ana)


def test_the_pages_of_the_account_have_no_serious_fault(ana, serious_faults):
    ana.goto("/accounts/login/")
    faults = serious_faults(ana)
    give_password(ana)
    arrive_at_tokens(ana)
    ana.goto("/accounts/second-factor/totp/activate/")
    faults += serious_faults(ana)
    confirm_password(ana)
    ana.wait_for_selector("#id_code")
    for url in (
        "/account/",
        "/account/tokens/",
        "/account/tokens/new/",
        "/accounts/password/change/",
        "/accounts/second-factor/",
        "/accounts/second-factor/totp/activate/",
        "/accounts/second-factor/webauthn/add/",
    ):
        ana.goto(url)
        faults += serious_faults(ana)
    assert faults == []
