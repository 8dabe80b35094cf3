"""Variation operators, starting networks and local search."""
