"""The one door for inputs: opens any file safely and gives a submission."""
