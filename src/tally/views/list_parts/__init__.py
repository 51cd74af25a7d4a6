"""The list on paper, and the file in its import dialog."""
