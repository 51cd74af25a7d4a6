"""A line on its way through the steps, and the lines beside it. Pure."""
