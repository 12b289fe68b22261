"""Writing with a model: the one endpoint an office configured, with limits, accounts and a defined outcome for all it does."""
