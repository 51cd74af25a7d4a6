"""The checks of what was sent: repeated ids, doubtful amounts, missing choices of the account."""
