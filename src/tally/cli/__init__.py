"""The commands of `tally`; `main` has them all."""
