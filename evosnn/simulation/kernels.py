"""The parts of the simulator that other compiled loops may call.

A closed loop encodes what it sees, runs a window of one block of lanes, reads what was answered
and acts, all in compiled code (:mod:`evosnn.tasks.control`). These are the parts of the
simulator that it is put together from; who only wants spikes takes
:func:`~evosnn.simulation.simulate` or a :class:`~evosnn.simulation.Session`.
"""

from evosnn.simulation.any_chip.kernel import general_room, run_general_block, unpack_network
from evosnn.simulation.any_chip.rules import GeneralFeed, GeneralSpikes, State
from evosnn.simulation.any_chip.run import needs_general, require_countable, rules_of, values_of
from evosnn.simulation.dense.block import run_block
from evosnn.simulation.layout.feed import Feed
from evosnn.simulation.layout.fixed_point import FLOAT64, NUMBERS, plan_numbers
from evosnn.simulation.layout.lanes import group_sizes
from evosnn.simulation.layout.output_counts import clear_tally, new_tally, read_tally
from evosnn.simulation.layout.population import firing_threshold, pack_networks
from evosnn.simulation.layout.wiring import Group, wire
from evosnn.simulation.llvm.bitset import aligned, borrowed
from evosnn.simulation.llvm.neuron_step import SPIKE_INPUT, VECTOR, width_for

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
