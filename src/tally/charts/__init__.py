"""Charts as numbers: series in, coordinates and paths of SVG out. Pure.

`series` has what all charts share; `columns`, `lines`, `pace`, `weekdays` and `weeks` draw one kind
each.
"""
