"""Rules of languages, from plain text to plain text: folding, collation, typography, dates, labels, slugs."""
