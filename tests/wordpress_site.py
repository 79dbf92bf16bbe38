"""A stand-in for a WordPress site: as much of its REST API as totem uses, in the shapes that WordPress 6.1 gave.

``tests/test_wordpress_real.py`` holds the real thing to the same promises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

EDITOR = (
    "edit_others_posts",
    "edit_published_posts",
    "publish_posts",
    "manage_categories",
    "upload_files",
    "edit_others_pages",
    "edit_published_pages",
    "publish_pages",
    "moderate_comments",
)

Answer = tuple[int, Any, dict[str, str]]


class GoneError(Exception):
    """The site hangs up."""


class WordPress:
    """What the site holds, and how it answers. ``before`` and ``after`` are called around each request."""

    def __init__(self) -> None:
        self.url = ""
        self.capabilities = dict.fromkeys(EDITOR, True)
        self.things: dict[str, dict[int, dict[str, Any]]] = {
            kind: {} for kind in ("posts", "pages", "categories", "tags", "media", "comments")
        }
        self.requests: list[tuple[str, str]] = []
        self.last = 0
        self.filter: Callable[[str], str] = lambda content: content
        self.before: Callable[[str, str], Answer | bytes | None] = lambda method, path: None
        self.after: Callable[[str, str], None] = lambda method, path: None

    @property
    def posts(self) -> dict[str, dict[str, Any]]:
        """The posts by their slugs."""
        return {one["slug"]: one for one in self.things["posts"].values()}

    @property
    def writes(self) -> list[tuple[str, str]]:
        """The requests that may change something."""
        return [(method, path) for method, path in self.requests if method != "GET"]

    def add(self, kind: str, **values: Any) -> dict[str, Any]:
        """Put a thing there, as somebody at the site does."""
        return self._write(kind, {}, values)

    def edit(self, kind: str, number: int, **values: Any) -> None:
        """Change a thing, as somebody at the site does."""
        self._write(kind, self.things[kind][number], values)

    def answer(self, method: str, url: str, kind: str, body: bytes) -> Answer:
        """The answer to a request."""
        parts = urlsplit(url)
        query = {key.removesuffix("[]"): values for key, values in parse_qs(parts.query).items()}
        if parts.path == "/":
            return 200, "<!doctype html>", {"Link": f'<{self.url}/wp-json/>; rel="https://api.w.org/"'}
        if parts.path == "/wp-json/":
            return 200, {"name": "Cafés", "home": self.url, "namespaces": ["oembed/1.0", "wp/v2"], "meta": []}, {}
        path = parts.path.removeprefix("/wp-json/wp/v2/")
        if path == "users/me":
            return 200, {"name": "editor", "capabilities": self.capabilities}, {}
        name, _, number = path.partition("/")
        if name not in self.things:
            return 404, {"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}, {}
        if number and int(number) not in self.things[name]:
            return 404, {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}, {}
        thing = self.things[name][int(number)] if number else {}
        if method == "GET":
            return (200, thing, {}) if number else self._list(name, query)
        if method == "DELETE":
            thing |= {"status": "trash", "slug": f"{thing['slug']}__trashed"}
            return 200, thing, {}
        values = _form(kind, body) if kind.startswith("multipart/") else json.loads(body)
        if name in ("categories", "tags") and not number and values["slug"] in self._slugs(name):
            data = {"code": "term_exists", "message": "A term with the name provided already exists."}
            return 400, {**data, "data": {"status": 400, "term_id": 1}}, {}
        return (200 if number else 201), self._write(name, thing, values), {}

    def _slugs(self, kind: str) -> list[str]:
        return [one.get("slug", "") for one in self.things[kind].values()]

    def _list(self, kind: str, query: dict[str, list[str]]) -> Answer:
        found = [*self.things[kind].values()]
        if "slug" in query:
            found = [one for one in found if one["slug"] in query["slug"]]
        if "include" in query:
            found = [one for one in found if str(one["id"]) in query["include"][0].split(",")]
        if "search" in query:
            found = [one for one in found if query["search"][0] in json.dumps(one, ensure_ascii=False)]
        size, page = int(query.get("per_page", ["10"])[0]), int(query.get("page", ["1"])[0])
        pages = -(-len(found) // size)
        if page > max(pages, 1):
            return 400, {"code": "rest_post_invalid_page_number", "message": "Too large.", "data": {"status": 400}}, {}
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return 200, found[(page - 1) * size : page * size], headers

    def _write(self, kind: str, thing: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        if not thing:
            self.last += 1
            thing = self.things[kind][self.last] = {"id": self.last, "status": "publish", "slug": f"x-{self.last}"}
            if kind in ("posts", "pages"):
                thing |= {"date": "2026-01-01T00:00:00", "date_gmt": "2026-01-01T00:00:00", "featured_media": 0}
                thing |= {key: {"raw": "", "rendered": ""} for key in ("title", "content", "excerpt")}
                thing |= {"categories": [], "tags": []}
        for key, value in values.items():
            if key == "content" and kind in ("posts", "pages"):
                thing[key] = {"raw": self.filter(value), "rendered": value}
            elif key in ("title", "content", "excerpt") and kind in ("posts", "pages", "comments"):
                thing[key] = {"raw": value, "rendered": f"<p>{value}</p>"}
            elif key == "slug" and value != thing["slug"]:
                count, slug = 1, value
                while slug in self._slugs(kind):
                    count += 1
                    slug = f"{value}-{count}"
                thing["slug"] = slug
            else:
                thing[key] = value
        if kind == "media":
            thing["source_url"] = f"{self.url}/uploads/{thing['slug']}.png"
        thing["link"] = f"{self.url}/{thing['slug']}/"
        thing["modified_gmt"] = "2026-01-02T00:00:00"
        return thing


def _form(kind: str, body: bytes) -> dict[str, Any]:
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    values: dict[str, Any] = {}
    for part in message.get_payload():
        name = re.search(r'name="([^"]*)"', part["Content-Disposition"])  # type: ignore[index]
        assert name
        if name[1] != "file":
            values[name[1]] = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
    return values


@contextmanager
def running() -> Iterator[WordPress]:
    """A site that listens on the loopback address."""
    site = WordPress()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.requests.append((self.command, urlsplit(self.path).path.removeprefix("/wp-json/wp/v2/")))
            try:
                given = site.before(self.command, self.path)
                if given is None:
                    given = site.answer(self.command, self.path, self.headers.get("Content-Type", ""), body)
                    site.after(self.command, self.path)
            except GoneError:
                self.close_connection = True
                return
            status, content, headers = (200, given, {}) if isinstance(given, bytes) else given
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _any  # noqa: N815 - as the base class calls them

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
