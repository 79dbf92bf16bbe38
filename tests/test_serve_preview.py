"""The preview: it shows the site with drafts marked, goes by its own name, and gives no other file away."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from totem_cli import Archive
from totem_cli.errors import SystemFailedError
from totem_cli.publishing.rendering import Made, Rendering
from totem_cli.serve import live_reload
from totem_cli.serve.listen import opened
from totem_cli.serve.preview_builder import PreviewBuilder
from totem_cli.serve.site_files import find

pytest.importorskip("starlette", reason="the extra serve is not installed")
pytest.importorskip("watchfiles", reason="the extra serve is not installed")
if TYPE_CHECKING:
    from starlette.testclient import TestClient

pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with")

EPISODE = "/collaboration/01-interdependances-des-marches/"


@pytest.fixture
def said() -> list[str]:
    """What the preview told whoever runs it."""
    return []


@pytest.fixture
def preview(example: Path, tmp_path: Path, said: list[str]) -> Iterator[TestClient]:
    """A preview of the project's own archive, whose second episode is a draft."""
    from starlette.testclient import TestClient

    from totem_cli.serve.preview import preview_of

    with Archive(example) as archive:
        archive.set_status("collaboration/2", "draft")
    app = preview_of(example, tmp_path / "made" / "site", "127.0.0.1", say=said.append)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as asking:
        yield asking


def test_pages_follow_edits(preview: TestClient) -> None:
    """A page carries the script and may connect to its server; a draft's says so; the site itself says neither."""
    page = preview.get(EPISODE)
    assert page.status_code == 200
    assert '<script src="/.totem-live.js"' in page.text
    assert "connect-src 'self'" in page.text
    assert "totem-draft" not in page.text
    assert "brouillon" in preview.get("/collaboration/02-makers-et-industriels/").text
    assert "EventSource" in preview.get("/.totem-live.js").text
    assert preview.get("/nothing/").status_code == 404
    assert "totem-live" in preview.get("/nothing/").text


@pytest.mark.parametrize(
    "path",
    [
        "/.totem-manifest",
        "/%2e%2e/stats.json",
        "/..%2fstats.json",
        "/a%00b",
        "/%ff",
        "/collaboration%5c..%5c..",
        "//etc/passwd",
        "/index.html/",
    ],
)
def test_no_other_file(preview: TestClient, path: str) -> None:
    """Nothing that is hidden, nothing outside the site."""
    assert preview.get(path).status_code == 404


def test_files_of_a_site(tmp_path: Path) -> None:
    """A folder is its index, by its address with a slash; links lead nowhere."""
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b/index.html").touch()
    (tmp_path / "link.html").symlink_to("/etc/passwd")
    assert find(tmp_path, "/a%20b/").path == tmp_path / "a b/index.html"
    assert find(tmp_path, "/a%20b").moved == "/a%20b/"
    assert find(tmp_path, "/link.html").path is None
    assert find(tmp_path, "/").path is None


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("localhost:9", 200), ("evil.example", 421), ("", 421)]
)
def test_only_by_its_own_name(preview: TestClient, host: str, status: int) -> None:
    """A name that somebody else pointed here is refused."""
    assert preview.get("/", headers={"host": host}).status_code == status


def test_an_archive_that_cannot_be_shown(example: Path, tmp_path: Path, said: list[str]) -> None:
    """The error is on the page and told once; mended, the page is there."""
    from starlette.testclient import TestClient

    from totem_cli.serve.preview import preview_of

    file = example / "series/collaboration/01-interdependances-des-marches.md"
    good = file.read_bytes()
    file.write_bytes(good.replace(b"+++\n", b"+++\nbad = <\n", 1))
    app = preview_of(example, tmp_path / "made" / "site", "127.0.0.1", say=said.append)
    with TestClient(app, base_url="http://127.0.0.1:8000") as asking:
        answer = asking.get("/")
        assert answer.status_code == 500
        assert "01-interdependances-des-marches.md:2:" in answer.text
        assert len(said) == 1
        file.write_bytes(good)
        for _ in range(600):
            if asking.get(EPISODE).status_code == 200:
                break
            time.sleep(0.1)
        assert asking.get(EPISODE).status_code == 200


def test_a_making_is_given_up(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends the preview while the site is made does not wait for it; no half of it is left."""
    began = threading.Event()
    made = Rendering._made

    def slow(self: Rendering, *given: Any) -> Made:
        began.set()
        time.sleep(0.2)
        return made(self, *given)

    async def preview() -> None:
        builder = PreviewBuilder(example, tmp_path / "made" / "site", say=said.append)
        task = asyncio.create_task(builder.run())
        await asyncio.get_running_loop().run_in_executor(None, began.wait)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    said: list[str] = []
    monkeypatch.setattr(Rendering, "_made", slow)
    asyncio.run(preview())
    assert said == []
    assert not (tmp_path / "made").exists()


def test_what_is_added_to_a_page() -> None:
    """The policy of a page without scripts lets in the one that is added; words of an error are only words."""
    page = live_reload.error_page("<script>alert(1)</script>", "0").decode()
    assert "&lt;script&gt;" in page
    head = b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><body class="x"></body>'
    made = live_reload.inject(head, "3", "brouillon").decode()
    assert "content=\"default-src 'none'; script-src 'self'; connect-src 'self'\"" in made
    assert made.index("brouillon") > made.index('<body class="x">')


def test_a_port_that_is_taken() -> None:
    """It is told, with what to do."""
    first = opened("127.0.0.1", 0)
    with first, pytest.raises(SystemFailedError, match="cannot listen"):
        opened("127.0.0.1", first.getsockname()[1])
