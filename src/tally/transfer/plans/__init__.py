"""How a file is read: a person's choices, and guesses for the rest."""
