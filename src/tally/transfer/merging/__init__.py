"""The records of a file compared with those of the account, and saved among them."""
