"""Folders of texts as the programs that people have make them: the files of each by path."""

from __future__ import annotations

from pathlib import Path

PICTURE = b"\x89PNG\r\n\x1a\n"
NOTION = "0123456789abcdef0123456789abcdef"
DIKE = "fedcba9876543210fedcba9876543210"
LIGHT = "aaaabbbbccccddddeeeeffff00001111"


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with those files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


JEKYLL: dict[str, str | bytes] = {
    "_config.yml": "title: Les veillées du port\ndescription: Chaque mois\ntimezone: Europe/Paris\nlang: fr\n"
    "plugins: [jekyll-feed]\n",
    "_posts/2016/2016-03-01-la-grande-digue.md": "---\nlayout: post\n---\nLe vent.\n",
    "_posts/2017/2017-03-01-phare.markdown": "---\ntitle: Le phare\ndate: 2017-03-01 19:30\ntags: mer vent\n"
    "category: Vie du port\nspeakers: [ada_brun]\n---\nVoir [la digue]({% post_url 2016-03-01-la-grande-digue %}).\n\n"
    '{% include figure.html src="/images/phare.png" alt="Un phare" caption="De nuit" %}\n',
    "_posts/2018-01-01-html.html": "---\ntitle: Les feux\nstatus: publish\n---\n"
    '<p>Un <b>feu</b> et <img src="{{ site.baseurl }}/images/phare.png" alt="x">.</p>{% youtube abc %}\n',
    "_drafts/marée.md": "---\ntitle: La marée\n---\nÀ venir.\n",
    "_speakers/ada_brun.md": "---\nname: Ada Brun\ntitle: Ingénieure\ncompany: Ports & Cie\n---\nNée à Brest.\n",
    "_layouts/post.html": "{{ content }}",
    "images/phare.png": PICTURE,
    "assets/style.css": "a{}",
}

HUGO: dict[str, str | bytes] = {
    "hugo.toml": "title = 'Marées'\nlanguageCode = 'fr-fr'\ntimeZone = 'Europe/Paris'\n[params]\nx = 1\n",
    "content/rencontres/_index.md": "+++\ntitle = 'Rencontres'\n+++\nTous les mois.\n",
    "content/rencontres/_index.en.md": "+++\ntitle = 'Meetups'\n+++\nEach month.\n",
    "content/rencontres/2016-03/index.md": "+++\ntitle = 'La digue'\ndate = 2016-03-28T19:30:00\n"
    "featured_image = 'une.png'\n+++\nVoici.\n\n![Affiche](affiche.png)\n\n"
    '{{< figure src="plan.png" alt="Plan" caption="Le plan" width="300" >}}\n\n{{< vimeo 12345 >}}\n\n'
    "{{< note >}}Gardé{{< /note >}}\n\n```\n{{< code >}}\n```\n",
    "content/rencontres/2016-03/affiche.png": PICTURE + b"1",
    "content/rencontres/2016-03/plan.png": PICTURE + b"2",
    "content/rencontres/2016-03/une.png": PICTURE + b"3",
    "content/rencontres/2016-03/reste.png": PICTURE + b"4",
    "content/rencontres/02-phare.md": "+++\ntitle = 'Le phare'\ndraft = true\n+++\n"
    '[la digue]({{< ref "2016-03" >}}) {{% shout "fort" %}}\n',
    "content/rencontres/02-phare.en.md": "+++\ntitle = 'The lighthouse'\n+++\nLight.\n",
}

ZOLA: dict[str, str | bytes] = {
    "config.toml": "base_url = 'https://x.example'\ntitle = 'Z'\ndefault_language = 'fr'\n",
    "content/talks/_index.md": "+++\ntitle = 'Exposés'\n+++\n",
    "content/talks/a.md": "+++\ntitle = 'La houle'\ndate = 2020-01-01\n[taxonomies]\ntags = ['mer']\n[extra]\n"
    "speaker = 'Ada Brun'\nlieu = 'Brest'\n+++\n[suite](@/talks/b.md)\n\n"
    '{{ youtube(id="abc", class="big") }}\n\n{% quote(author="Vincent") %}\nCitation\n{% end %}\n',
    "content/talks/b.md": "+++\ntitle = 'Le ressac'\n+++\nFin.\n",
}

ELEVENTY: dict[str, str | bytes] = {
    "talks/talks.json": '{"tags": ["exposé"], "lieu": "Brest"}',
    "talks/x.md": '---\ntitle: La houle\n---\nVoici {% image "./a.png", "Alt" %}\n',
    "talks/x.11tydata.json": '{"speaker": "Ada Brun"}',
    "talks/y.md": "---\ntitle: Le ressac\nlieu: Quimper\n---\nFin.\n",
    "talks/a.png": PICTURE,
    "eleventy.config.js": "x",
}

