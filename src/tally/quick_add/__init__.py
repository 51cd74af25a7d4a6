"""A line of text as records: `grammar.read` takes it apart, with a module for each step. Pure."""
