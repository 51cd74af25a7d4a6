"""The money of the dashboard: the sum, the costs of a type, its bill and prices. Pure."""
