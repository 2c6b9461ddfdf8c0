"""Figures that follow from sums: concentration, movements, similarity, prices. Pure."""
