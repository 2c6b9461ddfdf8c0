"""Pages of treasury, one file a noun-family."""
