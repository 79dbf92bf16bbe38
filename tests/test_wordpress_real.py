"""A real WordPress on the loopback address (``make wordpress``) keeps what is promised of push and pull.

``tools/wordpress.sh`` starts it; ``TOTEM_WORDPRESS`` says that it shall.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not os.environ.get("TOTEM_WORDPRESS"), reason="make wordpress runs it")

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc00000030101006f21d3"
    "c50000000049454e44ae426082"
)
ALL = "publish,future,draft,pending,private,trash"


class Site:
    """The running site, asked without totem."""

    def __init__(self, said: dict[str, str]) -> None:
        self.url, self.version = said["WORDPRESS_URL"], said["WORDPRESS_VERSION"]
        self.passwords = {name: said[f"WORDPRESS_{name.upper()}"] for name in ("admin", "editor", "author")}

    def __call__(self, path: str, method: str = "GET", user: str = "admin", values: Any = None, **query: str) -> Any:
        url = f"{self.url}/wp-json/wp/v2/{path}?{urlencode({'context': 'edit', **query})}"
        request = Request(url, None if values is None else json.dumps(values).encode(), method=method)
        request.add_header("Authorization", "Basic " + b64encode(f"{user}:{self.passwords[user]}".encode()).decode())
        request.add_header("Content-Type", "application/json")
        with build_opener(ProxyHandler({})).open(request, timeout=60) as reply:
            return json.load(reply)

    def posts(self, kind: str = "posts") -> dict[str, Any]:
        """The posts that totem made, by their slugs."""
        found = self(kind, status=ALL, per_page="100")
        return {one["slug"]: one for one in found if "<!-- totem:1 " in one["content"]["raw"]}

    def page(self, address: str) -> tuple[int, str]:
        """Where an address leads, and the status there."""
        try:
            with build_opener(ProxyHandler({})).open(address, timeout=60) as reply:
                return reply.status, reply.url
        except HTTPError as error:
            return error.code, address


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A WordPress of its own; its processes, without rights where this runs as root, can reach its folder."""
    folder = Path(mkdtemp(prefix="totem-wp-"))
    script = ROOT / "tools" / "wordpress.sh"
    try:
        started = subprocess.run([script, "start", folder], stdout=subprocess.PIPE, text=True, timeout=300)
        assert started.returncode == 0
        yield Site(dict(line.split("=", 1) for line in started.stdout.splitlines()))
    finally:
        if folder.exists():
            subprocess.run([script, "stop", folder], check=True, timeout=120)


@pytest.fixture
def archive(tmp_path: Path, site: Site) -> Iterator[Archive]:
    """An archive of two series; what an earlier test left at the site is gone."""
    for kind in ("posts", "pages"):
        for post in site(kind, status=ALL, per_page="100"):
            site(f"{kind}/{post['id']}", "DELETE", force="true")
    with Archive.create(tmp_path / "archive", title="Cafés du port", language="fr") as made:
        made.series.add("Digues & marées")
        made.series.add("Phares")
        one = made.episodes.add(
            "Soir d'été : « A & B » [1]", series="digues-et-marees", date="2024-05-03", tags=("Mer", "C++")
        )
        made.guests.add(one.ref, "Zoé Œuvrard", role="océanographe", organisations=("Ifrea",))
        made.questions.add(one.ref, "Et demain <b> ?")
        made.episodes.add("Le quai", series="digues-et-marees", date="2024-06-01T18:30:00+02:00")
        made.episodes.add("La lampe", series="phares")
        media = tmp_path / "archive" / "media"
        media.mkdir()
        (media / "quai.png").write_bytes(PNG)
        text = "Un *recap* & `code`\n\n![Le quai](media/quai.png)\n\nVoir [la lampe](phares/01-la-lampe/).\n"
        path = made.root / "series/digues-et-marees/02-le-quai.md"
        path.write_text(path.read_text("utf-8") + text, "utf-8")
        made.refresh()
        yield made


