"""From facts to a draft: brief, writers, audit."""
