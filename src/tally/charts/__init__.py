"""Charts as numbers: series in, coordinates and paths of SVG out. Pure.

`series` has what all charts share, `rounding` rounds numbers for all pages; `columns`, `lines`,
`pace`, `weekdays` and `weeks` draw one kind each.
"""
