"""Feeds and pages as publishers really write them."""

import time
from datetime import date

import pytest

from appui.watch.apart import Question, read_apart
from appui.watch.feeds import MOST_ITEMS, read_feed, read_page

URL = "https://donor.example/feeds/calls.xml"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Calls</title>
<item><guid>1</guid><title>Demining &amp; risk education</title><link>/calls/1?a=1#top</link>
<pubDate>Mon, 02 Nov 2026 23:30:00 -0500</pubDate>
<description>&lt;p&gt;Up to &lt;b&gt;2 M&lt;/b&gt; EUR&lt;/p&gt;
&lt;script&gt;alert(1)&lt;/script&gt;</description></item><item><title>Without id or date</title><link>https://other.example/2</link></item>
<item><title>Without anything else</title></item>
<item><guid>1</guid><title>The first again</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/base/">
<title>Nouvelles</title><entry><id>tag:a,1</id><title type="html">L&amp;#8217;appel</title>
<link href="appel.html"/><updated>2026-10-31T10:00:00Z</updated></entry></feed>"""


def test_an_rss_feed_gives_each_entry_once_with_absolute_links_and_plain_text():
    found = read_feed(RSS.encode(), url=URL)

    assert (found.title, found.problem, len(found.items)) == ("Calls", "", 3)
    first, second, third = found.items
    assert (first.title, first.url) == (
        "Demining & risk education",
        "https://donor.example/calls/1?a=1",
    )
    assert first.published_on == date(2026, 11, 3)  # in UTC
    assert (first.summary, second.published_on) == ("Up to 2 M EUR", None)
    assert (third.title, third.url) == ("Without anything else", "")


def test_the_same_entry_has_the_same_key_whatever_else_changes():
    before = read_feed(RSS.encode(), url=URL).items
    after = read_feed(RSS.replace("Demining", "Clearance").encode(), url=URL).items

    assert [item.key for item in before] == [item.key for item in after]
    assert len({item.key for item in before}) == 3


def test_an_atom_feed_resolves_links_against_its_base():
    item = read_feed(ATOM.encode(), url=URL).items[0]

    assert (item.title, item.url) == ("L’appel", "https://a.example/base/appel.html")
    assert item.published_on == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not-a-feed"),
        (b"<html><body>Not found</body></html>", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-a-feed"),
        (b'<rss version="2.0"><channel><title>None</title></channel></rss>', "empty"),
    ],
)
def test_what_is_no_feed_says_so(body, problem):
    found = read_feed(body, url=URL)

    assert (found.items, found.problem) == ((), problem)


def test_a_broken_feed_gives_what_could_be_read():
    cut = RSS[: RSS.index("<item><title>Without anything")]
    found = read_feed(cut.encode(), url=URL)

    assert found.problem == "broken"
    assert [item.title for item in found.items][:1] == ["Demining & risk education"]


def test_another_encoding_than_declared_is_read():
    text = RSS.replace("Demining", "Déminage").replace('"1.0"?', '"1.0" encoding="utf-8"?')
    found = read_feed(text.encode("latin-1"), url=URL)

    assert found.items[0].title == "Déminage & risk education"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "http://[", "ftp://a"])
def test_an_address_that_is_no_web_page_is_left_out(link):
    assert read_feed(RSS.replace("/calls/1?a=1#top", link).encode(), url=URL).items[0].url == ""


@pytest.mark.parametrize("day", ["31 February 2026", "Mon, 02 Nov 1066 00:00:00 GMT", "9999-99-99"])
def test_an_impossible_date_is_no_date(day):
    text = RSS.replace("Mon, 02 Nov 2026 23:30:00 -0500", day)

    assert read_feed(text.encode(), url=URL).items[0].published_on is None


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 20}">' for n in range(9))
        + '<!ENTITY x "&e8;">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;',
    ],
)
def test_entities_are_neither_unfolded_nor_fetched(subset):
    text = RSS.replace("<rss", f"<!DOCTYPE rss [{subset}]><rss").replace("Demining", "&x; Demining")
    began = time.process_time()

    found = read_feed(text.encode(), url=URL)

    assert time.process_time() - began < 2
    titles = " ".join(item.title for item in found.items)
    assert "root:" not in titles
    assert len(titles) < 1000


def test_a_feed_without_end_gives_its_first_entries_in_bounded_time():
    entries = "".join(f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(3000))
    began = time.process_time()

    found = read_feed(f'<rss version="2.0"><channel>{entries}'.encode(), url=URL)

    assert len(found.items) == MOST_ITEMS
    assert time.process_time() - began < 10


PAGE = """<html><head><title>Calls for proposals</title><base href="/en/"></head><body>
<nav><a href="/">Home</a></nav>
<a href="calls/mine-action-2027#apply">Mine action in the Sahel, 2027</a>
<a href="calls/mine-action-2027"> Mine action
 again </a><a href="about-us-and-more">About us and more than that</a>
<a href="javascript:void(0)">Open all the calls here</a><a>No address at all here</a>
</body>"""


def test_a_page_of_calls_gives_its_links_once():
    found = read_page(PAGE.encode(), url="https://donor.example/", pattern="/calls/")

    assert [(item.title, item.url) for item in found.items] == [
        ("Mine action in the Sahel, 2027", "https://donor.example/en/calls/mine-action-2027")
    ]
    assert (found.title, found.problem) == ("Calls for proposals", "")
    assert len(read_page(PAGE.encode(), url="https://donor.example/").items) == 2


@pytest.mark.parametrize(("body", "problem"), [(b"", "not-a-page"), (b"<p>Nothing", "empty")])
def test_a_page_without_links_says_so(body, problem):
    assert read_page(body, url=URL).problem == problem


def test_reading_apart_says_the_same():
    feed, page = Question("feed", URL), Question("page", "https://donor.example/", "", "/calls/")

    assert read_apart(feed, RSS.encode()) == read_feed(RSS.encode(), url=URL)
    assert read_apart(page, PAGE.encode()).items[0].url.endswith("/calls/mine-action-2027")


HEAVY = {
    "feed": "<rss version='2.0'><channel><item>" + "<a>" * 900_000,
    "page": "<p " + " ".join(f"xmlns:a{n}='http://x/{n}'" for n in range(90_000)) + ">",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HEAVY)
def test_what_would_take_minutes_is_given_up(kind):
    found = read_apart(Question(kind, URL), HEAVY[kind].encode(), seconds=2)

    assert (found.items, found.problem) == ((), "too-heavy")


def test_what_breaks_the_process_is_too_heavy(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")

    assert read_apart(Question("feed", URL), b"").problem == "too-heavy"
