"""The renderer: what it allocates, what it shares."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from totem_cli.markup import cmark
from totem_cli.markup.html import to_html

RECAP = "Un ~~vieux~~ *récap* : https://a.fr/x, [lien](https://b.fr).\n\n|a|b|\n|-|-|\n|1|2|\n\n" * 20


def test_memory_is_given_back() -> None:
    """Rendering a recap a thousand times more takes no more memory."""
    code = (
        "import resource\n"
        "from totem_cli.markup import cmark\n"
        f"source = {RECAP!r}.encode()\n"
        "def peak(times):\n"
        "    for _ in range(times): cmark.render(source, raw_html=False)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak(50)\n"
        "print(peak(1000) - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 1000 * len(RECAP)


def test_threads_render_the_same() -> None:
    """Extensions change a global table of the library during a parse; two parses never see each other's."""
    expected = to_html(RECAP)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(to_html, [RECAP] * 200)) == {expected}


def test_text_with_a_nul_is_rendered_to_its_end() -> None:
    """The source is passed with its length, and a NUL in it is U+FFFD (CommonMark 2.3)."""
    assert cmark.render(b"a\0b", raw_html=False) == "<p>a\ufffdb</p>\n".encode()


def test_deep_nesting_does_not_crash() -> None:
    """Thousands of levels are no deeper in the machine's stack."""
    for opening in ("> ", "- ", "[", "![", "*a **b "):
        assert to_html(opening * 3000 + "fin").count("fin") == 1
