"""Example parts for EvoSNN, one of each kind, each in its own file."""
