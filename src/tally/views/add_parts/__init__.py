"""What the add page offers: recents, suggestions, the meters to read, notices of overdue ones."""