class Pusher:
    """``totem push wordpress`` and ``totem pull comments`` as processes."""

    def __init__(self, shell: Shell, site: Site) -> None:
        self.shell, self.site = shell, site

    def __call__(self, *arguments: str, code: int = 0, user: str = "editor", verb: str = "push wordpress") -> Any:
        done = self.shell(
            *verb.split(),
            self.site.url,
            "--user",
            user,
            "--json",
            *arguments,
            TOTEM_WORDPRESS_PASSWORD=self.site.passwords[user],
        )
        assert done.code == code, done.err
        assert self.site.passwords[user] not in done.out + done.err
        self.said = done.err
        return json.loads(done.out) if done.out else {}

    def outcomes(self, *arguments: str, code: int = 0) -> list[tuple[str, str]]:
        """What a push did with what."""
        return [(one["outcome"], one["ref"]) for one in self(*arguments, code=code)["done"]]


@pytest.fixture
def push(totem: Shell, site: Site) -> Pusher:
    """Pushes the archive of the test's folder."""
    return Pusher(totem, site)


def test_a_push_and_another(archive: Archive, site: Site, push: Pusher) -> None:
    """Posts with their terms, dates, pictures and links; the second push sends nothing, from any machine."""
    assert [one for one, _ in push.outcomes("--dry-run")] == ["created"] * 3
    assert site.posts() == {}
    first = push()
    assert [one["outcome"] for one in first["done"]] == ["created"] * 3
    assert ["picture", "quai.png"] in first["made"]
    posts = site.posts()
    assert len(posts) == 3
    one, two = posts["01-soir-d-ete-a-et-b-1"], posts["02-le-quai"]
    assert one["title"]["raw"] == "Soir d'été : « A &amp; B » &#091;1]"
    assert one["date"] == "2024-05-03T00:00:00"
    assert two["date_gmt"] == "2024-06-01T16:30:00"
    assert "<li>Et demain &lt;b&gt; ?</li>" in one["content"]["raw"]
    assert len(one["tags"]) == 2
    assert site(f"categories/{one['categories'][0]}")["name"] == "Digues &amp; marées"
    source = two["content"]["raw"].partition(f'src="{site.url}')[2].partition('"')[0]
    assert source.endswith(".png")
    assert site.page(site.url + source)[0] == 200
    assert f'href="{site.url}/?name=01-la-lampe"' in two["content"]["raw"]
    lamp = posts["01-la-lampe"]["link"]
    assert site.page(f"{site.url}/?name=01-la-lampe") == (200, lamp)
    shutil.rmtree(archive.root / ".totem", ignore_errors=True)
    second = push()
    assert (second["done"], second["made"], second["unchanged"]) == ([], [], 3)
    assert site.posts() == posts


def test_an_edit_in_the_archive(archive: Archive, site: Site, push: Pusher) -> None:
    """Only what changed is sent; a renamed episode is found again, and WordPress redirects from where it was."""
    push()
    old = site.posts()["01-la-lampe"]
    archive.episodes.set("phares/1", summary="Une lumière & du sel")
    assert push.outcomes() == [("updated", "phares/01-la-lampe")]
    assert site.posts()["01-la-lampe"]["excerpt"]["raw"] == "Une lumière &amp; du sel"
    archive.episodes.rename("phares/1", "01-la-grande-lampe")
    done = push.outcomes()
    assert ("updated", "phares/01-la-grande-lampe") in done
    new = site.posts()["01-la-grande-lampe"]
    assert new["id"] == old["id"]
    assert site.page(old["link"]) == (200, new["link"])
    assert push.outcomes() == []


def test_drafts_and_withdrawals(archive: Archive, site: Site, push: Pusher) -> None:
    """A draft is a draft, a withdrawn episode private; one that was never there does not come."""
    archive.set_status("phares/1", "draft")
    archive.set_status("digues-et-marees/2", "withdrawn")
    push()
    assert {slug: post["status"] for slug, post in site.posts().items()} == {
        "01-soir-d-ete-a-et-b-1": "publish",
        "01-la-lampe": "draft",
    }
    for status, there in (
        ("published", "publish"),
        ("withdrawn", "private"),
        ("draft", "draft"),
        ("published", "publish"),
    ):
        archive.set_status("phares/1", status)
        assert push.outcomes() == [("updated", "phares/01-la-lampe")]
        assert site.posts()["01-la-lampe"]["status"] == there
    assert push.outcomes() == []


