"""The rows of a table as entries, and entries as records. Pure."""
