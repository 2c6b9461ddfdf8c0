"""One question to one web server, within limits of time and size that it cannot stretch."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final, NamedTuple, Protocol
from urllib.parse import urljoin

from appui.intelligence.ingest.web.addresses import Address, FetchError, address, resolve

CHUNK: Final = 1 << 16
AGENT: Final = "Appui/0.1 (reads published aid data; asks only for what changed)"
REDIRECTS: Final = (301, 302, 303, 307, 308)
NOT_MODIFIED: Final = 304
GZIP: Final = 16 + zlib.MAX_WBITS
_LATER: Final = "Run the same command again later."


@dataclass(frozen=True, slots=True)
class Manners:
    """How servers are asked: seconds, bytes, tries and how many questions at once to one host."""

    connect_seconds: float = 10
    read_seconds: float = 30
    total_seconds: float = 900
    largest: int = 512 << 20
    largest_unpacked: int = 2 << 30
    redirects: int = 5
    tries: int = 4
    first_wait: float = 1
    longest_wait: float = 60
    per_host: int = 2
    hosts_at_once: int = 8
    allow_private: bool = False


class Answer(NamedTuple):
    """``modified`` is false when the server says that what we hold is still good."""

    url: str
    modified: bool
    headers: Mapping[str, str]  # names in small letters


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


def ask(url: str, conditions: Mapping[str, str], into: Sink, manners: Manners) -> Answer:
    """Get the file at ``url``, redirects followed, its body unpacked and written to ``into``.

    Raises FetchError for anything but a whole file or "not modified".
    """
    deadline = time.monotonic() + manners.total_seconds
    for _ in range(manners.redirects + 1):
        with _response(address(url), conditions, manners, deadline) as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            if response.status in REDIRECTS and "location" in headers:
                url = urljoin(url, headers["location"])
                continue
            if response.status == NOT_MODIFIED and conditions:
                return Answer(url, modified=False, headers=headers)
            if response.status != 200:
                raise _refused(response.status, headers)
            _receive(response, headers, into, manners)
            return Answer(url, modified=True, headers=headers)
    raise FetchError(
        "fetch-redirects",
        f"The address sends on to another more than {manners.redirects} times.",
        "Open it in a browser and give the address of the file itself.",
    )


@contextmanager
def _response(
    asked: Address, conditions: Mapping[str, str], manners: Manners, deadline: float
) -> Iterator[HTTPResponse]:
    """The answer's head; the connection is cut at the deadline whatever the server still sends."""
    with closing(_connected(asked, manners)) as line:
        cut = threading.Event()
        watch = threading.Timer(max(deadline - time.monotonic(), 0), _cut, (line, cut))
        watch.daemon = True
        watch.start()
        try:
            with closing(_question(asked, conditions, line)) as response:
                yield response
        except TimeoutError as error:
            raise _too_slow(f"nothing came for {manners.read_seconds:g} seconds") from error
        except (OSError, HTTPException, ValueError) as error:
            raise _dropped(error) from error
        finally:
            watch.cancel()
            if cut.is_set():
                raise _too_slow(f"it was not whole after {manners.total_seconds:g} seconds")


def _cut(line: socket.socket, cut: threading.Event) -> None:
    cut.set()
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return


def _connected(asked: Address, manners: Manners) -> socket.socket:
    """A connection to one of the host's numbers, the very ones that were judged."""
    failed: OSError | None = None
    for number in resolve(asked, allow_private=manners.allow_private):
        try:
            line = socket.create_connection(number, timeout=manners.connect_seconds)
            if asked.scheme == "https":
                line = ssl.create_default_context().wrap_socket(line, server_hostname=asked.host)
        except ssl.SSLCertVerificationError as error:
            raise FetchError(
                "fetch-certificate",
                f"The server's certificate is not valid: {error.verify_message}.",
                "Tell the publisher; nothing is read from a server that cannot prove its name.",
            ) from error
        except OSError as error:
            failed = error
            continue
        line.settimeout(manners.read_seconds)
        return line
    raise FetchError(
        "fetch-no-connection",
        f"No connection to {asked.host}: {failed}.",
        f"Check the address. {_LATER}",
        again=True,
    ) from failed