def test_an_edit_at_the_site(archive: Archive, site: Site, push: Pusher) -> None:
    """What somebody edited there is told while the record stays, refused when it changes, overwritten with --force."""
    push()
    post = site.posts()["01-la-lampe"]
    edits: list[dict[str, Any]] = [
        {"title": "La lampe, vue d'ici"},
        {"content": "<p>Un mot de plus</p>"},
        {"excerpt": "x"},
        {"tags": [site("tags", "POST", values={"name": f"À lire {os.urandom(4).hex()}"})["id"]]},
        {"status": "pending"},
        {"slug": "autre"},
        {"date": "2020-01-01T00:00:00", "status": "publish"},
    ]
    for number, edit in enumerate(edits[:-1]):
        if "content" in edit:
            edit["content"] = site(f"posts/{post['id']}")["content"]["raw"] + edit["content"]
        site(f"posts/{post['id']}", "POST", values=edit)
        assert push.outcomes() == [("edited", "phares/01-la-lampe")], edit
        archive.episodes.set("phares/1", place=f"Quai {number}", summary=f"Sommaire {number}")
        assert push.outcomes(code=5) == [("conflict", "phares/01-la-lampe")], edit
        assert post["link"].rpartition("/01")[0] in push.said or "?p=" in push.said
        assert "edited at the site, and phares/01-la-lampe in the archive" in push.said
        assert push.outcomes("--force") == [("updated", "phares/01-la-lampe")]
        assert push.outcomes() == []
    second = site.posts()["02-le-quai"]
    site(f"posts/{second['id']}", "POST", values={"date": "2020-01-01T00:00:00"})
    assert push.outcomes() == [("edited", "digues-et-marees/02-le-quai")]


def test_the_trash(archive: Archive, site: Site, push: Pusher) -> None:
    """A post that somebody threw away does not come back but with --force; what the archive lost goes with --delete."""
    push()
    post = site.posts()["01-la-lampe"]
    site(f"posts/{post['id']}", "DELETE")
    assert push.outcomes() == [("edited", "phares/01-la-lampe")]
    assert push.outcomes("--force") == [("updated", "phares/01-la-lampe")]
    again = site.posts()["01-la-lampe"]
    assert (again["id"], again["status"]) == (post["id"], "publish")
    one = archive.episodes["digues-et-marees/1"]
    archive.episodes.remove(one.ref)
    assert push.outcomes() == [("gone", one.id)]
    assert push.outcomes("--delete") == [("trashed", one.id)]
    assert site.posts()[f"{one.slug}__trashed"]["status"] == "trash"
    assert push.outcomes() == []


def test_a_foreign_post_with_the_address(archive: Archive, site: Site, push: Pusher) -> None:
    """A post that totem did not make is neither doubled nor overwritten."""
    own = site("posts", "POST", values={"title": "La mienne", "slug": "01-la-lampe", "status": "publish"})
    assert ("conflict", "phares/01-la-lampe") in push.outcomes(code=5)
    assert site(f"posts/{own['id']}")["title"]["raw"] == "La mienne"
    assert ("updated", "phares/01-la-lampe") in push.outcomes("--force")
    assert site.posts()["01-la-lampe"]["id"] == own["id"]
    assert push.outcomes() == []


def test_pages(archive: Archive, site: Site, push: Pusher) -> None:
    """``--as page`` makes a page of each series, once."""
    assert push.outcomes("--as", "page") == [("created", "digues-et-marees/"), ("created", "phares/")]
    pages = site.posts("pages")
    assert set(pages) == {"digues-et-marees", "phares"}
    assert '<h2 id="02-le-quai">Le quai</h2>' in pages["digues-et-marees"]["content"]["raw"]
    assert push.outcomes("--as", "page") == []
    archive.episodes.set("phares/1", title="La lanterne")
    assert push.outcomes("--as", "page") == [("updated", "phares/")]
    assert push.outcomes("--as", "page") == []


def test_roles(archive: Archive, site: Site, push: Pusher) -> None:
    """An author is told what they lack; an administrator goes on where an editor began; a wrong password is told."""
    push(code=5, user="author")
    assert "edit_others_posts" in push.said
    assert site.posts() == {}
    push()
    assert push(user="admin")["done"] == []
    done = push.shell("push", "wordpress", site.url, "--user", "editor", TOTEM_WORDPRESS_PASSWORD="no no no")
    assert done.code == 6
    assert "401" in done.err


