"""PostgreSQL: the two tables, the statements on records as typed functions, and migrations.

`queries` reads, `changes` writes, `engine` has the connections; the statements lie in `sql/`.
"""
