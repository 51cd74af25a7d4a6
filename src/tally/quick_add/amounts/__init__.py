"""Numbers with their units: digits, words, durations, signs. Pure."""
