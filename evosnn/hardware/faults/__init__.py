"""Faults: dead, stuck and altered neurons, synapses, lines and bits."""
