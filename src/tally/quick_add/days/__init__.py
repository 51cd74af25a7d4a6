"""The days of a line: ranges and periods, days that may be values, words that are no date. Pure."""
