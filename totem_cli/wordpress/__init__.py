"""A WordPress site: episodes become its posts, its comments come back."""
