"""The meanings of the amounts of a line: value, reading, cost, price. Pure."""
