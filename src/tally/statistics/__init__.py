"""The figures of a period: `load` gathers facts, `compute` makes figures, `costs` adds money."""
