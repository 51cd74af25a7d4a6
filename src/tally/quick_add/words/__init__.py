"""The words of a line, and the marks and words that the grammar knows. Pure."""
