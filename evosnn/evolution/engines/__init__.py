"""Search engines: multi-objective ones, islands, the EONS baseline, random search."""
