"""The same talks as sites of other generators: an episode, guest and tag page each, an index, a feed.

``hugo`` is that and no more. ``hugo-whole`` has the pages of totem's own site, by the templates in the folder of that
name: an episode's page with guests and roles, the recap with French spaces, an anchor for each question, tags, links to
share it, neighbours, the head that search engines and cards read; series with whole recaps in pages of fifty; people,
organisations, tags; questions; a page and words for searches; feeds of the newest fifty,
whole, in three formats, for the site and for each series. What is told of an episode is made once there, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus import Corpus, Talk

WHOLE = Path(__file__).parent / "hugo-whole"
HUGO = {
    "hugo.toml": """baseURL = "https://talks.example/"
title = "Les débats du port"
locale = "fr"
disableKinds = ["section", "sitemap", "robotsTXT", "404"]
[taxonomies]
tag = "tags"
guest = "guests"
[markup.goldmark.renderer]
unsafe = false
[services.rss]
limit = 50
[pagination]
pagerSize = 50
[outputs]
home = ["html", "rss"]
taxonomy = ["html"]
term = ["html"]
""",
    "layouts/_default/baseof.html": """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><main>{{ block "main" . }}{{ end }}</main></body></html>
""",
    "layouts/_default/single.html": """{{ define "main" }}<h1>{{ .Title }}</h1><p>{{ .Params.day }}</p>
<ul>{{ range .Params.appearances }}<li><a href="/guests/{{ .name | urlize }}/">{{ .name }}</a> ({{ .role }}{{ with .organisation }}, {{ . }}{{ end }})</li>{{ end }}</ul>
{{ .Content }}
<ol>{{ range .Params.questions }}<li>{{ . }}</li>{{ end }}</ol>
<ul>{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1><ul>
{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}
""",
    "layouts/index.html": """{{ define "main" }}<h1>{{ .Title }}</h1><ul>
{{ range first 50 .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}
""",
    "layouts/_default/rss.xml": """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{{ .Title }}</title>
<link>{{ .Permalink }}</link><description>{{ .Title }}</description>
{{ range first 50 .RegularPagesRecursive }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<guid>{{ .Permalink }}</guid><description>{{ .Content | html }}</description></item>
{{ end }}</channel></rss>
""",
}

ELEVENTY = {
    "eleventy.config.mjs": """export default function (config) {
  const group = (api, of) => {
    const found = new Map();
    for (const page of api.getFilteredByTag("talk")) for (const name of of(page.data)) {
      if (!found.has(name)) found.set(name, []);
      found.get(name).push({ url: page.url, title: page.data.title });
    }
    return [...found].map(([name, pages]) => ({ name, pages }));
  };
  config.addCollection("byGuest", (api) => group(api, (data) => data.appearances.map((one) => one.name)));
  config.addCollection("byTag", (api) => group(api, (data) => data.subjects));
  config.setQuietMode(true);
  return { dir: { input: "src", output: process.env.OUTPUT } };
}
""",
    "src/_includes/talk.njk": """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><main><h1>{{ title }}</h1><p>{{ day }}</p>
<ul>{% for one in appearances %}<li><a href="/guests/{{ one.name | slugify }}/">{{ one.name }}</a> ({{ one.role }}{% if one.organisation %}, {{ one.organisation }}{% endif %})</li>{% endfor %}</ul>
{{ content | safe }}
<ol>{% for question in questions %}<li>{{ question }}</li>{% endfor %}</ol>
<ul>{% for tag in subjects %}<li><a href="/tags/{{ tag | slugify }}/">{{ tag }}</a></li>{% endfor %}</ul></main></body></html>
""",
    "src/talks/talks.11tydata.json": '{"layout": "talk.njk", "tags": "talk", "permalink": "{{ page.filePathStem | replace: \'/talks/\', \'/\' }}/index.html"}',
    "src/index.njk": """---
permalink: /index.html
---
<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Les débats du port</title></head><body><ul>
{% for page in collections.talk | reverse %}{% if loop.index <= 50 %}<li><a href="{{ page.url }}">{{ page.data.title }}</a></li>{% endif %}{% endfor %}
</ul></body></html>
""",
    "src/feed.njk": """---
permalink: /feed.xml
---
<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Les débats du port</title><link>https://talks.example/</link>
{% for page in collections.talk | reverse %}{% if loop.index <= 50 %}<item><title>{{ page.data.title }}</title><description>{{ page.templateContent }}</description></item>{% endif %}{% endfor %}
</channel></rss>
""",
}
for _name, _many in (("guest", "byGuest"), ("tag", "byTag")):
    ELEVENTY[f"src/{_name}.njk"] = f"""---
pagination: {{ data: collections.{_many}, size: 1, alias: one }}
permalink: "/{_name}s/{{{{ one.name | slugify }}}}/index.html"
---
<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{{{ one.name }}}}</title></head><body><h1>{{{{ one.name }}}}</h1><ul>
{{% for page in one.pages %}}<li><a href="{{{{ page.url }}}}">{{{{ page.title }}}}</a></li>{{% endfor %}}
</ul></body></html>
"""

PELICAN = {
    "pelicanconf.py": """SITENAME = "Les débats du port"
SITEURL = "https://talks.example"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "fr"
THEME = "theme"
DEFAULT_PAGINATION = False
ARTICLE_URL = "{category}/{slug}/"
ARTICLE_SAVE_AS = "{category}/{slug}/index.html"
AUTHOR_SAVE_AS = "guests/{slug}/index.html"
TAG_SAVE_AS = "tags/{slug}/index.html"
CATEGORY_SAVE_AS = ""
ARCHIVES_SAVE_AS = CATEGORIES_SAVE_AS = AUTHORS_SAVE_AS = TAGS_SAVE_AS = ""
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = False
STATIC_PATHS = []
""",
    "theme/templates/article.html": """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ article.title }}</title></head><body><main><h1>{{ article.title }}</h1><p>{{ article.day }}</p>
