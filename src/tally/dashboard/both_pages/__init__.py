"""The parts that the page of cards and the page of a type share. Pure."""
