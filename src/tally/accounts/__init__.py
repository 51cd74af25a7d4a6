"""Everything kept in the row of an account: people, sessions, tokens, limits, prices, settings.

`store` makes, finds and changes accounts; `sessions` and `token_store` tell who asks.
"""
