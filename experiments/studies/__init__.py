"""Studies: what the search and its parts are worth, on public data."""
