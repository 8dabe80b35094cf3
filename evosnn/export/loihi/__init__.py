"""Integer tables for Loihi 1."""
