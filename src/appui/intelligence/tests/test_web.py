"""Web addresses as sources, asked of a server that misbehaves in every way we know."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial

import pytest

from appui.intelligence.corpus import open_corpus
from appui.intelligence.ingest.run import ingest
from appui.intelligence.ingest.sources import Web
from appui.intelligence.ingest.web import addresses, kept
from appui.intelligence.ingest.web.addresses import is_public
from appui.intelligence.ingest.web.request import Manners

from .conftest import DATA
from .servers import serving

XML = (DATA / "iati/copy_old.xml").read_bytes()
OTHER = (DATA / "iati/splits.xml").read_bytes()
QUICK = Manners(
    connect_seconds=2,
    read_seconds=0.3,
    total_seconds=1,
    largest=100_000,
    largest_unpacked=200_000,
    tries=3,
    first_wait=0.01,
    longest_wait=1.5,
    allow_private=True,
)


@pytest.fixture
def web(tmp_path, rates):
    """Ingest addresses into tmp_path/flows with little patience."""

    def web(*given, manners=QUICK, asking="changed"):
        into = tmp_path / "flows"
        return ingest(given, into=into, rates=rates, web=Web(manners, asking))

    return web


def good(handler, turn):
    handler.give(XML)


def of(report, url):
    found = next(f for f in report.files if f.path == url)
    return found.status, [i.code for i in found.issues]


def why(report, url):
    return next(f for f in report.files if f.path == url).issues[0].why


def drip(handler, turn):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(XML)))
    handler.end_headers()
    for byte in XML:
        handler.wfile.write(bytes([byte]))
        if handler.server.stop.wait(0.05):
            return


def drip_headers(handler, turn):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.server.stop.wait(0.05):
        handler.wfile.write(b"x")


def hang(handler, turn):
    handler.server.stop.wait(30)


def truncated(handler, turn):
    handler.give(XML[:200], Content_Length=str(len(XML)), Connection="close")
    handler.close_connection = True


def endless_chunks(handler, turn):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"10\r\n" + XML[:16] + b"\r\n")
    handler.close_connection = True


def rude(handler, turn):
    handler.wfile.write(b"what do you want?\r\n\r\n")
    handler.close_connection = True


def closed(handler, turn):
    handler.close_connection = True


def redirect(where, handler, turn):
    handler.give(b"", 302, Location=where)


def bomb(handler, turn):
    handler.give(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip")


def half_gzip(handler, turn):
    handler.give(gzip.compress(XML)[:100], Content_Encoding="gzip")


def huge_announced(handler, turn):
    handler.give(b"x", Content_Length="100000000000")


def huge_unannounced(handler, turn):
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.server.stop.is_set():
        handler.wfile.write(b" " * 10_000)


def always(status, handler, turn):
    handler.give(b"no", status)


def wait_long(handler, turn):
    handler.give(b"", 429, Retry_After="3600")


def odd_packing(handler, turn):
    handler.give(XML, Content_Encoding="br")


REFUSED = {
    "/drip": (drip, "fetch-timeout", 3),
    "/drip-headers": (drip_headers, "fetch-timeout", 3),
    "/hang": (hang, "fetch-timeout", 3),
    "/truncated": (truncated, "fetch-broken-off", 3),
    "/endless-chunks": (endless_chunks, "fetch-broken-off", 3),
    "/rude": (rude, "fetch-broken-off", 3),
    "/closed": (closed, "fetch-broken-off", 3),
    "/loop": (partial(redirect, "/loop"), "fetch-redirects", 6),
    "/to-a-file": (partial(redirect, "file:///etc/passwd"), "fetch-scheme", 1),
    "/to-ftp": (partial(redirect, "ftp://127.0.0.1/x"), "fetch-scheme", 1),
    "/bomb": (bomb, "fetch-bomb", 1),
    "/half-gzip": (half_gzip, "fetch-broken-off", 3),
    "/huge-announced": (huge_announced, "fetch-too-large", 1),
    "/huge-unannounced": (huge_unannounced, "fetch-too-large", 1),
    "/500": (partial(always, 500), "fetch-500", 3),
    "/404": (partial(always, 404), "fetch-404", 1),
    "/403": (partial(always, 403), "fetch-403", 1),
    "/418": (partial(always, 418), "fetch-418", 1),
    "/429-long": (wait_long, "fetch-429", 1),
    "/packed": (odd_packing, "fetch-encoding", 1),
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_server_that_misbehaves_costs_only_its_own_address(web, path):
    behaviour, code, asked = REFUSED[path]
    with serving({path: behaviour, "/good": good}) as server:
        begun = time.monotonic()
        report = web(server.url(path), server.url("/good"))

        assert of(report, server.url(path)) == ("refused", [code])
        assert of(report, server.url("/good")) == ("read", [])
        assert server.asked[path] == asked
        assert time.monotonic() - begun < 10
        issue = next(f for f in report.files if f.path == server.url(path)).issues[0]
        assert (issue.subject, issue.value) == (server.url(path), server.url(path))
        assert [text[-1] for text in (issue.why, issue.remedy)] == [".", "."]


def test_a_server_in_trouble_is_asked_again_and_read(web, tmp_path):
    def recovers(handler, turn):
        if turn == 1:
            handler.give(b"", 500)
        elif turn == 2:
            handler.close_connection = True
        else:
            handler.give(XML)

    with serving({"/file.xml": recovers}) as server:
        report = web(server.url("/file.xml"))

    assert of(report, server.url("/file.xml")) == ("read", [])
    assert sorted(p.suffix for p in (tmp_path / "flows/downloads").iterdir()) == [".body", ".json"]


def test_retry_after_is_heeded_when_it_is_short_and_told_when_it_is_long(web):
    moments = []

    def busy(handler, turn):
        moments.append(time.monotonic())
        handler.give(*((b"", 429) if turn == 1 else (XML,)), Retry_After="1")

    with serving({"/busy": busy, "/long": wait_long}) as server:
        report = web(server.url("/busy"), server.url("/long"))

    assert of(report, server.url("/busy")) == ("read", [])
    assert moments[1] - moments[0] >= 1
    assert report.files[0].issues[0].remedy == (
        "It asks to wait 3,600 seconds: run the same command again then."
    )


def test_the_type_a_server_names_does_not_matter_what_it_sends_does(web):
    page = b"<!DOCTYPE html><html><body>Not found</body></html>"

    def painted(handler, turn):
        handler.give(XML, Content_Type="image/png")

    def page_for_file(handler, turn):
        handler.give(page, Content_Type="application/xml")

    with serving({"/painted": painted, "/page": page_for_file}) as server:
        report = web(server.url("/painted"), server.url("/page"))

    assert of(report, server.url("/painted")) == ("read", [])
    assert of(report, server.url("/page")) == ("refused", ["html"])


def test_what_did_not_change_is_not_sent_again_and_a_second_run_changes_nothing(web):
    def conditional(handler, turn):
        if handler.headers.get("If-None-Match") == '"1"':
            handler.give(b"", 304, ETag='"1"')
        else:
            handler.give(XML, ETag='"1"', Last_Modified="Mon, 02 Jan 2023 00:00:00 GMT")

    with serving({"/file.xml": conditional}) as server:
        web(server.url("/file.xml"))
        report = web(server.url("/file.xml"))

        assert of(report, server.url("/file.xml")) == ("unchanged", [])
        assert not report.changed
        asked = server.headers["/file.xml"]
        assert asked["If-Modified-Since"] == "Mon, 02 Jan 2023 00:00:00 GMT"
        assert asked["User-Agent"].startswith("Appui/")


def test_changed_content_under_the_same_etag_replaces_the_old(web, ask):
    def changes(handler, turn):
        handler.give(XML if turn == 1 else OTHER, ETag='"same"')

    with serving({"/file.xml": changes}) as server:
        web(server.url("/file.xml"))
        report = web(server.url("/file.xml"))

    assert of(report, server.url("/file.xml"))[0] == "read"
    assert ask("select count(distinct file_no) from activities") == [(1,)]


def test_a_server_that_calls_a_changed_file_unchanged_is_asked_for_all_on_demand(web):
    def liar(handler, turn):
        if "If-None-Match" in handler.headers:
            handler.give(b"", 304)
        else:
            handler.give(XML if turn == 1 else OTHER, ETag='"same"')

    with serving({"/file.xml": liar}) as server:
        statuses = [
            of(web(server.url("/file.xml"), asking=asking), server.url("/file.xml"))[0]
            for asking in ("changed", "changed", "all")
        ]

    assert statuses == ["read", "unchanged", "read"]


def test_without_the_network_what_is_kept_is_read_and_the_rest_is_named(web):
    with serving({"/file.xml": good}) as server:
        url = server.url("/file.xml")
        web(url)
    report = web(url, url + "?other", asking="none")
    gone = web(url)

    assert of(report, url) == ("unchanged", [])
    assert of(report, url + "?other") == ("refused", ["fetch-offline"])
    assert of(gone, url) == ("unchanged", ["fetch-no-connection"])
    assert "kept from an earlier run" in why(gone, url)


@pytest.mark.parametrize("kind", ["body", "note"])
def test_a_download_damaged_on_disk_is_fetched_again(web, tmp_path, kind):
    with serving({"/file.xml": lambda handler, turn: handler.give(XML, ETag='"1"')}) as server:
        web(server.url("/file.xml"))
        folder = tmp_path / "flows/downloads"
        damaged = next(folder.glob("*.body" if kind == "body" else "*.json"))
        damaged.write_bytes(damaged.read_bytes()[:20])

        report = web(server.url("/file.xml"))

        assert of(report, server.url("/file.xml")) == ("unchanged", [])
        assert "If-None-Match" not in server.headers["/file.xml"]
        assert next(folder.glob("*.body")).read_bytes() == XML


def test_private_machines_are_not_asked_unless_allowed(web):
    with serving(
        {"/file.xml": good, "/out": partial(redirect, "http://169.254.169.254/")}
    ) as server:
        strict = web(server.url("/file.xml"), manners=Manners(tries=1))
        report = web(server.url("/out"), manners=Manners(tries=1))

        assert of(strict, server.url("/file.xml")) == ("refused", ["fetch-private"])
        assert "127.0.0.1" in why(strict, server.url("/file.xml"))
        assert of(report, server.url("/out")) == ("refused", ["fetch-private"])
        assert not server.asked


def test_where_clouds_keep_their_secrets_is_never_asked(web):
    report = web("http://169.254.169.254/latest/meta-data", "http://[::ffff:169.254.169.254]/")

    assert [[i.code for i in f.issues] for f in report.files] == [["fetch-private"]] * 2


def test_a_redirect_to_a_private_machine_is_refused_by_a_public_one(monkeypatch, web):
    """The server here stands for a public one: only its own number is let through."""
    monkeypatch.setattr(
        addresses,
        "is_public",
        lambda number, judge=is_public: number == "127.0.0.1" or judge(number),
    )
    with serving({"/out": partial(redirect, "http://169.254.169.254/latest/meta-data")}) as server:
        report = web(server.url("/out"), manners=Manners(tries=1))

    assert of(report, server.url("/out")) == ("refused", ["fetch-private"])
    assert "169.254.169.254" in why(report, server.url("/out"))


def test_a_list_names_its_files_and_its_lines_that_are_no_address(web, tmp_path):
    with serving({"/a.xml": good, "/b.xml": lambda h, t: h.give(OTHER)}) as server:
        path = tmp_path / "addresses.txt"
        lines = ["# two files", server.url("/a.xml"), "", "b.xml", server.url("/b.xml")]
        path.write_text("\n".join([*lines, server.url("/a.xml")]))

        report = web(path)

    issues = [(i.code, i.line, i.value) for i in report.files[0].issues]
    assert (report.files[0].status, issues) == ("list", [("list-not-an-address", 4, "b.xml")])
    assert [f.status for f in report.files[1:]] == ["read", "read"]
    assert server.asked == {"/a.xml": 1, "/b.xml": 1}


def test_a_registry_is_followed_page_by_page_and_other_formats_are_counted(web):
    def registry(handler, turn):
        start = 1 if "start=1" in handler.path else 0
        resource = {"url": handler.server.url(["/a.xml", "/b.xml"][start]), "format": "IATI-XML"}
        note = {"url": handler.server.url("/guide.pdf"), "format": "PDF"}
        found = {"count": 2, "results": [{"name": f"set{start}", "resources": [resource, note]}]}
        handler.give(json.dumps({"success": True, "result": found}).encode())

    pages = {"/api/3/action/package_search": registry}
    with serving(pages | {"/a.xml": good, "/b.xml": lambda h, t: h.give(OTHER)}) as server:
        report = web(server.url("/api/3/action/package_search?q=kh&rows=1"))

        assert [f.status for f in report.files] == ["list", "list", "read", "read"]
        assert (report.ignored, server.asked["/guide.pdf"]) == (2, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"success": false, "error": "not found"}', "list-empty"),
        ('{"result": [', "list-broken"),
        ("[" * 100_000, "list-broken"),
        (
            '{"result": {"count": 9, "results": [{"url": "http://127.0.0.1:1/"}]}}',
            "list-incomplete",
        ),
        ('{"datasets": [{"url": 5}]}', "list-not-an-address"),
    ],
)
def test_json_that_is_no_whole_list_is_said(web, tmp_path, text, code):
    path = tmp_path / "registry.json"
    path.write_text(text)

    report = web(path, DATA / "iati/copy_old.xml")

    assert report.files[0].issues[0].code == code
    assert report.files[-1].status == "read"


def test_a_zip_at_an_address_is_opened(web, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.xml", XML)
    body = (tmp_path / "a.zip").read_bytes()
    with serving({"/download": lambda handler, turn: handler.give(body)}) as server:
        report = web(server.url("/download"))

    assert of(report, server.url("/download") + "!one.xml") == ("read", [])


def test_one_host_is_asked_little_at_once(web):
    def slow(handler, turn):
        handler.server.stop.wait(0.05)
        handler.give(XML)

    with serving({"/file.xml": slow}) as server:
        web(*[server.url(f"/file.xml?{n}") for n in range(10)])

    assert server.most_at_once == 2


PROGRAM = """
import sys
from pathlib import Path
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.intelligence.ingest.sources import Web
from appui.intelligence.ingest.web.request import Manners
web = Web(Manners(per_host=1, allow_private=True))
ingest(sys.argv[2:], into=Path(sys.argv[1]), rates=default_rates(), web=web)
"""


def killed_when(asked, into, urls):
    """Run an ingest in another process and kill it as soon as ``asked`` says so."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(into), *urls])
    deadline = time.monotonic() + 30
    while not asked() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_download_that_is_killed_leaves_all_usable_and_the_next_run_goes_on(web, tmp_path):
    """Killed while the second file comes: the first is not asked for again."""
    second = {"slow": True}

    def stalls(handler, turn):
        if not second["slow"]:
            handler.give(OTHER)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(OTHER)))
        handler.end_headers()
        handler.wfile.write(OTHER[:500])
        handler.server.stop.wait(30)

    folder = tmp_path / "flows/downloads"
    with serving({"/a.xml": good, "/b.xml": stalls}) as server:
        urls = [server.url("/a.xml"), server.url("/b.xml")]
        killed_when(lambda: server.asked["/b.xml"], tmp_path / "flows", urls)
        assert (folder / kept.STARTED).exists()
        assert open_corpus(tmp_path / "flows").is_empty
        second["slow"] = False

        report = web(*urls)

        assert [f.status for f in report.files] == ["read", "read"]
        assert server.asked == {"/a.xml": 1, "/b.xml": 2}
        assert {p.suffix for p in folder.iterdir()} == {".json", ".body"}


@pytest.mark.slow
def test_killed_again_and_again_the_last_run_has_every_file(web, ask, tmp_path):
    files = {f"/{n}.xml": XML.replace(b"XX-COPY", b"XX-%d" % n) for n in range(12)}

    def slow(handler, turn):
        handler.server.stop.wait(0.03)
        handler.give(files[handler.path])

    with serving(dict.fromkeys(files, slow)) as server:
        urls = [server.url(path) for path in files]
        for stop in range(1, 21):
            killed_when(lambda stop=stop: server.asked.total() >= stop, tmp_path / "flows", urls)
            open_corpus(tmp_path / "flows")
        report = web(*urls)

        assert {f.status for f in report.files} <= {"read", "unchanged"}
        assert not web(*urls).changed
        assert ask("select count(distinct file_no) from activities") == [(12,)]
