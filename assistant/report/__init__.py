"""A report as a document: what was read from a file, and the writers for Word and HTML."""
