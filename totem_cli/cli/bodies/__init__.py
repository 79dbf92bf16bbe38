"""What the verbs that read do: without Typer, which a plain command line of theirs does not need."""
