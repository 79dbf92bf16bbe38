"""Redirect pages, for generators that make none."""

from __future__ import annotations

from html import escape
from urllib.parse import quote


def page(address: str, path: str) -> bytes:
    """Return the page at ``path`` that redirects to ``address``, by relative links."""
    target = escape("../" * path.count("/") + quote(address))
    return (
        f'<!doctype html>\n<html lang="zxx">\n<head>\n<meta charset="utf-8">\n<title>{target}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<link rel="canonical" href="{target}">\n</head>\n'
        f'<body><a href="{target}">{target}</a></body>\n</html>\n'
    ).encode()