PELICAN: dict[str, str | bytes] = {
    "pelicanconf.py": "SITENAME = 'Le port'\nTIMEZONE = 'Europe/Paris'\nDEFAULT_LANG = 'fr'\nMENU = f(1)\n",
    "content/un.md": "Title: La houle\nDate: 2014-12-04 10:20\nCategory: Vie du port\nTags: mer, vent fort\n"
    "Slug: la-houle-au-large\nSummary: Court\n    et suite\nStatus: draft\n\n"
    "Voici ![x]({static}/images/a.png) [suite]({filename}deux.md)\n",
    "content/deux.md": "Title: Le ressac\nDate: 2015-01-01\n\nFin.\n",
    "content/trois.rst": "L’étale\n#######\n\n:date: 2014-12-04 19:30\n:tags: mer, vent\n:lieu: Brest\n\n"
    "Un *mot* et `lien <https://x.example>`_.\n\n.. image:: {static}/images/a.png\n   :alt: A\n\n.. raw:: html\n\n"
    "   <b>brut</b>\n\n.. include:: /etc/passwd\n\n.. youtube:: abc\n\n.. unknown:: Argument\n\nSuite\n-----\n\n- un\n- deux\n",
    "content/images/a.png": PICTURE,
}

NIKOLA: dict[str, str | bytes] = {
    "posts/a.rst": ".. title: La houle\n.. slug: houle\n.. date: 2014-12-04 19:30:00 UTC+01:00\n\nVoici.\n",
    "posts/b.md": "<!--\n.. title: Le ressac\n.. slug: ressac\n-->\n\nFin.\n",
}

ASTRO: dict[str, str | bytes] = {
    "src/content/talks/x.mdx": "---\ntitle: La houle\npubDate: 2023-10-05\nheroImage: ./hero.png\ndescription: Court\n---\n"
    "import Video from '../../Video.astro';\nexport const y = 1\n\nVoici <Video id=\"abc\">dedans</Video>.\n",
    "src/content/talks/hero.png": PICTURE,
}

HEXO: dict[str, str | bytes] = {
    "_config.yml": "title: Hex\nlanguage: fr\ntimezone: Europe/Paris\n",
    "source/_posts/houle.md": "---\ntitle: La houle\ndate: 2020-01-01 10:00:00\n---\nVoici {% asset_img a.png Alt %}\n",
    "source/_posts/houle/a.png": PICTURE,
}

OBSIDIAN: dict[str, str | bytes] = {
    ".obsidian/app.json": "{}",
    "Rencontres/La digue.md": '---\ndate: 2023-10-05\nspeaker: "[[Ada Brun]]"\ntags: [mer, "#port"]\n---\n'
    "Avec [[Ada Brun|Ada]] puis [[Le phare#Suite]]. ![[affiche.png|300]] #débat\n\n"
    "> [!info] Important\n> Voici.\n\n%%secret%%\n\n`[[code]]`\n",
    "Rencontres/Le phare.md": "Sans entête. Voir [[Inconnu]].\n",
    "attachments/affiche.png": PICTURE,
    "People/Ada Brun.md": "---\ncompany: Ports & Cie\n---\nNée à Brest.\n",
    "board.canvas": "{}",
}

NOTION_EXPORT: dict[str, str | bytes] = {
    f"Veillées {NOTION}.csv": "\ufeffName,Date,Lieu,Invités\nLa digue,2023,Brest,Ada Brun\nOrpheline,2020,Quimper,\n",
    f"Veillées {NOTION}/La digue {DIKE}.md": "# La digue\n\nDate: 5 octobre 2023\nLieu: Brest\nTags: mer, vent\n"
    f"Statut interne: ok\n\nVoici. ![Sans titre](La%20digue%20{DIKE}/Untitled.png)\n\n"
    f"Voir [Le phare](Le%20phare%20{LIGHT}.md)\n",
    f"Veillées {NOTION}/La digue {DIKE}/Untitled.png": PICTURE,
    f"Veillées {NOTION}/Le phare {LIGHT}.md": "# Le phare\n\nSeulement du texte.\n",
}

MAKES: dict[str, dict[str, str | bytes]] = {
    "jekyll": JEKYLL,
    "hugo": HUGO,
    "zola": ZOLA,
    "eleventy": ELEVENTY,
    "pelican": PELICAN,
    "nikola": NIKOLA,
    "astro": ASTRO,
    "hexo": HEXO,
    "obsidian": OBSIDIAN,
    "notion": NOTION_EXPORT,
}
