"""Chinese text: normalising, sentences, quantities with their spans."""
