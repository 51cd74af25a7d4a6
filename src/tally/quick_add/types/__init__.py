"""The type of a line, and words beside it that are hardly part of its name. Pure."""
