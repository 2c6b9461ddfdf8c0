"""Pages of selection, by noun."""
