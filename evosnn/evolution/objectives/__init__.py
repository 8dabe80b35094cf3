"""Objectives: figures of a network that a campaign maximises or minimises."""
