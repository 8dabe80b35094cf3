"""Objectives: what a campaign makes larger or smaller."""
