"""The sections of the page of a type. Pure."""
