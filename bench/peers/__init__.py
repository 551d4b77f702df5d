"""Other ways to serve the same search on the same data, each in a few lines, to compare with."""
