"""Attacks in a real browser: whatever an archive says, in any field, nothing of it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.html_browser import chromium, reader, until, written
from tests.html_hostile import ATTACKS, MARK, hostile
from tests.html_site import site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

OWN = (
    *ATTACKS,
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<form action=javascript:alert(1)><button autofocus onfocus=alert(1)>x",
    "<input onfocus=alert(1) autofocus>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<style>@import '//evil.example/x'; *{animation:x}</style><style onload=alert(1)>",
    "<link rel=stylesheet href=//evil.example/x onload=alert(1)><base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "[x](javascript&colon;alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "![x](x\"onerror=\"alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "> x\n> — <img src=x onerror=alert(1)>",
    "`</code><script>alert(1)</script>`",
    "<!--><img src=x onerror=alert(1)>-->",
    "<x onclick=alert(1) style=position:fixed;inset:0>x",
    "</script><svg/onload=alert(1)>",
    "{\"@context\":\"</script><script>alert(1)</script>\"}",
    "'-alert(1)-'",
    "${alert(1)}",
    "feed:javascript:alert(1)",
    "x:expression(alert(1))",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<plaintext><script>alert(1)</script>",
)  # fmt: skip

PARTS = 2

HOOK = f"""
window.fired = 0;
for (const name of ["alert", "confirm", "prompt", "print", "{MARK}"]) window[name] = () => {{ window.fired++; }};
"""
TEMPT = """async () => {
  const events = ["mouseover", "mouseenter", "mousemove", "focus", "click", "mousedown", "pointerover", "keydown",
    "input", "change", "error", "load", "toggle", "animationend", "transitionend", "wheel", "dragover", "drop", "copy",
    "paste"];
  const all = [...document.querySelectorAll("*")];
  const bad = /^(javascript|vbscript|data|feed):/i;
  for (const element of all) {
    for (const name of ["href", "src", "action", "formAction", "data", "poster"]) {
      const value = element[name];
      if (bad.test(String(value?.baseVal ?? value ?? "").trim())) window.fired++;
    }
    if (!element.closest("form")) for (const name of events) element.dispatchEvent(new Event(name, { bubbles: false }));
  }
  await new Promise((done) => setTimeout(done, 2));
  return window.fired;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


def _attack(browser: Browser, folder: Path, texts: list[str], together: int) -> None:
    """Open every kind of page of a site made of these texts, without its policy: what is clean needs none."""
    pages = site(hostile(*texts, together=together))
    written(pages, folder)
    kinds = [path for path in pages if path.startswith(("marees/", "questions/")) and path.endswith(".html")]
    kinds = [path for path in kinds if b'http-equiv="refresh"' not in pages[path]]
    kinds += [f"{name}/index.html" for name in ("people", "people/x0", "organisations", "tags", "search")]
    with reader(browser, folder, bypass_csp=True) as found:
        found.page.on("dialog", lambda dialog: (found.said.append(dialog.message), dialog.dismiss()))
        found.page.add_init_script(HOOK)
        for path in ("index.html", *kinds):
            found.page.goto((folder / path).as_uri(), wait_until="domcontentloaded")
            assert found.page.evaluate(TEMPT) == 0, path
        found.page.fill("#words", "a")
        until(found.page, "document.querySelector('#results a')")
        assert found.page.evaluate(TEMPT) == 0
        assert not [words for words in found.said if not words.startswith("Failed to load resource")]
        assert not [url for url in found.asked if not url.startswith("file:")]


def test_our_attacks_do_nothing(browser: Browser, tmp_path: Path) -> None:
    """Attacks on Markdown, HTML, attributes, addresses, templates, JSON and scripts, in every field."""
    _attack(browser, tmp_path, list(OWN), 1)


def _payloads(real_data: Path) -> list[str]:
    folder = real_data / "hostile" / "xss"
    if not folder.is_dir():
        pytest.skip(f"no attacks at {folder}; set TOTEM_REAL_DATA")
    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8", "replace").splitlines()]
    pairs = json.loads((folder / "dompurify-expect.json").read_text("utf-8"))
    return sorted({line for line in (*lines, *(pair["payload"] for pair in pairs)) if line.strip()})


@pytest.mark.parametrize("part", range(PARTS))
def test_known_attacks_do_nothing(browser: Browser, real_data: Path, tmp_path: Path, part: int) -> None:
    """Lists of attacks that others collected, in every field."""
    _attack(browser, tmp_path, _payloads(real_data)[part::PARTS], 6)


def test_the_control_fires(browser: Browser, tmp_path: Path) -> None:
    """The same attacks, put unescaped into a page, do run: the test can see them."""
    fired = []
    with reader(browser, tmp_path, bypass_csp=True) as found:
        found.page.add_init_script(HOOK)
        for number, text in enumerate(OWN):
            file = tmp_path / f"{number}.html"
            file.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>x</title><main>{unescape(text)}</main>")
            found.page.goto(file.as_uri(), wait_until="commit")
            found.page.wait_for_load_state("domcontentloaded")
            fired += [text] if found.page.evaluate(TEMPT) else []
    assert len(fired) > len(OWN) / 3, fired
