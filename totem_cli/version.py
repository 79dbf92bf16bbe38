"""The version of totem, apart from the package so that every room may import it."""

__version__ = "0.1.0"
