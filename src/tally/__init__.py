"""Tally: a self-hosted, multi-user consumption log."""
