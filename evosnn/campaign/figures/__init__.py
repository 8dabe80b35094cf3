"""Figures of a front: optimism-corrected, held-out, cached."""
