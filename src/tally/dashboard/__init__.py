"""Statistics as a reader sees them: cards, the page of a type, their words and charts. Pure.

`cards` and `type_page` are the two pages; docs/architecture.md has the rooms of their parts.
"""