<ul>{% for author in article.authors %}<li><a href="/guests/{{ author.slug }}/">{{ author }}</a></li>{% endfor %}</ul><p>{{ article.appearances }}</p>
{{ article.content }}
<ol>{% for question in article.questions.split("|") %}<li>{{ question }}</li>{% endfor %}</ol>
<ul>{% for tag in article.tags %}<li><a href="/tags/{{ tag.slug }}/">{{ tag }}</a></li>{% endfor %}</ul></main></body></html>
""",
    "theme/templates/index.html": """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{ SITENAME }}</title></head><body><ul>
{% for article in articles[:50] %}<li><a href="/{{ article.url }}">{{ article.title }}</a></li>{% endfor %}</ul></body></html>
""",
}
for _name, _thing in (("author", "author"), ("tag", "tag")):
    PELICAN[f"theme/templates/{_name}.html"] = (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{{{ {_thing} }}}}</title></head><body>'
        f"<h1>{{{{ {_thing} }}}}</h1><ul>{{% for article in articles %}}"
        '<li><a href="/{{ article.url }}">{{ article.title }}</a></li>{% endfor %}</ul></body></html>\n'
    )


def write_hugo(corpus: Corpus, folder: Path, files: Mapping[str, str] = HUGO) -> None:
    """Hugo's sources: the site's ``files``, by path, beside the talks."""
    for name, text in files.items():
        _put(folder / name, text)
    for season in corpus.seasons:
        _put(
            folder / "content" / season.slug / "_index.md",
            f'+++\ntitle = "{season.title}"\n+++\n{season.introduction}\n',
        )
    for talk in corpus.talks():
        _put(folder / "content" / talk.series / f"{talk.slug}.md", _hugo(talk))


def _hugo(talk: Talk) -> str:
    organisations = [guest.organisation for guest in talk.guests if guest.organisation]
    lines = [
        "+++",
        f"title = {_json(talk.title)}",
        f"date = {talk.day}",
        f"day = {_json(talk.day)}",
        f"tags = {_json(talk.tags)}",
        f"guests = {_json([guest.name for guest in talk.guests])}",
        f"organisations = {_json(list(dict.fromkeys(organisations)))}",
        f"questions = {_json(talk.questions)}",
    ]
    for guest in talk.guests:
        lines += ["[[appearances]]", f"name = {_json(guest.name)}", f"role = {_json(guest.role)}"]
        if guest.organisation:
            lines.append(f"organisation = {_json(guest.organisation)}")
    return "\n".join([*lines, "+++", "", talk.recap, ""])


def write_eleventy(corpus: Corpus, folder: Path) -> None:
    """Eleventy's sources."""
    for name, text in ELEVENTY.items():
        _put(folder / name, text)
    for talk in corpus.talks():
        guests = [{"name": one.name, "role": one.role, "organisation": one.organisation} for one in talk.guests]
        data = {"title": talk.title, "date": talk.day, "day": talk.day, "subjects": talk.tags}
        data |= {"appearances": guests, "questions": talk.questions}
        text = f"---json\n{json.dumps(data, ensure_ascii=False, indent=1)}\n---\n\n{talk.recap}\n"
        _put(folder / "src" / "talks" / talk.series / f"{talk.slug}.md", text)


def write_pelican(corpus: Corpus, folder: Path) -> None:
    """Pelican's sources."""
    for name, text in PELICAN.items():
        _put(folder / name, text)
    for talk in corpus.talks():
        said = "; ".join(
            f"{one.name} ({one.role}{f', {one.organisation}' if one.organisation else ''})" for one in talk.guests
        )
        head = [f"Title: {talk.title}", f"Date: {talk.day}", f"Day: {talk.day}", f"Slug: {talk.slug}"]
        head += [f"Category: {talk.series}", f"Tags: {', '.join(talk.tags)}"]
        head += [f"Authors: {'; '.join(one.name for one in talk.guests)}", f"Appearances: {said}"]
        head.append(f"Questions: {'|'.join(talk.questions)}")
        _put(folder / "content" / talk.series / f"{talk.slug}.md", "\n".join([*head, "", talk.recap, ""]))


def write_totem(corpus: Corpus, folder: Path) -> None:
    """Totem's archive, every setting as it is by default."""
    from corpus import write

    shutil.rmtree(folder, ignore_errors=True)
    write(corpus, folder)


WRITERS: dict[str, Callable[[Corpus, Path], None]] = {
    "totem": write_totem,
    "hugo": write_hugo,
    "hugo-whole": lambda corpus, folder: write_hugo(corpus, folder, _read(WHOLE)),
    "eleventy": write_eleventy,
    "pelican": write_pelican,
}
CONTENT = {
    "totem": "series",
    "hugo": "content",
    "hugo-whole": "content",
    "eleventy": "src/talks",
    "pelican": "content",
}
"""Where in each tool's sources ``SERIES/SLUG.md`` stands."""


def _read(folder: Path) -> dict[str, str]:
    """The text of each file in a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
