"""The review site: pages over the record. Thin: rights, rules and words of refusal live in the rooms below."""
