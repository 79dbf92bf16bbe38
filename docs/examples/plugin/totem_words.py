"""How long each recap is, as tab-separated text; and a list of titles, read."""

from collections.abc import Iterator
from pathlib import Path

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError, Location
from totem_cli.exporters import Options, one_file
from totem_cli.importers import Imported, source_bytes
from totem_cli.importers import Options as ImportOptions
from totem_cli.model.read import episode
from totem_cli.publishing.page import Page, key_of


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One line for each episode: its address, a tab, a number."""

    def render() -> bytes:
        records = map(publication.read, publication.episodes)
        return "".join(f"{one.address}\t{len(one.recap.split())}\n" for one in records).encode()

    yield Page("words.tsv", key_of("words 1", *map(publication.digest, publication.episodes)), render)


def read(source: Path | bytes, options: ImportOptions) -> Imported:
    """An episode for each line."""
    content, name = source_bytes(source, options)
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise InvalidError("the titles are not UTF-8", location=Location(name)) from error
    titles = [line.strip() for line in lines if line.strip()]
    episodes = [episode({"title": title}, series="", slug=f"titre-{place}") for place, title in enumerate(titles, 1)]
    return Imported(episodes=tuple(episodes))
