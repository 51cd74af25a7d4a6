"""A file's records among those that an account has."""
