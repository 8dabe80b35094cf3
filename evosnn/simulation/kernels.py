"""What loops that are compiled around the simulator's kernels are made of.

A closed loop encodes what it sees, runs a window of one block of lanes, reads what was answered
and acts, all in compiled code (:mod:`evosnn.tasks.control`). These are the parts of the
simulator that it is put together from; who only wants spikes takes
:func:`~evosnn.simulation.simulate` or a :class:`~evosnn.simulation.Session`.
"""

from evosnn.simulation._bits import aligned, borrowed
from evosnn.simulation._block import Feed, run_block
from evosnn.simulation._general import general_room, run_general_block, unpack_network
from evosnn.simulation._general_data import GeneralFeed, GeneralSpikes, State
from evosnn.simulation._general_run import needs_general, require_countable, rules_of, values_of
from evosnn.simulation._lanes import group_sizes
from evosnn.simulation._numbers import FLOAT64, NUMBERS, plan_numbers
from evosnn.simulation._pack import firing_threshold, pack_networks
from evosnn.simulation._tally import clear_tally, new_tally, read_tally
from evosnn.simulation._vector import SPIKE_INPUT, VECTOR, width_for
from evosnn.simulation._wiring import Group, wire

__all__ = [
    "FLOAT64",
    "NUMBERS",
    "SPIKE_INPUT",
    "VECTOR",
    "Feed",
    "GeneralFeed",
    "GeneralSpikes",
    "Group",
    "State",
    "aligned",
    "borrowed",
    "clear_tally",
    "firing_threshold",
    "general_room",
    "group_sizes",
    "needs_general",
    "new_tally",
    "pack_networks",
    "plan_numbers",
    "read_tally",
    "require_countable",
    "rules_of",
    "run_block",
    "run_general_block",
    "unpack_network",
    "values_of",
    "width_for",
    "wire",
]
