"""The words of the dashboard: for comparisons, for limits, for days that nobody knows. Pure."""
