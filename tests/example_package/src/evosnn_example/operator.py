"""A mutation operator: inverts the sign of a random weight."""

from evosnn.evolution import Operator


def invert_weight(network, space, rng):
    """Invert the sign of a random weight, if the chip has the inverted value."""
    ends = list(network.synapses)
    end = ends[rng.integers(len(ends))]
    weight, delay = network.synapses[end]
    if not space.weight.low <= -weight <= space.weight.high:
        return False
    network.synapses[end] = (-weight, delay)
    return True


INVERT_WEIGHT = Operator(invert_weight, values_only=True)
