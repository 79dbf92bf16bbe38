"""Exporters: pure functions from a publication to pages and page groups. What a module of an exporter needs is here."""

from totem_cli.publishing.formats import (
    Exporter,
    Options,
    exporter_names,
    find_exporter,
    is_one_file,
    one_file,
)

__all__ = ["Exporter", "Options", "exporter_names", "find_exporter", "is_one_file", "one_file"]
