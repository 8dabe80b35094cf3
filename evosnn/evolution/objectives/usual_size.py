"""The size beyond which a network of a task is no longer small."""

__all__ = ["HIDDEN_NEURONS", "usual_size"]

HIDDEN_NEURONS = 16


def usual_size(n_inputs: int, n_outputs: int) -> tuple[int, int]:
    """Return ``(neurons, synapses)`` beyond which a network of a task is no longer small.

    A full layer of synapses from every input to every output, but at least 32, and 16 hidden
    neurons.
    """
    return n_inputs + n_outputs + HIDDEN_NEURONS, max(n_inputs * n_outputs, 32)
