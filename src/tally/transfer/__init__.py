"""Files in and out: `imports` brings a file into an account, `writers` writes an export.

docs/architecture.md has the rooms that a file goes through.
"""
