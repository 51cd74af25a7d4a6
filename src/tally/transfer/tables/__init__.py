"""The tables among the lines, and what their columns hold. Pure."""
