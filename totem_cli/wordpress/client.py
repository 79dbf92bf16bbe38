"""The REST API of a WordPress site, asked with an application password."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPMessage, HTTPResponse
from ipaddress import ip_address
from secrets import token_hex
from typing import IO, Any, NamedTuple, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import msgspec

from totem_cli.errors import InvalidError, NotFoundError, SystemFailedError
from totem_cli.version import __version__
from totem_cli.wordpress.account import PASSWORD, Account

PAGE = 100
"""The most things that WordPress gives in one answer."""

_TIMEOUT = 60.0
_ATTEMPTS = 4
_BUSY = frozenset({429, 502, 503, 504})
_NOT_DONE = frozenset({429})
"""What says that a request was not carried out."""
_LARGEST = 64 << 20
"""Bytes of an answer: more is none of WordPress's."""
_LARGEST_LIST = 1 << 30
"""Bytes of all answers that make one list."""
_LONGEST = 30.0
"""Seconds that a site may ask to wait before it is asked again."""
_REDIRECTS = 5
_API = re.compile(r'<([^<>]+)>;\s*rel="https://api\.w\.org/"')

Answer = TypeVar("Answer")


class _Root(msgspec.Struct):
    home: str
    namespaces: list[str]


class _Problem(msgspec.Struct):
    code: str = ""
    message: str = ""


class User(msgspec.Struct):
    """Who the site takes us for, and what they may do."""

    name: str = ""
    capabilities: dict[str, Any] = {}

    def may(self, *capabilities: str) -> list[str]:
        """Those of some capabilities that the user lacks."""
        return [one for one in capabilities if not self.capabilities.get(one)]


