"""The page groups of the site and their keys. Nothing is rendered here."""
