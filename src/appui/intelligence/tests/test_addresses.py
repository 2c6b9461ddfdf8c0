"""Which web addresses may be asked, and how they are written."""

import pytest

from appui.intelligence.ingest.web.addresses import FetchError, address, is_public


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_which_numbers_are_of_the_public_internet(number, public):
    assert is_public(number) is public


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/a.xml", "fetch-scheme"),
        ("file:///etc/passwd", "fetch-scheme"),
        ("http://", "fetch-address"),
        ("http://example.org:99999/", "fetch-address"),
        ("http://example.org/a b", "fetch-address"),
        ("http://example.org/a\r\nHost: other", "fetch-address"),
        ("http://me:secret@example.org/", "fetch-password"),
        ("http://[::1/", "fetch-address"),
        ("http://" + "a" * 5000, "fetch-address"),
    ],
)
def test_addresses_that_may_not_be_asked_say_why(url, code):
    with pytest.raises(FetchError) as refused:
        address(url)

    assert refused.value.code == code


def test_an_address_with_accents_is_asked_in_ascii():
    assert address("https://www.exämple.org/données?pays=Côte d’Ivoire".replace(" ", "%20")) == (
        "https",
        "www.xn--exmple-cua.org",
        443,
        "/donn%C3%A9es?pays=C%C3%B4te%20d%E2%80%99Ivoire",
    )
