"""The API called in process, as a person: the same operations, roles, keys and refusals."""

import io
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from appui.accounts.models import User
from appui.kernel.errors import Invalid, Missing, Refused
from appui.registry.queries import reader_of

API = "/api/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_AT_ONCE = 500
# What a program ends with, by the status of the answer.
EXIT_CODES = {400: 6, 401: 3, 403: 3, 404: 4, 405: 6, 409: 5, 413: 6, 422: 6}
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answered."""

    status: int
    content: bytes
    content_type: str
    allowed: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it was done."""
        return self.status < 400

    @property
    def is_json(self) -> bool:
        """Whether the content is JSON."""
        return self.content_type.startswith(JSON_TYPE)

    def json(self) -> Any:
        """The content as data; None when there is none."""
        return json.loads(self.content) if self.content else None

    @property
    def exit_code(self) -> int:
        """0 when it was done; else by the kind of refusal."""
        return 0 if self.is_good else EXIT_CODES.get(self.status, 1)

    def sentences(self) -> list[str]:
        """Why it was refused: a sentence, then one for each field at fault."""
        said = self.json() if self.is_json else {}
        if not isinstance(said, dict):
            return [f"The call was refused with status {self.status}."]
        if "message" in said:
            fields = said.get("fields") or {}
            told = [f"{name}: {text}" for name, text in fields.items() if text != said["message"]]
            return [said["message"], *told]
        detail = said.get("detail")
        if isinstance(detail, list):
            return [f"{_place(item['loc'])}: {item['msg']}." for item in detail]
        return [str(detail or f"The call was refused with status {self.status}.")]


def _place(loc: Iterable[object]) -> str:
    """Where in the call the fault is, without where the API read it from."""
    parts = [str(part) for part in loc]
    return ".".join(parts[2:] or parts[1:] or parts)


def person(email: str) -> User:
    """The account with that e-mail; raises ``Missing``, or ``Refused`` when it is closed."""
    found = User.objects.filter(email__iexact=email.strip()).first()
    if found is None:
        raise Missing(f"“{email}” has no account.")
    if not found.is_active:
        raise Refused(f"The account “{email}” is closed.")
    return found


def call(
    user: User,
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    body: object = None,
    file: Path | None = None,
    key: str = "",
) -> Answer:
    """Let ``user`` call one operation; ``key`` is its idempotency key.

    With a ``file`` the fields of ``body`` go beside it as a form. Raises ``Missing`` for an
    address that the API does not have.
    """
    found = _resolved(path)
    request = WSGIRequest(_environ(method, path, query, *_content(body, file)))
    if key:
        request.META["HTTP_IDEMPOTENCY_KEY"] = key
    request.user = user
    request.reader = SimpleLazyObject(lambda: reader_of(user))  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # no browser is between
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return Answer(
        response.status_code,
        b"".join(response),
        response.headers.get("Content-Type", ""),
        tuple(part.strip() for part in response.headers.get("Allow", "").split(",") if part),
    )


def _resolved(path: str) -> Any:
    if not path.startswith(API):
        raise Missing(f"Addresses of the API begin with {API}, and “{path}” does not.")
    try:
        return resolve(path)
    except Resolver404 as error:
        raise Missing(f"The API has no address “{path}”.") from error


def _environ(
    method: str, path: str, query: Mapping[str, Any] | None, content: bytes, content_type: str
) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": urlencode(query or {}, doseq=True),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }


def _content(body: object, file: Path | None) -> tuple[bytes, str]:
    """The body as it travels, and its type."""
    if file is None:
        return (b"" if body is None else json.dumps(body).encode()), JSON_TYPE
    if body is not None and not isinstance(body, dict):
        raise Invalid("Beside a file, the body is an object whose fields are those of a form.")
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (body or {}).items()
    ]
    name = file.name.replace('"', "'").replace("\r", "").replace("\n", "")
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + file.read_bytes() + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), (
        f"multipart/form-data; boundary={boundary}"
    )


def everything(user: User, path: str, *, query: Mapping[str, Any] | None = None) -> Answer:
    """All rows of a list, page after page, as one JSON list; what is no list is as it was
    answered."""
    rows: list[Any] = []
    while True:
        page = {**(query or {}), "limit": MOST_AT_ONCE, "offset": len(rows)}
        answer = call(user, "GET", path, query=page)
        said = answer.json() if answer.is_good and answer.is_json else None
        if not isinstance(said, dict) or set(said) != {"items", "count"}:
            return answer
        rows += said["items"]
        if not said["items"] or len(rows) >= said["count"]:
            return Answer(200, json.dumps(rows).encode(), JSON_TYPE)
