"""Dense kernels: every neuron and synapse in every timestep, lanes as vectors."""
