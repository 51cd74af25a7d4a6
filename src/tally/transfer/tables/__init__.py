"""The tables among the lines of a file, and the roles of their columns. Pure."""
