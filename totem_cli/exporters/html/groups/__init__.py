"""The page groups of the site: which there are, and what their keys are made of. Nothing is rendered here."""
