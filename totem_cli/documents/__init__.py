"""Documents: bytes to front matter and body and back, and edits that keep the rest byte for byte."""
