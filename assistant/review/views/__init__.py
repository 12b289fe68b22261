"""What pages show: plain frozen objects, read from the record in one go. Texts are as they print and are not escaped."""
