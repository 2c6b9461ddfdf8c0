"""Pages of funding, one file a noun-family."""
