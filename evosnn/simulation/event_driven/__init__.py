"""Event-driven kernels: only synapses of neurons that spike, for sparse activity."""
