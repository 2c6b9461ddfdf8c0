"""Web addresses one may ask: http and https, of machines that are on the public internet."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

PORTS: Final = {"http": 80, "https": 443}
LONGEST: Final = 4_000
_NAT64: Final = IPv6Network("64:ff9b::/96")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f]")


class FetchError(Exception):
    """An address that gave no file: a code of the report, why, and what to do.

    ``again`` says that a later try may succeed, ``wait`` after how many seconds when it was said.
    """

    def __init__(
        self, code: str, why: str, remedy: str, *, again: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(why)
        self.code, self.why, self.remedy = code, why, remedy
        self.again, self.wait = again, wait


class Address(NamedTuple):
    """``target`` is what is asked of the host: path and query, in ASCII."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def named(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def is_address(text: str) -> bool:
    """Whether the text is meant as an address of any kind, not as a path."""
    return _SCHEME.match(text) is not None


def address(url: str) -> Address:
    """The parts of an address; raises FetchError when it may not be asked for."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _not_an_address(str(error)) from error
    if parts.scheme not in PORTS:
        raise FetchError(
            "fetch-scheme",
            f"Only http and https are fetched, not {parts.scheme or 'this'}.",
            "Give a web address, or the path of a file.",
        )
    if not parts.hostname or len(url) > LONGEST or _UNSAFE.search(url):
        raise _not_an_address("it names no host, is too long or holds spaces")
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            "fetch-password",
            "The address holds a name or password, which would be kept and shown in reports.",
            "Give an address without it.",
        )
    host = _ascii_host(parts.hostname)
    return Address(parts.scheme, host, port or PORTS[parts.scheme], _target(parts))


def resolve(asked: Address, *, allow_private: bool) -> list[tuple[str, int]]:
    """The host's numbers, as connect() takes them; raises FetchError for none or a private one."""
    try:
        found = socket.getaddrinfo(asked.host, asked.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            "fetch-no-host",
            f"The host {asked.host} is not found: {error}.",
            "Check the address and the connection.",
            again=True,
        ) from error
    numbers = list(dict.fromkeys(str(item[4][0]) for item in found))
    for number in numbers:
        if not is_public(number) and (is_link_local(number) or not allow_private):
            raise FetchError(
                "fetch-private",
                f"The host {asked.host} is {number}, a machine that is not on the public internet.",
                "Download the file yourself, or allow private networks with --allow-private.",
            )
    return [(number, asked.port) for number in numbers]


def is_public(number: str) -> bool:
    """Whether an IP address is of the public internet, also when it wraps an older one."""
    found = ip_address(number.partition("%")[0])
    return all(part.is_global and not part.is_multicast for part in _within(found))


def is_link_local(number: str) -> bool:
    """Whether it is an address that only the next machine has: there, clouds keep their secrets."""
    return any(part.is_link_local for part in _within(ip_address(number.partition("%")[0])))


def _within(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(found, IPv4Address):
        return [found]
    if found.ipv4_mapped:
        return [found.ipv4_mapped]
    wrapped: list[IPv4Address | IPv6Address] = [found]
    if found.sixtofour:
        wrapped.append(found.sixtofour)
    if found.teredo:
        wrapped += found.teredo
    if found in _NAT64:
        wrapped.append(IPv4Address(int(found) & 0xFFFFFFFF))
    return wrapped


def _not_an_address(why: str) -> FetchError:
    return FetchError(
        "fetch-address", f"This is not a web address: {why}.", "Check how it is written."
    )


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise _not_an_address(str(error)) from error


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path
