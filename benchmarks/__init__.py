"""How fast Tally is, and how it bears many people. Everything stays on this machine."""
