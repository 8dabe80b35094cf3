"""The dense kernel on an NVIDIA GPU."""
