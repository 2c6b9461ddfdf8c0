"""Pages of design."""
