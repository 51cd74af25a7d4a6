"""The handlers of all addresses: a module for each page or resource.

docs/architecture.md has the rooms of their parts.
"""