def test_marks_survive_every_role(archive: Archive, site: Site, push: Pusher) -> None:
    """What ``kses`` does to the posts of those without ``unfiltered_html`` changes nothing of what totem writes."""
    push()
    for slug, post in site.posts().items():
        copy = {key: post[key]["raw"] for key in ("title", "content", "excerpt")}
        made = site("posts", "POST", user="author", values={**copy, "slug": f"copy-of-{slug}", "status": "draft"})
        assert {key: made[key]["raw"] for key in copy} == copy
        site(f"posts/{made['id']}", "DELETE", force="true")


def test_comments(archive: Archive, site: Site, push: Pusher) -> None:
    """Comments come once, pending or approved, answers under what they answer, without e-mail; deletions are told."""
    push()
    post = site.posts()["02-le-quai"]["id"]
    values = {
        "post": post,
        "author_name": "Zoé & Cie",
        "author_email": "zoe@example.org",
        "author_url": "https://zoe.example",
    }
    first = site(
        "comments",
        "POST",
        values={**values, "content": "Bonjour <b>à tous</b> &amp; merci\n\nDeux\nlignes", "status": "approve"},
    )
    assert first["status"] == "approved"
    held = site("comments", "POST", values={**values, "author_name": "luc@example.org", "content": "À voir"})
    answer = site(
        "comments", "POST", values={"post": post, "parent": first["id"], "content": "Oui", "status": "approve"}
    )
    pulled = push(verb="pull comments")
    assert len(pulled["added"]) == 3
    archive.refresh()
    comments = {one.text.partition("\n")[0]: one for one in archive.comments}
    one = comments["Bonjour **à tous** & merci"]
    assert (one.author, one.status, one.url) == ("Zoé & Cie", "approved", "https://zoe.example")
    assert (comments["À voir"].status, comments["À voir"].author) == ("pending", "")
    assert comments["Oui"].parent == one.id
    assert one.target == archive.episodes["digues-et-marees/2"].id
    assert b"example.org" not in b"".join(path.read_bytes() for path in archive.root.rglob("*.md"))
    pulled = push(verb="pull comments")
    assert (pulled["added"], pulled["approved"], pulled["unchanged"]) == ([], [], 3)
    site(f"comments/{held['id']}", "POST", values={"status": "approve"})
    assert push(verb="pull comments")["approved"] == [comments["À voir"].id]
    site(f"comments/{answer['id']}", "DELETE")
    assert push(verb="pull comments")["gone"] == [comments["Oui"].id]
    archive.refresh()
    assert len([*archive.comments]) == 3
    push(code=5, verb="pull comments", user="author")


def test_killed_anywhere(archive: Archive, site: Site, push: Pusher) -> None:
    """Wherever a push is killed, the next one finishes, and nothing is there twice."""
    code = (
        "import os, sys\n"
        "from totem_cli.wordpress.client import Client\n"
        "send, left = Client._send, [int(sys.argv[1])]\n"
        "def counted(self, method, url, *more, **named):\n"
        "    reply = send(self, method, url, *more, **named)\n"
        "    left[0] -= 1\n"
        "    if left[0] == 0: os._exit(9)\n"
        "    return reply\n"
        "Client._send = counted\n"
        "from totem_cli.cli.main import main\n"
        "sys.argv = ['totem', *sys.argv[2:]]\n"
        "main()\n"
    )
    archive.episodes.remove("phares/1")
    environment = os.environ | {"TOTEM_WORDPRESS_PASSWORD": site.passwords["editor"]}
    count = 0
    while True:
        count += 1
        command = [sys.executable, "-c", code, str(count), "push", "wordpress", site.url, "--user", "editor", "-q"]
        killed = subprocess.run(command, cwd=push.shell.folder, env=environment, capture_output=True, timeout=120)
        push()
        posts = site.posts()
        assert len(posts) == 2
        assert [one["source_url"] for one in site("media", per_page="100", search="quai")][1:] == []
        if killed.returncode == 0:
            assert push.outcomes() == []
            break
        assert killed.returncode == 9, killed.stderr
        for post in posts.values():
            site(f"posts/{post['id']}", "DELETE", force="true")
        for kind in ("media", "tags", "categories"):
            for one in site(kind, per_page="100"):
                if one["slug"] != "uncategorized":
                    site(f"{kind}/{one['id']}", "DELETE", force="true")
    assert count > 10
