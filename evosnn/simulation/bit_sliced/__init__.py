"""Bit-sliced kernels: full adders over bit planes, for nominal chips."""
