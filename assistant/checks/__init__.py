"""The rule catalogue and its findings."""
