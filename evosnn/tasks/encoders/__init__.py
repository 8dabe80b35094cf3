"""Encoders: features to input spikes and charges."""
