"""Reads IATI activity files, versions 1 and 2, as a stream of activities."""
