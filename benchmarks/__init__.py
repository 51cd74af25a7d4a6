"""The speed of Tally, alone and under the load of many people. Everything stays on this machine."""
