"""Drawings of one network: layout, synapse curves, labels and legend."""
