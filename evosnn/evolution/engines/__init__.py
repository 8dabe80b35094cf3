"""Search engines: pymoo's multi-objective ones, islands, EONS, random search."""
