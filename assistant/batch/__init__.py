"""Many units in one run: find, match, check, draft, audit and write each of them, durably and within one budget."""
