"""Pages of the watch, one file a noun-family."""
