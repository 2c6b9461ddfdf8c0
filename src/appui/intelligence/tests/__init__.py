"""Tests of the intelligence room; every file in data/ is of our own making."""