class WordPressError(SystemFailedError):
    """The site refused a request. ``status`` is that of HTTP, ``reason`` WordPress's own word for it."""

    def __init__(self, message: str, *, status: int, reason: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.reason = reason


class _Reply(NamedTuple):
    body: bytes
    headers: Mapping[str, str]


class Client:
    """A WordPress site. Its methods raise SystemFailedError where it cannot be reached, refuses, or answers nonsense.

    Requests that change nothing are tried again where the connection breaks or the site is busy; others are not,
    because nobody knows whether they were carried out.
    """

    def __init__(self, account: Account) -> None:
        check_address(account.url)
        self.name = account.url.rstrip("/")
        """What messages call it."""
        self.user = account.user
        self._authorization = "Basic " + b64encode(f"{account.user}:{account.password}".encode()).decode()
        self._opener = _opener(account.url)
        self._api, self.home = self._discovered()
        """``home`` is the address of the site as it says it itself."""

    def me(self) -> User:
        """Who the site takes us for."""
        return self.get("users/me", User, context="edit", _fields="name,capabilities")

    def get(self, path: str, kind: type[Answer], **parameters: Any) -> Answer:
        """What is at a path of the API, as ``kind``."""
        return self._decoded(path, self._ask("GET", path, parameters).body, kind)

    def all(self, path: str, kind: type[Answer], **parameters: Any) -> Iterator[Answer]:
        """All things of a list, in the order of their numbers."""
        page, pages, size = 1, 1, 0
        asked = {"per_page": PAGE, "orderby": "id", "order": "asc"} | parameters
        while page <= pages:
            try:
                reply = self._ask("GET", path, {**asked, "page": page})
            except WordPressError as error:
                if page > 1 and error.reason == "rest_post_invalid_page_number":
                    return  # what was deleted meanwhile left one page less
                raise
            size += len(reply.body)
            things = self._decoded(path, reply.body, list[kind])  # type: ignore[valid-type]
            if size > _LARGEST_LIST or (page < pages and not things):
                raise SystemFailedError(f"{self.name} lists {path} without an end")
            yield from things
            total = reply.headers.get("x-wp-totalpages", "")
            if not (total.isascii() and total.isdigit() and len(total) < 9):
                raise SystemFailedError(f"{self.name} does not say how many pages {path} has")
            page, pages = page + 1, int(total)

    def named(self, path: str, kind: type[Answer], slugs: list[str], **parameters: Any) -> Iterator[Answer]:
        """The things of a list that have one of these slugs."""
        for begin in range(0, len(slugs), PAGE // 2):  # so that an address does not grow too long
            yield from self.all(path, kind, **parameters, **{"slug[]": slugs[begin : begin + PAGE // 2]})

    def post(self, path: str, kind: type[Answer], values: Mapping[str, Any]) -> Answer:
        """Make a thing, or change one; what it then is."""
        content = json.dumps(values).encode()
        reply = self._ask("POST", path, {"context": "edit"}, content, "application/json")
        return self._decoded(path, reply.body, kind)

    def upload(self, name: str, content: bytes, content_type: str, kind: type[Answer], **values: str) -> Answer:
        """Upload a file into the library of media; what it then is."""
        boundary = token_hex(16)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
        parts = [f'{head}{key}"\r\n\r\n{value}\r\n'.encode() for key, value in values.items()]
        named = re.sub(r"[^\w.-]+", "-", name) or "file"
        file = f'{head}file"; filename="{named}"\r\nContent-Type: {content_type}\r\n\r\n'.encode()
        body = b"".join([*parts, file, content, f"\r\n--{boundary}--\r\n".encode()])
        reply = self._ask("POST", "media", {}, body, f"multipart/form-data; boundary={boundary}")
        return self._decoded("media", reply.body, kind)

    def trash(self, path: str) -> None:
        """Move a post to the trash of the site."""
        self._ask("DELETE", path, {})

    def _discovered(self) -> tuple[str, str]:
        """The addresses of the API and of the site (WordPress, REST API Handbook: Discovery)."""
        page = self._send("GET", self.name + "/", authorized=False)
        found = _API.search(page.headers.get("link", ""))
        if found is None:
            raise NotFoundError(
                f"{self.name} is no WordPress site with a REST API: it sends no link to one",
                hint="give the address of the site's home page; the API must not be switched off",
            )
        api = urljoin(self.name + "/", found[1])
        if _origin(api) != _origin(self.name):
            raise SystemFailedError(
                f"the REST API of {self.name} is at {api}: the password is not sent to another host",
                hint=f"if both are yours, give the address of the site there: {'://'.join(_origin(api)[:2])}",
            )
        root = self._decoded("", self._send("GET", api, authorized=False).body, _Root)
        if "wp/v2" not in root.namespaces:
            raise NotFoundError(f"the REST API of {self.name} has no wp/v2", hint="it needs WordPress 5.6 or newer")
        return api, root.home.rstrip("/") or self.name

    def _ask(
        self, method: str, path: str, parameters: Mapping[str, Any], content: bytes | None = None, kind: str = ""
    ) -> _Reply:
        query = urlencode(parameters, doseq=True)
        mark = "&" if "?" in self._api else "?"  # without permanent links, the API is at ?rest_route=/
        url = f"{self._api}wp/v2/{path}{mark + query if query else ''}"
        return self._send(method, url, content, kind)

    def _send(
        self, method: str, url: str, content: bytes | None = None, kind: str = "", *, authorized: bool = True
    ) -> _Reply:
        headers = {"User-Agent": f"totem/{__version__}", "Accept": "application/json, */*;q=0.1"}
        if kind:
            headers["Content-Type"] = kind
        if authorized:
            headers["Authorization"] = self._authorization
        redirects = 0
        for attempt in range(1, _ATTEMPTS + _REDIRECTS + 1):
            is_last = attempt >= _ATTEMPTS + redirects
            try:
                with self._opener.open(Request(url, content, headers, method=method), timeout=_TIMEOUT) as reply:  # noqa: S310
                    return _Reply(_read(reply, self.name), _lower(reply.headers))
            except HTTPError as error:
                with error:
                    if error.code in (301, 302, 303, 307, 308):
                        url = self._redirected(method, url, error.headers.get("Location", ""))
                        redirects += 1
                        if redirects <= _REDIRECTS:
                            continue
                        raise SystemFailedError(f"{self.name} redirects again and again") from None
                    if is_last or error.code not in (_BUSY if method == "GET" else _NOT_DONE):
                        raise self._refused(error) from None
                    wait = error.headers.get("Retry-After", "")
                    time.sleep(min(float(wait), _LONGEST) if wait.isascii() and wait.isdigit() else _pause(attempt))
            except (OSError, HTTPException) as error:
                if is_last or method != "GET":
                    raise SystemFailedError(
                        f"cannot reach {self.name}: {_reason(error)}", hint="run it again: it goes on where it stopped"
                    ) from error
                time.sleep(_pause(attempt))
        raise SystemFailedError(f"cannot reach {self.name}")

    def _redirected(self, method: str, url: str, location: str) -> str:
        """Where a request goes on: on the same host only, for the password goes with it."""
        there = urljoin(url, location)
        if method == "GET" and _origin(there) == _origin(url):
            return there
        raise SystemFailedError(
            f"{self.name} redirects to {there}: the password is not sent on", hint="give the address of the site there"
        )

    def _refused(self, error: HTTPError) -> SystemFailedError:
        try:
            problem = msgspec.json.decode(error.read(_LARGEST), type=_Problem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, HTTPException):
            problem = _Problem()
        words = f": {problem.message[:300]}" if problem.message else ""
        hint = None
        if error.code == 401:
            hint = f"${PASSWORD} holds an application password of {self.user}, made in their profile at the site"
        elif error.code == 403:
            hint = f"what {self.user} may do there is not enough: it takes an editor"
        message = f"{self.name} refuses ({error.code}){words}"
        return WordPressError(message, status=error.code, reason=problem.code, hint=hint)

    def _decoded(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            begin = body[:60].decode("utf-8", "replace").strip()
            asked = path or "its root"
            raise SystemFailedError(
                f"{self.name} answers {asked} with what is no answer of WordPress: {error}; it begins {begin!r}",
                hint="a plugin or a page of the host may stand in the way",
            ) from None


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """None is followed unseen: the password would go with it."""


def check_address(url: str) -> None:
    """Refuse an address that is none of a site, holds a password, or would send one unencrypted over a network.

    Raises InvalidError.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise InvalidError(f"{url} is not the address of a site", hint="https://…, the site's home page")
    if "@" in parts.netloc:
        raise InvalidError(
            "the address of the site holds a user or a password", hint=f"--user NAME, and the password in ${PASSWORD}"
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise InvalidError(f"{url} would send the password unencrypted", hint="https://…")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _opener(url: str) -> OpenerDirector:
    if _is_loopback(urlsplit(url).hostname or ""):
        return build_opener(_NoRedirects, ProxyHandler({}))
    return build_opener(_NoRedirects)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None


def _read(reply: HTTPResponse, name: str) -> bytes:
    content = reply.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise SystemFailedError(f"{name} answers with more than {_LARGEST >> 20} MB")
    return content


def _lower(headers: HTTPMessage) -> dict[str, str]:
    return {key.lower(): value for key, value in headers.items()}


def _pause(attempt: int) -> float:
    return float(0.5 * 2 ** (attempt - 1))


def _reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason) or type(error).__name__
