"""The ledger of everything a sentence may state."""
