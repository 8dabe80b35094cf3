"""Crossbars with line resistance, solved exactly or approximately."""
