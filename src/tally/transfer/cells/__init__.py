"""The texts of cells as numbers, days and times. Pure."""
