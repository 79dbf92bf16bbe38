"""What is particular to languages: sameness, order, spacing, dates, words. Plain text in, plain text out."""
