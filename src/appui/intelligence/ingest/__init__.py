"""Reads published aid data (IATI XML, OCHA FTS, typed tables) into typed Parquet tables."""
