"""One file or flag read into a layer, and who extends and includes whom."""
