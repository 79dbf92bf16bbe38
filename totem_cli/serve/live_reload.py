"""What a preview adds to each page: a script that reloads it when the site was rebuilt, and shows errors."""

from __future__ import annotations

import re
from html import escape

SCRIPT_PATH = ".totem-live.js"
EVENTS_PATH = ".totem-live"

SCRIPT = b"""\
(() => {
  const here = document.currentScript.dataset;
  let version = here.version;
  let box;
  const show = (error) => {
    if (box) box.remove();
    if (!error) return;
    box = document.createElement("div");
    box.setAttribute("role", "alert");
    box.id = "totem-error";
    box.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:50%;overflow:auto;padding:1rem;z-index:9999;" +
      "background:#8a1c1c;color:#fff;font:14px/1.5 ui-monospace,monospace;white-space:pre-wrap";
    box.textContent = error;
    document.body.append(box);
  };
  const events = new EventSource("/.totem-live");
  events.onmessage = (message) => {
    const now = JSON.parse(message.data);
    show(now.error);
    if (now.version !== version) {
      version = now.version;
      location.reload();
    }
  };
  addEventListener("pagehide", () => events.close());
})();
"""

_POLICY = re.compile(rb'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)"')
_BODY = re.compile(rb"(<body[^<>]*>)")


def inject(page: bytes, version: str, banner: str | None) -> bytes:
    """Return a page of the site with the script that reloads it, and a ``banner`` if there is one."""
    tag = f'<script src="/{SCRIPT_PATH}" data-version="{escape(version)}"></script>'.encode()
    page = _POLICY.sub(_relaxed, page, count=1)
    if banner:
        mark = f'<p role="note" id="totem-draft"><strong>{escape(banner)}</strong></p>'.encode()
        page = _BODY.sub(lambda match: match[1] + mark, page, count=1)
    at = page.rfind(b"</body>")
    return page[:at] + tag + page[at:] if at >= 0 else page + tag


def error_page(error: str, version: str) -> bytes:
    """Return a page that shows an error, for when there is no site yet."""
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>totem serve</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f'<body><h1>The site cannot be made</h1><pre role="alert">{escape(error)}</pre></body></html>\n'
    )
    return inject(page.encode(), version, None)


def _relaxed(match: re.Match[bytes]) -> bytes:
    """Return the page's own policy, extended by the script and its connection."""
    rules = match[2]
    if b"script-src" not in rules:
        rules += b"; script-src 'self'"
    return match[1] + rules + b"; connect-src 'self'\""
