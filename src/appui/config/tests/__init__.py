"""Tests of the program that puts the rooms together."""
