"""Tables as found in files, and the placing of their values by row label and column label."""
