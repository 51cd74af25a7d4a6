"""What an account keeps beside its records: types, prices, limits, tokens."""
