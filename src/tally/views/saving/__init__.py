"""Ways to save records: from what was sent, by programs, off a meter, as a copy, as an edit."""
