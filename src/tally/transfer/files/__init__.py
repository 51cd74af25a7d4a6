"""Files of every kind as lines of cells."""
