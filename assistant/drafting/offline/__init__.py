"""The offline writer: a complete, plain draft from the brief and the facts, with no model."""
