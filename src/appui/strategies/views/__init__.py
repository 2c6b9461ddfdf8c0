"""Pages of strategies, by noun."""
