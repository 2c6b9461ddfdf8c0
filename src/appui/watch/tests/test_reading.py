"""Feeds read again and again, from servers that behave and servers that do not."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from appui.intelligence.ingest.web.addresses import FetchError
from appui.intelligence.ingest.web.request import Manners
from appui.watch.fetching import Fetched, fetch
from appui.watch.models import Feed, FeedItem
from appui.watch.running import RunReport, read_feeds

from .conftest import NOW

RSS = (
    '<rss version="2.0"><channel><title>Calls</title>'
    "<item><guid>1</guid><title>First call for proposals</title><link>/1</link></item>"
    "<item><title>Second call for proposals</title></item></channel></rss>"
)
THIRD = "<item><guid>3</guid><title>Third</title></item></channel>"


@pytest.fixture
def read():
    """Read every feed with what ``answers`` gives by address; gives the report."""

    def read(answers, now=NOW):
        asked = []

        def get(url, *, etag, modified):
            asked.append((url, etag, modified))
            answer = answers[url]
            if isinstance(answer, Exception):
                raise answer
            body = answer.encode() if isinstance(answer, str) else answer
            return Fetched(url, body, "application/rss+xml", '"e1"', "Sun, 22 Nov 2026")

        report = RunReport()
        read_feeds(Feed.objects.order_by("pk"), report, now=now, get=get)
        read.asked = asked
        return report

    return read


@pytest.mark.django_db
def test_each_item_is_stored_once_however_often_the_feed_is_read(make_feed, read):
    feed = make_feed()
    first = read({feed.url: RSS})
    again = read({feed.url: RSS.replace("First", "Changed")}, NOW + timedelta(hours=1))
    more = read({feed.url: RSS.replace("</channel>", THIRD)}, NOW + timedelta(hours=2))

    assert [(r.feeds, r.items, r.problems) for r in (first, again, more)] == [
        (1, 2, []),
        (1, 0, []),
        (1, 1, []),
    ]
    rows = FeedItem.objects.order_by("pk")
    assert [(row.title, row.url, row.known_before) for row in rows] == [
        ("First call for proposals", "https://donor.example/1", True),
        ("Second call for proposals", "", True),
        ("Third", "https://donor.example/3", False),  # a guid is an address unless it says not
    ]


@pytest.mark.django_db
def test_a_feed_is_asked_at_most_every_half_hour_and_with_what_it_said_last(make_feed, read):
    feed = make_feed()
    read({feed.url: RSS})
    assert read.asked == [(feed.url, "", "")]

    read({feed.url: RSS}, NOW + timedelta(minutes=29))
    assert read.asked == []
    report = read({feed.url: None}, NOW + timedelta(minutes=30))

    assert read.asked == [(feed.url, '"e1"', "Sun, 22 Nov 2026")]
    assert (report.items, report.problems, FeedItem.objects.count()) == (0, [], 2)


@pytest.mark.django_db
def test_a_feed_that_fails_says_why_and_stops_no_other(make_feed, read):
    broken = make_feed(url="https://a.example/")
    private = make_feed(url="https://b.example/")
    fine = make_feed(url="https://c.example/")
    answers = {
        broken.url: "<html>Not found</html>",
        private.url: FetchError("fetch-private", "It is 127.0.0.1.", "Do not."),
        fine.url: RSS,
    }

    report = read(answers)

    assert (report.feeds, report.items) == (3, 2)
    assert report.problems == [(broken.url, "not-a-feed"), (private.url, "fetch-private")]
    assert [feed.problem for feed in Feed.objects.order_by("pk")] == [
        "not-a-feed",
        "fetch-private",
        "",
    ]
    later = read({**answers, private.url: RSS}, NOW + timedelta(hours=1))
    assert Feed.objects.get(pk=private.pk).problem == ""
    assert [url for url, _code in later.problems] == [broken.url]


@pytest.mark.django_db
def test_a_page_of_calls_gives_its_new_links(make_feed, read):
    feed = make_feed(kind="page", pattern="/call/", url="https://donor.example/calls")
    page = '<a href="/call/1">First call for proposals</a>'
    read({feed.url: page})
    read({feed.url: page + '<a href="/call/2">Second call for all</a>'}, NOW + timedelta(hours=1))

    rows = FeedItem.objects.order_by("pk")
    assert [(row.url, row.known_before) for row in rows] == [
        ("https://donor.example/call/1", True),
        ("https://donor.example/call/2", False),
    ]


class Server(BaseHTTPRequestHandler):
    """One answer a path; ``seen`` holds the headers of the last question."""

    seen = {}

    def do_GET(self):
        type(self).seen = dict(self.headers)
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
        else:
            body = b"x" * 2000 if self.path == "/huge" else RSS.encode()
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_arguments):
        return


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


HERE = Manners(allow_private=True, largest=1000, largest_unpacked=1000, read_seconds=2)


def test_a_feed_is_asked_for_what_changed():
    with serving() as base:
        first = fetch(f"{base}/feed", etag="", modified="", manners=HERE)
        again = fetch(f"{base}/feed", etag=first.etag, modified="", manners=HERE)

    assert (first.body, first.etag) == (RSS.encode(), '"1"')
    assert again.body is None
    assert Server.seen["If-None-Match"] == '"1"'


@pytest.mark.parametrize(
    ("path", "code"),
    [("/huge", "fetch-too-large"), ("/gone", "fetch-404"), ("/loop", "fetch-redirects")],
)
def test_what_is_too_large_gone_or_without_end_is_refused(path, code):
    with serving() as base, pytest.raises(FetchError) as refused:
        fetch(base + path, etag="", modified="", manners=HERE)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:1/", "fetch-private"),
        ("http://[::1]/", "fetch-private"),
        ("http://169.254.169.254/latest/meta-data/", "fetch-private"),
        ("file:///etc/passwd", "fetch-scheme"),
        ("http://user:secret@127.0.0.1/", "fetch-password"),
    ],
)
def test_only_the_public_web_is_read(url, code):
    with pytest.raises(FetchError) as refused:
        fetch(url, etag="", modified="")

    assert refused.value.code == code
