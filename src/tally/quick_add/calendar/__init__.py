"""Days as people write them: names, slashes, other languages, the words around them. Pure."""
