"""Exports: a network as files that a chip, a compiler or an FPGA toolchain takes.

>>> from evosnn.chips import load_chip
>>> from evosnn.export import to_verilog
>>> from evosnn.network import Network
>>> net = Network.create(threshold=[1, 2], inputs=[0], outputs=[1], synapses=[(0, 1, 2, 3)])
>>> sorted(to_verilog(net, load_chip("risp-7")).files)[0]
'snn.v'

Every export carries the spikes that the simulator gave; :func:`verify` runs what was written
in the tools that are installed and compares.
"""

from evosnn.export._agreement import Agreement
from evosnn.export._c import to_c
from evosnn.export._c_tools import CSize, c_size
from evosnn.export._files import Export
from evosnn.export._risp import to_risp
from evosnn.export._synthesize import DEVICES, Device, SynthesisReport, synthesize
from evosnn.export._verify import verify, verify_risp
from evosnn.export._verilog import UNROLLED_SYNAPSES, to_verilog

__all__ = [
    "DEVICES",
    "UNROLLED_SYNAPSES",
    "Agreement",
    "CSize",
    "Device",
    "Export",
    "SynthesisReport",
    "c_size",
    "synthesize",
    "to_c",
    "to_risp",
    "to_verilog",
    "verify",
    "verify_risp",
]
