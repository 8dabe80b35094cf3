"""Parts that several export targets share."""