def _question(asked: Address, conditions: Mapping[str, str], line: socket.socket) -> HTTPResponse:
    connection = HTTPConnection(asked.host, asked.port)
    connection.sock = line
    headers = {
        "Host": asked.named,
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    connection.request("GET", asked.target, headers=headers | dict(conditions))
    return connection.getresponse()


def _receive(
    response: HTTPResponse, headers: Mapping[str, str], into: Sink, manners: Manners
) -> None:
    """Write the body; raises FetchError when it is not whole or larger than allowed."""
    announced = int(headers["content-length"]) if "content-length" in headers else None
    if announced is not None and announced > manners.largest:
        raise _too_large(announced, manners.largest)
    unpack = _unpacking(headers.get("content-encoding", ""), manners)
    received = 0
    while data := response.read1(CHUNK):
        received += len(data)
        if received > manners.largest:
            raise _too_large(received, manners.largest)
        for part in unpack.feed(data):
            into.write(part)
    if announced is not None and received != announced:
        raise _dropped(f"{received:,} of {announced:,} bytes came")
    if not unpack.is_whole:
        raise _dropped("its compressed content breaks off")


class _Plain:
    is_whole = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Gzip:
    """Unpacks a piece at a time, and stops when the whole grows beyond the limit."""

    def __init__(self, largest: int) -> None:
        self.largest, self.size = largest, 0
        self.member = zlib.decompressobj(GZIP)

    @property
    def is_whole(self) -> bool:
        return self.member.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self.member.eof:
                self.member = zlib.decompressobj(GZIP)
            try:
                part = self.member.decompress(data, CHUNK)
            except zlib.error as error:
                raise _dropped(error) from error
            self.size += len(part)
            if self.size > self.largest:
                raise FetchError(
                    "fetch-bomb",
                    f"Unpacked it is larger than {self.largest:,} bytes: that can be a trap.",
                    "Download it yourself, look at it, and give the file.",
                )
            yield part
            data = self.member.unconsumed_tail or self.member.unused_data


def _unpacking(encoding: str, manners: Manners) -> _Plain | _Gzip:
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return _Plain()
    if named in ("gzip", "x-gzip"):
        return _Gzip(manners.largest_unpacked)
    raise FetchError(
        "fetch-encoding",
        f"The server packs its answer in a way we did not ask for: {named}.",
        "Download the file yourself and give its path.",
    )


def _refused(status: int, headers: Mapping[str, str]) -> FetchError:
    if status == 429 or status >= 500:
        return FetchError(
            f"fetch-{status}",
            f"The server answers {status}: "
            + ("too many questions." if status == 429 else "it is in trouble."),
            _LATER,
            again=True,
            wait=_retry_after(headers.get("retry-after")),
        )
    if status in (404, 410):
        return FetchError(
            f"fetch-{status}",
            f"The server answers {status}: there is nothing at this address.",
            "Look for the file's new address at its publisher.",
        )
    if status in (401, 403):
        return FetchError(
            f"fetch-{status}",
            f"The server answers {status}: it does not give this file to us.",
            "Download it yourself in a browser and give its path.",
        )
    return FetchError(
        f"fetch-{status}", f"The server answers {status}.", "Open the address in a browser."
    )


def _retry_after(text: str | None) -> float | None:
    """Seconds to wait, from a number or a moment; None when neither can be read."""
    written = (text or "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0)


def _too_slow(what: str) -> FetchError:
    return FetchError("fetch-timeout", f"The server is too slow: {what}.", _LATER, again=True)


def _too_large(size: int, largest: int) -> FetchError:
    return FetchError(
        "fetch-too-large",
        f"The file has {size:,} bytes or more; at most {largest:,} are fetched.",
        "Allow more with --largest, or download it yourself and give its path.",
    )


def _dropped(why: object) -> FetchError:
    return FetchError("fetch-broken-off", f"The answer broke off: {why}.", _LATER, again=True)
