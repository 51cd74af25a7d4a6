"""The messages of pages, and records, moved types and tokens in words."""
