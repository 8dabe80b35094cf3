"""Data sets: built-in tables, CSV files, time series, images, event recordings, Python classes."""
