"""Decoders: output spikes to a class."""
